import Anatomy
import Bytes

/// The framing of one zstd frame (RFC 8878, section 3.1.1): its header, the headers of its blocks,
/// its checksum.
final class ZstdFraming: Framing {
    /// What comes next.
    private enum Stage { case header, block, checksum, end }

    private var stage = Stage.header
    private var hasChecksum = false

    override func length(_ beginning: [UInt8]) -> Int? {
        switch stage {
        case .header:
            beginning.count > 4 ? ZstdDescriptor(beginning[4]).headerSize : 5
        case .block: 3
        case .checksum: 4
        case .end: nil
        }
    }

    override func name(_ piece: [UInt8]) -> String? {
        switch stage {
        case .header: "zstd.header"
        case .block: "zstd.block-header"
        case .checksum: "zstd.end"
        case .end: nil
        }
    }

    override func pass(_ piece: [UInt8]) -> UInt64 {
        switch stage {
        case .header:
            hasChecksum = ZstdDescriptor(piece[4]).hasChecksum
            stage = .block
        case .block:
            let block = ZstdBlock(ByteOrder.little(piece))
            if block.isLast { stage = hasChecksum ? .checksum : .end }
            return block.size
        case .checksum, .end: stage = .end
        }
        return 0
    }
}

/// The byte that says what the header of a frame has (section 3.1.1.1.1).
private struct ZstdDescriptor {
    private let byte: UInt8

    init(_ byte: UInt8) { self.byte = byte }

    var isSingleSegment: Bool { byte & 0x20 != 0 }
    var hasChecksum: Bool { byte & 0x04 != 0 }
    /// Bytes of the window's descriptor.
    var windowSize: Int { isSingleSegment ? 0 : 1 }
    /// Bytes of the dictionary's ID.
    var dictionarySize: Int { [0, 1, 2, 4][Int(byte & 3)] }
    /// Bytes of the size of the content.
    var contentSize: Int { byte >> 6 == 0 ? (isSingleSegment ? 1 : 0) : 1 << Int(byte >> 6) }
    /// Bytes of the whole header.
    var headerSize: Int { 5 + windowSize + dictionarySize + contentSize }

    /// For people.
    var description: String {
        let names = [(isSingleSegment, "single segment"), (hasChecksum, "checksum")]
        return names.filter(\.0).map(\.1).joined(separator: ", ")
    }
}

/// The header of a block (section 3.1.1.2).
private struct ZstdBlock {
    private let bits: UInt64

    init(_ bits: UInt64) { self.bits = bits }

    var isLast: Bool { bits & 1 != 0 }
    private var type: Int { Int(bits >> 1 & 3) }
    /// Bytes of data behind the header; a block of one byte repeated has that byte only.
    var size: UInt64 { type == 1 ? 1 : bits >> 3 }

    /// For people.
    var description: String {
        ["stored", "repeated", "compressed", "reserved"][type] + ", \(bits >> 3)"
            + (isLast ? ", last" : "")
    }
}

/// The fields of zstd frames. libzstd has verified all that is `derived`.
enum ZstdFields {
    /// Field names with their meanings.
    static let meanings = [
        ("zstd.magic", "mark of a frame's beginning"),
        ("zstd.descriptor", "which fields the header has, and whether there is a checksum"),
        ("zstd.window", "size of the window"),
        ("zstd.dictionary", "number of the dictionary: 0, for none"),
        ("zstd.content-size", "size of the content"),
        ("zstd.block", "kind and size of a block"),
        ("zstd.checksum", "checksum of the content"),
    ]

    /// The fields of a run of ``ZstdFraming``, or of a skippable frame.
    static func expand(_ run: FieldRun) -> [Field] {
        var fields = FieldList(run)
        switch run.id {
        case "zstd.header":
            let descriptor = ZstdDescriptor(run.bytes[4])
            fields.add("zstd.magic", 4, from: "zstd")
            fields.add("zstd.descriptor", 1, value: descriptor.description)
            let window = fields.little(1)
            let base = UInt64(1) << (10 + window >> 3)
            fields.add(
                "zstd.window", descriptor.windowSize, value: String(base + base / 8 * (window & 7)))
            let dictionary = fields.little(descriptor.dictionarySize)
            fields.add(
                "zstd.dictionary", descriptor.dictionarySize, value: String(dictionary))
            fields.add("zstd.content-size", descriptor.contentSize, from: "content")
        case "zstd.block-header":
            fields.add("zstd.block", 3, value: ZstdBlock(fields.little(3)).description)
        case "zstd.end": fields.add("zstd.checksum", 4, from: "content")
        default: fields.add("zstd.skippable", run.bytes.count, .own)
        }
        return fields.all
    }
}
