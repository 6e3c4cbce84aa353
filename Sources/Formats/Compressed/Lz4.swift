import Anatomy
import Bytes
import Codecs

extension Format {
    /// LZ4 frames and skippable frames, version 1.6.4 of the frame format.
    public static let lz4 = Format(
        name: "lz4", title: "LZ4 compressed data", shape: .compressed,
        magic: [Magic(lz4Magic), Magic(legacyMagic), Magic([0x2a, 0x4d, 0x18], at: 1)],
        access: .sequential,
        specification: "https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md",
        fields: [
            FieldKind("lz4.skippable", "a skippable frame, which decoders pass over"),
            StreamMark.kind("lz4"), StreamMark.rest("lz4"),
        ]
            + Lz4Fields.meanings.map { FieldKind($0, $1, rule: lz4Compression) },
        compressionRule: lz4Compression,
        recognizes: { start in
            Skippable.precede(lz4Magic, start) || start.starts(with: legacyMagic)
        },
        expand: StreamMark.expanding { run in Lz4Fields.expand(run) },
        dissect: { layer, limits throws(SourceError) in try Lz4Dissector(layer, limits) })

    private static let lz4Compression = Rule.compression(
        "lz4", parameters: "level, block sizes, checksums")
}

/// What a frame begins with, 0x184D2204, and what one of the format before did, 0x184C2102.
private let lz4Magic: [UInt8] = [0x04, 0x22, 0x4d, 0x18]
private let legacyMagic: [UInt8] = [0x02, 0x21, 0x4c, 0x18]

private final class Lz4Dissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "lz4", magic: lz4Magic, decoder: Unlz4.init,
            framing: { Lz4Framing(at: $0) })
    }

    override func passOver() throws(SourceError) -> Bool {
        guard try !reader.peek(4).elementsEqual(legacyMagic) else {
            throw SourceError(
                .unsupported, at: reader.offset,
                "the lz4 data is in the legacy format, which has no checksums and no end; compress "
                    + "it again without -l")
        }
        return try passSkippable("lz4.skippable")
    }

    /// liblz4 decodes without the dictionary that a frame names. Another version, and reserved
    /// bits, it takes for corrupt.
    override func check() throws(SourceError) {
        let head = Array(try reader.peek(6))
        guard head.count == 6 else { return }
        guard head[4] & 0xc0 == 0x40, head[4] & 0x02 == 0, head[5] & 0x8f == 0 else {
            throw SourceError(
                .unsupported, at: reader.offset + 4,
                "the lz4 frame is of another version or has reserved bits set")
        }
        guard head[4] & 0x01 == 0 else {
            throw SourceError(
                .unsupported, at: reader.offset + 4,
                "the lz4 data needs a dictionary; compress it again without one")
        }
    }
}

/// The framing of one frame: its descriptor, and what stands around blocks.
private final class Lz4Framing: Framing {
    /// What comes next.
    private enum Stage { case header, block, blockChecksum, checksum, end }

    private var stage = Stage.header
    /// Whether there are checksums behind blocks, and one behind the last.
    private var hasBlockChecksums = false
    private var hasChecksum = false

    override func length(_ beginning: [UInt8]) -> Int? {
        switch stage {
        case .header:
            guard beginning.count > 4 else { return 5 }
            return 7 + (beginning[4] & 0x08 == 0 ? 0 : 8)
        case .block, .blockChecksum, .checksum: return 4
        case .end: return nil
        }
    }

    override func name(_ piece: [UInt8]) -> String? {
        switch stage {
        case .header: "lz4.header"
        case .block: "lz4.block-header"
        case .blockChecksum: "lz4.block-end"
        case .checksum: "lz4.end"
        case .end: nil
        }
    }

    override func pass(_ piece: [UInt8]) -> UInt64 {
        switch stage {
        case .header:
            hasBlockChecksums = piece[4] & 0x10 != 0
            hasChecksum = piece[4] & 0x04 != 0
            stage = .block
        case .block:
            let size = ByteOrder.little(piece) & 0x7fff_ffff
            guard ByteOrder.little(piece) != 0 else {
                stage = hasChecksum ? .checksum : .end
                return 0
            }
            if hasBlockChecksums { stage = .blockChecksum }
            return size
        case .blockChecksum: stage = .block
        case .checksum, .end: stage = .end
        }
        return 0
    }
}

/// The fields of LZ4 frames. liblz4 has verified all that is `derived`.
private enum Lz4Fields {
    /// Field names with their meanings.
    static let meanings = [
        ("lz4.magic", "mark of a frame's beginning"),
        ("lz4.flags", "which checksums and sizes there are, and whether blocks are independent"),
        ("lz4.block-maximum", "largest size of a block"),
        ("lz4.content-size", "size of the content"),
        ("lz4.header-checksum", "checksum of the header"),
        ("lz4.block-size", "size of a block's data, and whether it is compressed; 0 at the end"),
        ("lz4.block-checksum", "checksum of a block's data"),
        ("lz4.checksum", "checksum of the content"),
    ]

    static func expand(_ run: FieldRun) -> [Field] {
        var fields = FieldList(run)
        switch run.id {
        case "lz4.header":
            fields.add("lz4.magic", 4, from: "lz4")
            fields.add("lz4.flags", 1, value: flags(UInt8(fields.little(1))))
            let code = fields.little(1) >> 4
            fields.add("lz4.block-maximum", 1, value: String(1 << (8 + 2 * code)))
            fields.add("lz4.content-size", run.bytes.count - 7, from: "content")
            fields.add("lz4.header-checksum", 1, from: "lz4.header")
        case "lz4.block-header":
            let size = fields.little(4)
            let kind = size == 0 ? "end" : size >> 31 == 0 ? "compressed, " : "stored, "
            let number = size == 0 ? "" : String(size & 0x7fff_ffff)
            fields.add("lz4.block-size", 4, value: kind + number)
        case "lz4.block-end": fields.add("lz4.block-checksum", 4, from: "content")
        case "lz4.end": fields.add("lz4.checksum", 4, from: "content")
        default: fields.add("lz4.skippable", run.bytes.count, .own)
        }
        return fields.all
    }

    /// The flags by their names.
    private static func flags(_ bits: UInt8) -> String {
        var names = [bits & 0x20 == 0 ? "linked" : "independent"]
        if bits & 0x10 != 0 { names.append("block checksums") }
        if bits & 0x08 != 0 { names.append("content size") }
        if bits & 0x04 != 0 { names.append("checksum") }
        return names.joined(separator: ", ")
    }
}
