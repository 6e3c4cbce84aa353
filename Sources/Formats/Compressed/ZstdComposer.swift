import Anatomy
import Bytes
import Codecs

/// Writes zstd: one frame of raw blocks with size and checksum of the content, then the skippable
/// frames.
struct ZstdComposer: Composer {
    var isWrapper: Bool { true }

    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder { RawZstd(sink) }

    /// RFC 8878, section 3.1.1.1: eight bytes of content size, a checksum, a window of 128 KiB, so
    /// that decoders need no more memory than that.
    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        guard container.runs("zstd.stream").isEmpty else {
            throw Unwritable("there is no writer for several streams of zstd")
        }
        return [0x28, 0xb5, 0x2f, 0xfd, 0xc4, 0x38]
            + ByteOrder.littleBytes(container.content?.size ?? 0, 8)
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        ByteOrder.littleBytes(container.content?.checksum ?? 0, 4)
            + container.runs("zstd.skippable").flatMap { $0.field("zstd.skippable") ?? [] }
    }
}
