/// A run of a random source, as a random source.
public final class WindowSource: RandomSource {
    /// Of which a window is shown.
    private let base: any RandomSource
    /// The window, in offsets of ``base``.
    private let range: ByteRange

    /// Traps nowhere: a window past the end fails when it is read.
    public init(_ base: any RandomSource, _ range: ByteRange) {
        self.base = base
        self.range = range
    }

    /// Of the window.
    public var size: UInt64 { range.length }

    /// Reads inside the window only, whatever lies around it.
    public func read(_ wanted: ByteRange) throws(SourceError) -> [UInt8] {
        guard wanted.end <= size else {
            throw SourceError(.truncated, at: size, "the data ends at \(size)")
        }
        return try base.read(ByteRange(start: range.start + wanted.start, length: wanted.length))
    }
}
