import Bytes

/// A message that a lane of a ``SHA256Kernel`` takes in piece by piece.
public protocol LaneInput: SendableMetatype {
    /// Why the message cannot be had.
    associatedtype Failure: Error

    /// Its bytes.
    var size: UInt64 { get }

    /// Fills `piece` with what comes next, which has not more bytes than are left.
    ///
    /// - Returns: `false` to give up the message: it gets no digest, and is not read any further.
    mutating func read(into piece: UnsafeMutableRawBufferPointer) throws(Failure) -> Bool

    /// Called once all bytes were read: the last moment to object.
    mutating func finish() throws(Failure)
}

/// A file as a message; it must be the same before and after.
public struct FileInput: LaneInput {
    private let file: FileSource
    private var offset: UInt64 = 0

    /// The bytes of `file`.
    public init(_ file: FileSource) { self.file = file }

    /// As of the opening of the file.
    public var size: UInt64 { file.size }

    /// Reads on in the file.
    public mutating func read(
        into piece: UnsafeMutableRawBufferPointer
    ) throws(SourceError) -> Bool {
        try unsafe file.read(at: offset, into: piece)
        offset += UInt64(piece.count)
        return true
    }

    /// Checks that the file did not change.
    public func finish() throws(SourceError) { try file.checkUnchanged() }
}
