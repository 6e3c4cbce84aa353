import Bytes

/// The raw blocks of a Zstandard frame (RFC 8878, section 3.1.1.2), with the XXH64 of the content.
public final class RawZstd: BlockEncoder {
    private var hash = XXH64()

    /// The largest size of a block, which the window must not be below.
    public static let window = 128 * 1024

    /// Writes into `sink`.
    public init(_ sink: any Sink) { super.init(sink, blockLength: RawZstd.window) }

    override func header(_ count: Int, isFirst: Bool, isLast: Bool) -> [UInt8] {
        ByteOrder.littleBytes(UInt64(count) << 3 | (isLast ? 1 : 0), 3)
    }

    override func sum(_ chunk: Chunk) { hash.update(chunk) }

    override var checksum: UInt64 { hash.value }
}
