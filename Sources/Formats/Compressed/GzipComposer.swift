import Anatomy
import Bytes
import Codecs

/// Writes gzip: the content in the first member, in stored blocks; more members, without content,
/// where a later header says something that is kept.
struct GzipComposer: Composer {
    var isWrapper: Bool { true }

    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder { StoredDeflate(sink) }

    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        guard container.runs("gzip.stream").isEmpty else {
            throw Unwritable("there is no writer for several streams of gzip")
        }
        guard let first = container.runs("gzip.header").first else { return [] }
        return header(first, context)
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        let sums = container.content ?? Encoded(size: 0, encodedSize: 0, checksum: 0)
        var more = container.runs("gzip.header").dropFirst()
        while more.last?.isEmpty ?? false { more.removeLast() }
        return more.reduce(
            ByteOrder.littleBytes(sums.checksum, 4) + ByteOrder.littleBytes(sums.size, 4)
        ) { $0 + header($1, context) + StoredDeflate.empty + [UInt8](repeating: 0, count: 8) }
    }

    /// A header with the parts that are kept; nothing else is told of compressor, system or time.
    private func header(_ run: KeptRun, _ context: WritingContext) -> [UInt8] {
        let extra = run.field("gzip.extra")
        // A hint that the content is text stands for itself, and the other flags stand beside it.
        let own = run.field("gzip.text")?.first
        let name = run.raw["gzip.name"] ?? (own.map { $0 & 8 != 0 } ?? false ? [0] : nil)
        let comment = run.raw["gzip.comment"]
        let flags: UInt8 =
            (extra == nil ? 0 : 4) | (name == nil ? 0 : 8) | (comment == nil ? 0 : 16)
        var bytes: [UInt8] = [0x1f, 0x8b, 8, own ?? flags]
        // 0 says that there is no time, which is also so of one that does not fit.
        let time = context.epoch <= 0xffff_ffff ? context.epoch : 0
        bytes += run.raw["gzip.mtime"] ?? ByteOrder.littleBytes(time, 4)
        bytes += run.raw["gzip.level"] ?? [0]
        bytes += run.raw["gzip.os"] ?? [255]
        bytes += (extra ?? []) + (name ?? []) + (comment ?? [])
        let hasChecksum = own.map { $0 & 2 != 0 } ?? false
        return bytes + (hasChecksum ? ByteOrder.littleBytes(UInt64(CRC32.of(bytes)), 2) : [])
    }
}
