/// A run of bytes in a layer: `start ..< end`, in bytes from the beginning of the layer.
public struct ByteRange: Hashable, Sendable, Comparable {
    /// The offset of the first byte.
    public let start: UInt64
    /// The number of bytes.
    public let length: UInt64

    /// The offset after the last byte.
    public var end: UInt64 { start + length }

    /// A run of `length` bytes at `start`. Traps if the end does not fit 64 bits.
    public init(start: UInt64, length: UInt64) {
        precondition(!start.addingReportingOverflow(length).overflow, "a range past 2^64")
        self.start = start
        self.length = length
    }

    /// A run from `start` up to `end`. Traps if `end` comes first.
    public init(_ start: UInt64, to end: UInt64) {
        self.init(start: start, length: end - start)
    }

    /// Orders runs by start, then by length.
    public static func < (left: ByteRange, right: ByteRange) -> Bool {
        (left.start, left.length) < (right.start, right.length)
    }

    /// Whether the byte at `offset` is in the run.
    public func contains(_ offset: UInt64) -> Bool { offset >= start && offset < end }
}

extension [ByteRange] {
    /// Appends a run, or makes the last one longer where `range` begins at its end.
    public mutating func join(_ range: ByteRange) {
        if let last, last.end == range.start {
            self[count - 1] = ByteRange(last.start, to: range.end)
        } else {
            append(range)
        }
    }
}
