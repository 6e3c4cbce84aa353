import Bytes
import Findings
import Hashing

/// Two files as one message while their bytes agree, or a file that has no twin.
///
/// As soon as they differ the pair is given up: it takes a ``FilePass``, from the beginning.
struct PairInput: LaneInput {
    /// The files; at least one is there.
    private let left, right: FileSource?
    private let progress: (@Sendable (UInt64) -> Void)?
    private var offset: UInt64 = 0

    /// - Parameter progress: called after each piece with the bytes read of both sides.
    init(left: FileSource?, right: FileSource?, progress: (@Sendable (UInt64) -> Void)?) {
        self.left = left
        self.right = right
        self.progress = progress
    }

    var size: UInt64 { left?.size ?? right?.size ?? 0 }

    /// Reads a piece of each side, and compares them.
    mutating func read(into piece: UnsafeMutableRawBufferPointer) throws(SidedError) -> Bool {
        let range = ByteRange(start: offset, length: UInt64(piece.count))
        offset = range.end
        guard let left else {
            try onSide(.right) { () throws(SourceError) in
                try unsafe right?.read(at: range.start, into: piece)
            }
            progress?(range.length)
            return true
        }
        guard right.map({ $0.size == left.size }) ?? true else { return false }
        try onSide(.left) { () throws(SourceError) in
            try unsafe left.read(at: range.start, into: piece)
        }
        guard let right else {
            progress?(range.length)
            return true
        }
        let other = try onSide(.right) { () throws(SourceError) in try right.read(range) }
        progress?(2 * range.length)
        return unsafe other.withUnsafeBytes { unsafe firstDifference($0, .init(piece)) == nil }
    }

    func finish() throws(SidedError) {
        try onSide(.left) { () throws(SourceError) in try left?.checkUnchanged() }
        try onSide(.right) { () throws(SourceError) in try right?.checkUnchanged() }
    }
}
