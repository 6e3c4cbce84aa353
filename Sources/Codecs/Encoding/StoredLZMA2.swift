import Bytes
internal import CLzma

/// LZMA2 chunks without compression, as the data of an xz block, with the CRC-64 of the content
/// (xz-file-format, section 5.3.1; the chunks as in the LZMA SDK).
public final class StoredLZMA2: BlockEncoder {
    private var crc: UInt64 = 0

    /// Writes into `sink`.
    public init(_ sink: any Sink) { super.init(sink, blockLength: 0x1_0000) }

    /// 1 resets the dictionary, which the first chunk must, and 2 does not.
    override func header(_ count: Int, isFirst: Bool, isLast: Bool) -> [UInt8] {
        let length = UInt64(count - 1)
        return [isFirst ? 1 : 2] + ByteOrder.littleBytes(length, 2).reversed()
    }

    override func sum(_ chunk: Chunk) {
        crc = unsafe chunk.withUnsafeBufferPointer { buffer in
            unsafe lzma_crc64(buffer.baseAddress, buffer.count, crc)
        }
    }

    override var checksum: UInt64 { crc }
    /// A content without bytes needs no block, and so no end of one.
    override var trailer: [UInt8] { size == 0 ? [] : [0] }
    override var writesEmptyBlock: Bool { false }
}
