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
            FieldKind("gzip.magic", "identification and method"),
            FieldKind("gzip.flags", "which optional parts follow"),
            FieldKind("gzip.text", "whether the content is probably text"),
            FieldKind(
                "gzip.mtime", "time of the original file",
                rule: Rule(
                    "gzip.mtime",
                    tolerates: "another modification time in the header",
                    reason: "decoders yield the same content; only `gzip -N` looks at it",
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
            FieldKind("gzip.extra", "extra field"),
            FieldKind(
                "gzip.name", "name of the original file",
                rule: Rule(
                    "gzip.name",
                    tolerates: "another stored name, or none",
                    reason: "decoders yield the same content; only `gzip -N` looks at it",
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
        expand: { run in GzipHeader.expand(run) },
        dissect: { layer, limits throws(SourceError) in try GzipDissector(layer, limits) })

    /// The level byte (XFL) stands under it too, so that one rule names all that the compressor
    /// chose.
    private static let gzipCompression = Rule.compression(
        "gzip", parameters: "level, block boundaries, number of members")
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

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(layer, limits, codec: "gzip")
    }

    /// The first header comes before the content is asked for: it is a tile of its own.
    override func begin() throws(SourceError) { try beginMember() }

    /// Reads a header and starts anew with checksum and size, which RFC 1952 counts per member.
    private func beginMember() throws(SourceError) {
        let at = reader.offset
        let header = try GzipHeader.read(reader, limits)
        emit(.fields(FieldRun("gzip.header", start: at, bytes: header)))
        start = reader.offset
        crc = CRC32()
        size = 0
        decoder = Inflate(reader)
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

/// The header of a gzip member (RFC 1952, section 2.3).
private enum GzipHeader {
    /// The bits of FLG (RFC 1952, section 2.3.1).
    private enum Flag {
        /// FTEXT: a hint about the content; decoders act on it in other ways or not at all.
        static let text: UInt8 = 1
        /// FHCRC: the low 16 bits of the CRC-32 of the header so far follow it.
        static let crc: UInt8 = 2
        /// FEXTRA: two bytes of length, then that many bytes.
        static let extra: UInt8 = 4
        /// FNAME: up to and with a NUL, in Latin-1.
        static let name: UInt8 = 8
        /// FCOMMENT: as FNAME.
        static let comment: UInt8 = 16
        /// Must be zero: a decoder cannot know what else they announce.
        static let reserved: UInt8 = 0xe0
    }

    /// Reads a header, all of it and no more.
    static func read(_ reader: ByteReader, _ limits: Limits) throws(SourceError) -> [UInt8] {
        let at = reader.offset
        var bytes = try reader.take(10, "a gzip header")
        let flags = bytes[3]
        guard flags & Flag.reserved == 0 else {
            throw SourceError(.unsupported, at: at + 3, "reserved gzip flags are set")
        }
        if flags & Flag.extra != 0 {
            let length = try reader.take(2, "the gzip extra field")
            bytes += length
            bytes += try reader.take(Int(ByteOrder.little(length)), "the gzip extra field")
        }
        for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
            bytes += try text(reader, limits)
        }
        if flags & Flag.crc != 0 {
            let sum = try reader.take(2, "the gzip header checksum")
            guard ByteOrder.little(sum) == UInt64(CRC32.of(bytes) & 0xffff) else {
                throw SourceError(
                    .malformed, at: at, "the gzip header checksum is wrong; get an intact copy")
            }
            bytes += sum
        }
        return bytes
    }

    /// A text with its NUL, looked for in doubling steps from 256 bytes.
    ///
    /// - Throws: ``SourceError``: `truncated` if the data ends first, `limit` past the limit for
    /// headers.
    private static func text(_ reader: ByteReader, _ limits: Limits) throws(SourceError) -> [UInt8]
    {
        var length = 256
        while true {
            let ahead = try reader.peek(length)
            if let end = ahead.firstIndex(of: 0) {
                return try reader.take(end - ahead.startIndex + 1, "a gzip header")
            }
            guard ahead.count == length else {
                throw SourceError(.truncated, at: reader.offset, "the data ends in a gzip header")
            }
            guard length < limits.headerSize else {
                throw SourceError(
                    .limit, at: reader.offset,
                    "a gzip header has a text of over \(length) bytes; raise --max-header to go on")
            }
            length *= 2
        }
    }

    /// The fields of a header or a trailer that ``read(_:_:)`` or the dissector has checked; both
    /// are taken to be whole.
    static func expand(_ run: FieldRun) -> [Field] {
        let bytes = run.bytes
        if run.id == "gzip.trailer" {
            return [
                run.field("gzip.crc32", 0, 4, .derived(from: "content")),
                run.field("gzip.isize", 4, 4, .derived(from: "content")),
            ]
        }
        func value(_ id: String, _ offset: Int, _ length: Int, _ value: [UInt8]) -> Field {
            run.field(id, offset, length, .value(attribute: id, canonical: value))
        }
        func number(_ id: String, _ offset: Int, _ length: Int) -> Field {
            let number = ByteOrder.little(bytes[offset..<offset + length])
            return value(id, offset, length, Array(String(number).utf8))
        }
        let flags = bytes[3]
        var fields = [
            // One value only: the dissector would not have come this far with another.
            run.field("gzip.magic", 0, 3, .derived(from: "gzip")),
            flags & Flag.text == 0
                ? run.field("gzip.flags", 3, 1, .derived(from: "gzip.header"))
                : run.field("gzip.text", 3, 1, .own),
            number("gzip.mtime", 4, 4),
            number("gzip.level", 8, 1),
            number("gzip.os", 9, 1),
        ]
        var at = 10
        if flags & Flag.extra != 0 {
            let length = 2 + Int(ByteOrder.little(bytes[at..<at + 2]))
            fields.append(run.field("gzip.extra", at, length, .own))
            at += length
        }
        for (flag, id) in [(Flag.name, "gzip.name"), (Flag.comment, "gzip.comment")]
        where flags & flag != 0 {
            let text = bytes[at...].prefix { $0 != 0 }
            fields.append(value(id, at, text.count + 1, Array(text)))
            at += text.count + 1
        }
        if flags & Flag.crc != 0 {
            fields.append(run.field("gzip.header-crc", at, 2, .derived(from: "gzip.header")))
        }
        return fields
    }
}
