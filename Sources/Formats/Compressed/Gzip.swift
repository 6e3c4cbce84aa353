import Anatomy
import Bytes
import Codecs

extension Format {
    /// gzip members (RFC 1952).
    public static let gzip = Format(
        name: "gzip", title: "gzip compressed data", shape: .compressed,
        magic: [Magic([0x1f, 0x8b, 0x08])], access: .sequential,
        specification: "RFC 1952",
        fields: [
            StreamMark.kind("gzip"),
            FieldKind("gzip.magic", "identification and method"),
            FieldKind("gzip.flags", "which optional parts follow"),
            FieldKind("gzip.text", "whether the content is probably text"),
            FieldKind(
                "gzip.mtime", "time of the original file",
                rule: Rule(
                    "gzip.mtime",
                    tolerates: "another modification time in the header",
                    reason: gzipNaming,
                    refuses: "never",
                    hides: "when the content was compressed")),
            FieldKind("gzip.level", "extra flags of the compressor", rule: gzipCompression),
            FieldKind(
                "gzip.os", "file system it was made on",
                rule: Rule(
                    "gzip.os",
                    tolerates: "another number for the system that compressed",
                    reason: "decoders yield the same content and act on no value of it",
                    refuses: "never",
                    hides: "which system or library compressed")),
            FieldKind("gzip.extra-length", "size of the extra field"),
            FieldKind("gzip.extra", "a subfield of the extra field, or all of it"),
            FieldKind(
                "gzip.name", "name of the original file",
                rule: Rule(
                    "gzip.name",
                    tolerates: "another stored name, or none",
                    reason: gzipNaming,
                    refuses: "never",
                    hides: "what the file was called when it was compressed")),
            FieldKind("gzip.comment", "comment"),
            FieldKind("gzip.header-crc", "checksum of the header"),
            FieldKind("gzip.crc32", "checksum of the content"),
            FieldKind("gzip.isize", "size of the content, modulo 2^32"),
        ],
        compressionRule: gzipCompression,
        composer: GzipComposer(),
        recognizes: { start in start.count >= 10 && start[start.startIndex + 3] & 0xe0 == 0 },
        expand: StreamMark.expanding { run in GzipHeader.expand(run) },
        dissect: { layer, limits throws(SourceError) in try GzipDissector(layer, limits) })

    private static let gzipNaming =
        "decoders yield the same content; only what names it anew looks: `gzip -N`, 7-Zip"

    /// The level byte (XFL) stands under it too, so that one rule names all that the compressor
    /// chose.
    private static let gzipCompression = Rule.compression(
        "gzip", parameters: "level, block boundaries")
}

/// Members one after another; the content is that of all of them joined.
private final class GzipDissector: CompressedDissector {
    /// The member being inflated; `nil` after the last.
    private var decoder: Inflate?
    /// Of the present member's content, as its trailer has it.
    private var crc = CRC32()
    /// Decoded bytes of the present member; its trailer has them modulo 2^32.
    private var size: UInt64 = 0
    /// Where the present member's deflate stream begins.
    private var start: UInt64 = 0
    /// The bytes that another layer begins with too.
    private let common: (start: CommonStart, base: any RandomSource, range: ByteRange)?

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        if let start = layer.commonStart, let base = layer.base, start.length <= base.range.length {
            let range = ByteRange(start: base.range.start, length: start.length)
            common = (start, base.source, range)
        } else {
            common = nil
        }
        try super.init(layer, limits, codec: "gzip")
    }

    /// The first header comes before the content is asked for: it is a tile of its own.
    override func begin() throws(SourceError) { try beginMember() }

    /// Reads a header and starts anew with checksum and size, which RFC 1952 counts per member.
    private func beginMember() throws(SourceError) {
        markStream()
        let at = reader.offset
        let header = try GzipHeader.read(reader, limits)
        emit(.fields(FieldRun("gzip.header", start: at, bytes: header)))
        start = reader.offset
        crc = CRC32()
        size = 0
        decoder = try makeDecoder()
    }

    /// The decoder of the present member: of the first one, together with the other layer as far as
    /// both are the same. There may be millions of members, of a few bytes each.
    private func makeDecoder() throws(SourceError) -> Inflate {
        guard let common, isFirstStream, start < common.start.length else { return Inflate(reader) }
        let beginning = ByteReader(RangeSource(common.base, common.range))
        _ = try beginning.skip(start)
        let (twin, isFirst) = common.start.meet(at: start) { InflateTwin(beginning) }
        return Inflate(reader, twin: twin, isFirst: isFirst)
    }

    /// Inflates the present member, and goes on with the next one as if they were one.
    override func decode() throws(SourceError) -> Chunk? {
        while let decoder {
            if let chunk = try decoder.next() {
                crc.update(chunk)
                size += UInt64(chunk.count)
                return chunk
            }
            emit(.content(ByteRange(start, to: reader.offset), of: ""))
            try endMember()
        }
        return nil
    }

    /// Checks the trailer (RFC 1952, section 2.3.1), then begins the next member if there is one.
    ///
    /// - Throws: ``SourceError``: `malformed` for a wrong checksum or size, `trailing` for bytes
    /// that begin no member. Zero padding is refused too: gzip ignores it, others do not.
    private func endMember() throws(SourceError) {
        let at = reader.offset
        let trailer = try reader.take(8, "the gzip trailer")
        guard ByteOrder.little(trailer[0..<4]) == UInt64(crc.value) else {
            throw SourceError(
                .malformed, at: at, "the gzip checksum is wrong; get an intact copy")
        }
        guard ByteOrder.little(trailer[4..<8]) == size & 0xffff_ffff else {
            throw SourceError(.malformed, at: at + 4, "the gzip size is wrong; get an intact copy")
        }
        emit(.fields(FieldRun("gzip.trailer", start: at, bytes: trailer)))
        decoder = nil
        let ahead = try reader.peek(3)
        guard !ahead.isEmpty else { return }
        guard ahead.elementsEqual([0x1f, 0x8b, 0x08]) else {
            throw SourceError(
                .trailing, at: reader.offset,
                "bytes follow the last gzip member; some readers take them for content, others "
                    + "pass over them")
        }
        try beginMember()
    }
}
