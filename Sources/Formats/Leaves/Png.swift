import Anatomy
import Bytes
import Codecs

extension Format {
    /// Images in the format PNG.
    public static let png = Format(
        name: "png", title: "PNG image", shape: .leaf,
        magic: [Magic(PngParser.signature)], access: .random,
        specification: "https://www.w3.org/TR/png-3/", fields: pngFields,
        expand: { run in PngParser.expand(run) },
        dissect: { layer, limits throws(SourceError) in try PngParser.parse(layer, limits) })

    private static let pngTime = Rule(
        "png.time",
        tolerates: "another date, or none, in a tIME chunk or in a tEXt chunk date:create, "
            + "date:modify, date:timestamp or Creation Time",
        reason: "decoders show the same image; the text is a date and nothing else",
        refuses: "if the text is no date, the chunk is the second of its kind, or another chunk "
            + "differs",
        hides: "when the image was made or changed", profile: .packaging)
    private static let pngSoftware = Rule(
        "png.software",
        tolerates: "another name or version, or none, in a tEXt chunk Software",
        reason: "decoders show the same image; the text is short and plain",
        refuses: "if the text has other characters than letters, digits, spaces and .,:_()/+-, or "
            + "over 128 of them, or the chunk is the second of its kind",
        hides: "which program wrote the image", profile: .packaging)

    private static let pngFields: [FieldKind] =
        [
            FieldKind("png.signature", "the mark of a PNG"),
            FieldKind("png.length", "the length of a chunk's data"),
            FieldKind("png.type", "the type of a chunk"),
            FieldKind("png.crc", "the checksum of a chunk"),
            FieldKind("png.unaccounted", "bytes behind the image"),
            FieldKind("png.time", "when the image was changed last", rule: pngTime),
            FieldKind("png.software", "what wrote the image", rule: pngSoftware),
        ]
        + PngParser.dates.values.sorted().map { FieldKind($0, "a date as text", rule: pngTime) }
}

/// Takes a PNG apart: signature, chunks up to `IEND`, and what follows.
struct PngParser {
    static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    /// Attributes by the keyword of a tEXt chunk that holds a date.
    static let dates = [
        "date:create": "png.date.create", "date:modify": "png.date.modify",
        "date:timestamp": "png.date.timestamp", "Creation Time": "png.date.creation",
    ]
    /// Chunks beyond which no image is, so that memory is bounded.
    private static let chunkLimit = 65_536
    /// Length and type before a chunk's data, and the checksum behind it.
    private static let headSize = 8
    private static let crcSize = 4

    private var parser: LeafParser
    /// How many chunks of a type were met.
    private var counts: [ByteString: Int] = [:]
    /// Attributes that a chunk was taken for: only the first of its kind.
    private var seen: Set<String> = []
    private var chunks = 0
    /// Whether image data was met, and something else behind it.
    private var hasImage = false
    private var isImageOver = false

    static func parse(_ layer: Layer, _ limits: Limits) throws(SourceError) -> any Dissector {
        var png = PngParser(parser: try LeafParser(layer))
        // A layer may be read again after it was recognized, and be another one by then.
        guard png.parser.rest.starts(with: signature) else { throw LeafParser.refusal(at: 0) }
        png.parser.add("png.signature", signature.count)
        while try png.parseChunk() {}
        let rest = png.parser.rest.count
        if rest > 0 { png.parser.add("png.unaccounted", rest) }
        return try png.parser.dissector(limits)
    }

    private init(parser: LeafParser) { self.parser = parser }

    /// Takes a chunk; `false` if it was the last.
    private mutating func parseChunk() throws(SourceError) -> Bool {
        let rest = parser.rest
        let length = Int(ByteOrder.big(rest.prefix(4)))
        guard rest.count >= PngParser.headSize + PngParser.crcSize,
            length <= rest.count - PngParser.headSize - PngParser.crcSize
        else { throw LeafParser.refusal(at: parser.position) }
        let type = ByteString(rest.dropFirst(4).prefix(4))
        let data = rest.dropFirst(PngParser.headSize).prefix(length)
        let sum = rest.dropFirst(PngParser.headSize + length).prefix(PngParser.crcSize)
        var crc = CRC32()
        crc.update(rest.dropFirst(4).prefix(4 + length))
        chunks += 1
        guard type.bytes.allSatisfy({ ASCII.isLetter($0) }),
            ByteOrder.big(sum) == UInt64(crc.value),
            chunks <= PngParser.chunkLimit, isInPlace(type, length)
        else { throw LeafParser.refusal(at: parser.position) }
        if let id = attribute(type, data), seen.insert(id).inserted {
            parser.add(id, PngParser.headSize + length + PngParser.crcSize)
        } else {
            addChunk(type, length)
        }
        return type != "IEND"
    }

    /// IHDR comes first and alone, image data in one go, and before the end: decoders refuse what
    /// does not, so a chunk more in the wrong place would not be harmless.
    private mutating func isInPlace(_ type: ByteString, _ length: Int) -> Bool {
        if type == "IDAT" {
            guard !isImageOver else { return false }
            hasImage = true
        } else if hasImage {
            isImageOver = true
        }
        switch type {
        case "IHDR": return chunks == 1 && length == 13
        case "IEND": return hasImage && length == 0
        default: return chunks > 1
        }
    }

    /// A chunk that stands for itself: a member with the chunk's data.
    private mutating func addChunk(_ type: ByteString, _ length: Int) {
        let count = counts[type, default: 0] + 1
        counts[type] = count
        let name = count == 1 ? type : ByteString(type.bytes + Array("[\(count)]".utf8))
        parser.begin(name, "png.chunk", PngParser.headSize, content: length)
        parser.add("png.crc", PngParser.crcSize, member: name)
    }

    /// The attribute that a chunk writes down; `nil` if it stands for itself.
    private func attribute(_ type: ByteString, _ data: ArraySlice<UInt8>) -> String? {
        if type == "tIME" { return PngParser.isTime(Array(data)) ? "png.time" : nil }
        guard type == "tEXt", let end = data.firstIndex(of: 0) else { return nil }
        let keyword = String(decoding: data[..<end], as: UTF8.self)
        let text = data[(end + 1)...]
        if keyword == "Software" { return PngParser.isProgram(text) ? "png.software" : nil }
        return DateText.isDate(text) ? PngParser.dates[keyword] : nil
    }

    /// Year in two bytes, month, day, hour, minute, second.
    private static func isTime(_ data: [UInt8]) -> Bool {
        data.count == 7 && (1...12).contains(data[2]) && (1...31).contains(data[3])
            && data[4] <= 23 && data[5] <= 59 && data[6] <= 60
    }

    private static func isProgram(_ text: ArraySlice<UInt8>) -> Bool {
        let others = Array(" .,:_()/+-".utf8)
        return (1...128).contains(text.count)
            && text.allSatisfy { ASCII.isAlphanumeric($0) || others.contains($0) }
    }

    /// Takes a run apart. A tolerable chunk is one field: its length, type and checksum say nothing
    /// that its data does not.
    static func expand(_ run: FieldRun) -> [Field] {
        let count = run.bytes.count
        switch run.id {
        case "png.chunk":
            return [
                run.field("png.length", 0, 4, .derived(from: "content")),
                run.field("png.type", 4, 4, .own),
            ]
        case "png.crc": return [run.field(run.id, 0, count, .derived(from: "content"))]
        case "png.signature", "png.unaccounted": return [run.field(run.id, 0, count, .own)]
        default:
            let data = run.bytes.dropFirst(headSize).dropLast(crcSize)
            let text = run.id == "png.time" ? data : data.drop { $0 != 0 }.dropFirst()
            return [run.field(run.id, 0, count, .value(attribute: run.id, canonical: Array(text)))]
        }
    }
}
