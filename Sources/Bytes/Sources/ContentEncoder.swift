/// What an encoder has written.
public struct Encoded: Hashable, Sendable {
    /// Bytes of the content, and of its encoded form.
    public let size: UInt64, encodedSize: UInt64
    /// The content's checksum, of the kind that the format has; 0 where it has none.
    public let checksum: UInt64

    /// A content.
    public init(size: UInt64, encodedSize: UInt64, checksum: UInt64) {
        self.size = size
        self.encodedSize = encodedSize
        self.checksum = checksum
    }
}

/// Encodes what is appended to it.
public protocol ContentEncoder: Sink {
    /// Writes the end.
    func finish() throws(SourceError) -> Encoded
}

/// Writes a content as it is.
public final class PlainEncoder: ContentEncoder {
    private let sink: any Sink
    private var size: UInt64 = 0

    /// Writes into `sink`.
    public init(_ sink: any Sink) { self.sink = sink }

    public func append(_ chunk: Chunk) throws(SourceError) {
        size += UInt64(chunk.count)
        try sink.append(chunk)
    }

    public func finish() -> Encoded { Encoded(size: size, encodedSize: size, checksum: 0) }
}
