import Anatomy
import Bytes
import Codecs

/// Writes zlib: stored blocks between the two bytes of the lowest level and the checksum.
struct ZlibComposer: Composer {
    var isWrapper: Bool { true }

    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder { StoredZlib(sink) }

    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        [0x78, 0x01]
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        ByteOrder.littleBytes(container.content?.checksum ?? 1, 4).reversed()
    }
}
