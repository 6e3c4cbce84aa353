import Anatomy
import Bytes
import Codecs

/// The header of a gzip member (RFC 1952, section 2.3).
enum GzipHeader {
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
        var fields = FieldList(run)
        if run.id == "gzip.trailer" {
            fields.add("gzip.crc32", 4, from: "content")
            fields.add("gzip.isize", 4, from: "content")
            return fields.all
        }
        let flags = run.bytes[3]
        // One value only: the dissector would not have come this far with another.
        fields.add("gzip.magic", 3, from: "gzip")
        // Each flag but FTEXT announces bytes that are fields themselves.
        fields.add("gzip.flags", 1, from: "gzip.header")
        if flags & Flag.text != 0 {
            fields.addEmpty("gzip.text", .value(attribute: "gzip.text", canonical: [0x31]))
        }
        fields.add("gzip.mtime", 4, value: String(fields.little(4)))
        fields.add("gzip.level", 1, value: String(fields.little(1)))
        fields.add("gzip.os", 1, value: String(fields.little(1)))
        if flags & Flag.extra != 0 { addExtra(&fields) }
        for (flag, id) in [(Flag.name, "gzip.name"), (Flag.comment, "gzip.comment")]
        where flags & flag != 0 {
            let text = Array(run.bytes[fields.offset...].prefix { $0 != 0 })
            fields.add(id, text.count + 1, .value(attribute: id, canonical: text))
        }
        if flags & Flag.crc != 0 { fields.add("gzip.header-crc", 2, from: "gzip.header") }
        return fields.all
    }

    /// The extra field: its length and its subfields (RFC 1952, section 2.3.1.1), each with two
    /// bytes of name and two of length before it; all of it in one where they do not fill it.
    private static func addExtra(_ fields: inout FieldList) {
        let length = Int(fields.little(2))
        let bytes = fields.run.bytes.dropFirst(fields.offset + 2).prefix(length)
        var sizes: [Int] = []
        var rest = bytes
        while rest.count >= 4 {
            let size = 4 + Int(ByteOrder.little(rest.dropFirst(2).prefix(2)))
            guard size <= rest.count else { break }
            sizes.append(size)
            rest = rest.dropFirst(size)
        }
        guard rest.isEmpty, !sizes.isEmpty else {
            return fields.add("gzip.extra", 2 + length, .own)
        }
        fields.add("gzip.extra-length", 2, from: "gzip.extra")
        for size in sizes { fields.add("gzip.extra", size, .own) }
    }
}
