import Bytes

/// An encoder that cuts a content into blocks of one size, and writes each as it is behind a few
/// bytes that say so.
///
/// The bytes depend on the content and on nothing else: no library compresses here, since each
/// version of one compresses in its own way.
open class BlockEncoder: ContentEncoder {
    private let sink: any Sink
    /// Bytes of every block but the last.
    private let blockLength: Int
    /// What does not fill a block yet, or fills the last one.
    private var pending: [UInt8] = []
    /// Bytes of the content so far.
    public private(set) var size: UInt64 = 0
    /// Bytes written so far.
    public private(set) var encodedSize: UInt64 = 0

    /// Writes into `sink`, in blocks of `blockLength` bytes.
    init(_ sink: any Sink, blockLength: Int) {
        self.sink = sink
        self.blockLength = blockLength
    }

    /// What stands before a block of `count` bytes.
    func header(_ count: Int, isFirst: Bool, isLast: Bool) -> [UInt8] { [] }

    /// Takes bytes into the checksum.
    func sum(_ chunk: Chunk) {}

    /// The checksum of all bytes.
    var checksum: UInt64 { 0 }

    /// What stands behind the last block.
    var trailer: [UInt8] { [] }

    /// Whether a content without bytes still has a block.
    var writesEmptyBlock: Bool { true }

    /// Writes the blocks that are full. A full block waits until more comes: it may be the last.
    public func append(_ chunk: Chunk) throws(SourceError) {
        sum(chunk)
        pending += chunk
        var start = 0
        while pending.count - start > blockLength {
            try write(pending[start..<start + blockLength], isLast: false)
            start += blockLength
        }
        if start > 0 { pending.removeFirst(start) }
    }

    /// Writes the last block and what stands behind it.
    public func finish() throws(SourceError) -> Encoded {
        if !pending.isEmpty || writesEmptyBlock { try write(pending[...], isLast: true) }
        try put(trailer)
        return Encoded(size: size, encodedSize: encodedSize, checksum: checksum)
    }

    private func write(_ block: Chunk, isLast: Bool) throws(SourceError) {
        try put(header(block.count, isFirst: size == 0, isLast: isLast))
        try put(block)
        size += UInt64(block.count)
    }

    private func put(_ bytes: some Collection<UInt8>) throws(SourceError) {
        encodedSize += UInt64(bytes.count)
        if !bytes.isEmpty { try sink.append(Chunk(bytes)) }
    }
}
