import Anatomy
import Bytes
import Codecs

extension Format {
    /// lzip members of version 1, one after another.
    ///
    /// liblzma verifies all of a member's trailer. Bytes behind the last member, which lzip passes
    /// over, are refused as `trailing`.
    public static let lzip = Format(
        name: "lzip", title: "lzip compressed data", shape: .compressed,
        magic: [Magic(lzipMagic)], access: .sequential,
        specification: "https://www.nongnu.org/lzip/manual/lzip_manual.html#File-format",
        fields: [
            StreamMark.kind("lzip"),
            FieldKind("lzip.magic", "mark of a member's beginning", rule: lzipCompression),
            FieldKind("lzip.version", "version of the format", rule: lzipCompression),
            FieldKind("lzip.dictionary", "size of the dictionary", rule: lzipCompression),
            FieldKind("lzip.crc32", "checksum of the content", rule: lzipCompression),
            FieldKind("lzip.data-size", "size of the content", rule: lzipCompression),
            FieldKind("lzip.member-size", "size of the member", rule: lzipCompression),
        ],
        compressionRule: lzipCompression,
        expand: StreamMark.expanding { run in lzipFields(run) },
        dissect: { layer, limits throws(SourceError) in try LzipDissector(layer, limits) })

    private static let lzipCompression = Rule.compression(
        "lzip", parameters: "level, dictionary size")
}

/// What a member begins with.
private let lzipMagic = Array("LZIP".utf8)

/// The fields of a header or trailer.
private func lzipFields(_ run: FieldRun) -> [Field] {
    var fields = FieldList(run)
    if run.id == "lzip.header" {
        fields.add("lzip.magic", 4, from: "lzip")
        fields.add("lzip.version", 1, from: "lzip")
        // The lower five bits are a power of two, of which the upper three take off sixteenths.
        let coded = UInt64(fields.little(1))
        let base = UInt64(1) << (coded & 0x1f)
        fields.add("lzip.dictionary", 1, value: String(base - base / 16 * (coded >> 5)))
    } else {
        fields.add("lzip.crc32", 4, from: "content")
        fields.add("lzip.data-size", 8, from: "content")
        fields.add("lzip.member-size", 8, from: "content")
    }
    return fields.fields
}

private final class LzipDissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "lzip", magic: lzipMagic, decoder: Unlzip.init,
            framing: { LzipFraming(at: $0) })
    }

    /// liblzma reads version 0 too, which has no size of the member to verify.
    override func check() throws(SourceError) {
        let version = try reader.peek(5).dropFirst(4).first
        guard let version, version != 1 else { return }
        throw SourceError(
            .unsupported, at: reader.offset + 4,
            "the lzip data is of version \(version); compress it again with lzip 1.4 or newer")
    }
}

/// Header and trailer of a member.
private final class LzipFraming: Framing {
    override func length(_ beginning: [UInt8]) -> Int? { 6 }
    override func name(_ piece: [UInt8]) -> String? { "lzip.header" }
    override func pass(_ piece: [UInt8]) -> UInt64 { .max }
    override var trailer: (name: String, size: Int)? { ("lzip.trailer", 20) }
}
