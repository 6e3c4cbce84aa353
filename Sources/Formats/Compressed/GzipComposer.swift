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
        return try header(first, context)
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        let sums = container.content ?? Encoded(size: 0, encodedSize: 0, checksum: 0)
        var more = container.runs("gzip.header").dropFirst()
        while more.last?.isEmpty ?? false { more.removeLast() }
        var bytes = ByteOrder.littleBytes(sums.checksum, 4) + ByteOrder.littleBytes(sums.size, 4)
        for run in more {
            bytes += try header(run, context) + StoredDeflate.empty
            bytes += [UInt8](repeating: 0, count: 8)
        }
        return bytes
    }

    /// A header with the parts that are kept; nothing else is told of compressor, system or time.
    private func header(
        _ run: KeptRun, _ context: WritingContext
    ) throws(Unwritable) -> [UInt8] {
        let extra = run.fields.filter { $0.id == "gzip.extra" }.flatMap(\.bytes)
        // The length stands in the field itself if what it counts is no row of subfields.
        let counted = ByteOrder.littleBytes(UInt64(extra.count), 2) + extra
        for extra in extra.isEmpty ? [[]] : [counted, extra] {
            let bytes = bytes(run, extra, context)
            if run.isKept(FieldRun(run.run.id, start: 0, bytes: bytes)) { return bytes }
        }
        throw Unwritable("a gzip header cannot be written in another way")
    }

    private func bytes(_ run: KeptRun, _ extra: [UInt8], _ context: WritingContext) -> [UInt8] {
        let texts =
            [(run.raw["gzip.name"], 8), (run.raw["gzip.comment"], 16)] as [([UInt8]?, UInt8)]
        var flags: UInt8 = (run.values["gzip.text"] == nil ? 0 : 1) | (extra.isEmpty ? 0 : 4)
        for (text, flag) in texts where text != nil { flags |= flag }
        // 0 says that there is no time, which is also so of one that does not fit.
        let time = context.epoch <= 0xffff_ffff ? context.epoch : 0
        return [0x1f, 0x8b, 8, flags]
            + (run.raw["gzip.mtime"] ?? ByteOrder.littleBytes(time, 4))
            + (run.raw["gzip.level"] ?? [0]) + (run.raw["gzip.os"] ?? [255]) + extra
            + texts.flatMap { $0.0 ?? [] }
    }
}
