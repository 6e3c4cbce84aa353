import Bytes
internal import CLzma

/// One .xz stream, decoded by liblzma.
///
/// Every check is verified, and the index and the footer against the blocks; a check that liblzma
/// does not know is refused.
public final class Unxz: LzmaDecoder {
    // A macro with a cast does not reach Swift: LZMA_TELL_UNSUPPORTED_CHECK.
    private static let tellUnsupportedCheck: UInt32 = 0x02

    /// A decoder of the stream that `reader` is about to yield. Traps if liblzma has no memory
    /// left.
    public init(_ reader: ByteReader) {
        unsafe super.init(reader, format: "xz", flags: Unxz.tellUnsupportedCheck) {
            unsafe lzma_stream_decoder($0, $1, $2)
        }
    }
}
