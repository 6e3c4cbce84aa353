import Bytes
internal import CLzma

/// One member of an lzip file (versions 0 and 1), decoded by liblzma: the checksum and both sizes
/// of its trailer verified.
public final class Unlzip: LzmaDecoder {
    /// A decoder of the member that `reader` is about to yield. Traps if liblzma has no memory
    /// left.
    public init(_ reader: ByteReader) {
        // Not LZMA_CONCATENATED: another member is for the caller.
        unsafe super.init(reader, format: "lzip", flags: 0) { unsafe lzma_lzip_decoder($0, $1, $2) }
    }
}
