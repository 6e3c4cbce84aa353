import Bytes

/// A deflate stream of stored blocks (RFC 1951, section 3.2.4), with the CRC-32 of the content.
public class StoredDeflate: BlockEncoder {
    private var crc = CRC32()

    /// Writes into `sink`.
    public init(_ sink: any Sink) { super.init(sink, blockLength: 0xffff) }

    override func header(_ count: Int, isFirst: Bool, isLast: Bool) -> [UInt8] {
        let length = ByteOrder.littleBytes(UInt64(count), 2)
        return [isLast ? 1 : 0] + length + length.map { ~$0 }
    }

    override func sum(_ chunk: Chunk) { crc.update(chunk) }

    override var checksum: UInt64 { UInt64(crc.value) }

    /// The stream of nothing.
    public static let empty: [UInt8] = [1, 0, 0, 0xff, 0xff]
}

/// The same stream, with the Adler-32 of the content.
public final class StoredZlib: StoredDeflate {
    private var adler = Adler32()

    override func sum(_ chunk: Chunk) { adler.update(chunk) }

    override var checksum: UInt64 { UInt64(adler.value) }
}

/// A content as it is, with its CRC-32.
public final class StoredContentEncoder: BlockEncoder {
    private var crc = CRC32()

    /// Writes into `sink`.
    public init(_ sink: any Sink) { super.init(sink, blockLength: blockSize) }

    override func sum(_ chunk: Chunk) { crc.update(chunk) }

    override var checksum: UInt64 { UInt64(crc.value) }

    override var writesEmptyBlock: Bool { false }
}
