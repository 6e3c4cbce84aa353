import Anatomy
import Bytes

extension Format {
    /// Compiled message catalogs of GNU gettext.
    public static let mo = Format(
        name: "mo", title: "gettext message catalog", shape: .leaf,
        magic: [Magic(MoParser.little), Magic(MoParser.big)], access: .random,
        specification: "https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html",
        fields: moFields,
        expand: { run in MoParser.expand(run) },
        dissect: { layer, limits throws(SourceError) in try MoParser.parse(layer, limits) })

    private static let moDate = Rule(
        "mo.date",
        tolerates: "another date, or none, in the lines POT-Creation-Date and PO-Revision-Date of "
            + "a message catalog's header",
        reason: "gettext gives the same translations; the lines hold a date and nothing else",
        refuses:
            "if the text is no date, a line occurs twice or has no colon, or the tables do not "
            + "lie as msgfmt lays them",
        hides: "when the messages were collected and translated", profile: .packaging)

    private static let moFields: [FieldKind] = [
        FieldKind("mo.magic", "the mark of a catalog, in its byte order"),
        FieldKind("mo.revision", "the version of the format"),
        FieldKind("mo.count", "the number of messages"),
        FieldKind("mo.offsets", "where the tables of lengths and offsets are"),
        FieldKind("mo.hash", "the size and place of the hash table"),
        FieldKind("mo.hash-table", "the hash table"),
        FieldKind("mo.table", "lengths and offsets of texts"),
        FieldKind("mo.original", "a message in the language of the program"),
        FieldKind("mo.end", "the byte behind a text"),
        FieldKind("mo.header", "lines of the header"),
        FieldKind("mo.created", "when the messages were collected", rule: moDate),
        FieldKind("mo.revised", "when they were translated last", rule: moDate),
    ]
}

/// Takes a catalog apart that lies as msgfmt lays it: header, table of originals, table of
/// translations, hash table, originals, translations; texts in the order of their tables.
struct MoParser {
    static let little: [UInt8] = [0xde, 0x12, 0x04, 0x95]
    static let big: [UInt8] = [0x95, 0x04, 0x12, 0xde]
    /// Messages beyond which no catalog is, so that memory is bounded.
    private static let messageLimit = 262_144
    private static let lineLimit = 4096
    private static let headerSize = 28

    private var parser: LeafParser
    private let isBig: Bool

    static func parse(_ layer: Layer, _ limits: Limits) throws(SourceError) -> any Dissector {
        let parser = try LeafParser(layer)
        var mo = MoParser(parser: parser, isBig: parser.bytes.starts(with: big))
        try mo.parse()
        return try mo.parser.dissector(limits)
    }

    private init(parser: LeafParser, isBig: Bool) {
        self.parser = parser
        self.isBig = isBig
    }

    /// The 32-bit number at an offset that the caller has checked.
    private func number(_ offset: Int) -> Int {
        let bytes = parser.bytes[offset..<offset + 4]
        return Int(isBig ? ByteOrder.big(bytes) : ByteOrder.little(bytes))
    }

    private func check(_ holds: Bool) throws(SourceError) {
        guard holds else { throw LeafParser.refusal(at: parser.position) }
    }

    private mutating func parse() throws(SourceError) {
        try check(parser.bytes.count >= MoParser.headerSize)
        let count = number(8)
        let hashSize = number(20)
        try check(number(4) == 0 && count <= MoParser.messageLimit)
        let originals = MoParser.headerSize
        let translations = originals + 8 * count
        let hash = translations + 8 * count
        try check(number(12) == originals && number(16) == translations)
        try check(hashSize == 0 || number(24) == hash)
        let texts = hash + 4 * hashSize
        try check(texts <= parser.bytes.count)
        parser.add("mo.file", MoParser.headerSize)
        if count > 0 {
            parser.add("mo.table", 8 * count)
            parser.add("mo.table", 8 * count)
        }
        if hashSize > 0 { parser.add("mo.hash-table", 4 * hashSize) }
        try parseTexts(count, originals, translations, from: texts)
    }

    /// The texts of both tables, each with a NUL behind it, and nothing between them.
    private mutating func parseTexts(
        _ count: Int, _ originals: Int, _ translations: Int, from start: Int
    ) throws(SourceError) {
        var names: [(name: ByteString, run: FieldRun)] = []
        var seen: Set<ByteString> = []
        for index in 0..<count {
            let length = try length(originals + 8 * index)
            let text = ByteString(parser.rest.prefix(length))
            try check(seen.insert(text).inserted)
            let run = parser.run("mo.original", length + 1, text)
            names.append((text, run))
            parser.add(.carried(run))
        }
        for (index, message) in names.enumerated() {
            let length = try length(translations + 8 * index)
            if message.name.isEmpty {
                try parseHeader(message.run, length)
            } else {
                addTranslation(message.name, message.run, length)
            }
        }
    }

    /// The length of the text that an entry of a table describes, which has to come next.
    private func length(_ entry: Int) throws(SourceError) -> Int {
        let length = number(entry)
        try check(number(entry + 4) == parser.position && length < parser.rest.count)
        try check(parser.bytes[parser.position + length] == 0)
        return length
    }

    /// A message is a member, named by its original; its translation is the content.
    private mutating func addTranslation(_ name: ByteString, _ run: FieldRun, _ length: Int) {
        parser.addMember(name, runs: [run], content: length)
        parser.add("mo.end", 1, member: name)
    }

    // MARK: The header

    /// The translation of the empty message, line by line.
    private mutating func parseHeader(_ run: FieldRun, _ length: Int) throws(SourceError) {
        parser.add(.member(Member(name: "", runs: [run], storage: .none)))
        var left = length
        var lines = 0
        var seen: Set<String> = []
        while left > 0 {
            let text = parser.rest.prefix(left)
            let end = text.firstIndex(of: 0x0a)
            let size = end.map { $0 + 1 - text.startIndex } ?? left
            let date = end.flatMap { MoParser.date(text[..<$0]) }
            // Python takes a line without a colon for more of the line before it.
            try check(text.prefix(size).contains(UInt8(ascii: ":")) || text.first == 0x0a)
            try check(date.map { seen.insert($0).inserted } ?? true)
            parser.add(date ?? "mo.header", size)
            left -= size
            lines += 1
            try check(lines <= MoParser.lineLimit)
        }
        parser.add("mo.end", 1)
    }

    /// The field of a line that holds a date; `nil` if it holds anything else.
    private static func date(_ line: ArraySlice<UInt8>) -> String? {
        for (start, id) in [
            ("POT-Creation-Date: ", "mo.created"), ("PO-Revision-Date: ", "mo.revised"),
        ] where line.starts(with: start.utf8) {
            return DateText.isDate(line.dropFirst(start.utf8.count)) ? id : nil
        }
        return nil
    }

    /// Takes a run apart.
    static func expand(_ run: FieldRun) -> [Field] {
        let count = run.bytes.count
        switch run.id {
        case "mo.file":
            return [
                run.field("mo.magic", 0, 4, .own), run.field("mo.revision", 4, 4, .own),
                run.field("mo.count", 8, 4, .own),
                run.field("mo.offsets", 12, 8, .derived(from: "mo.count")),
                run.field("mo.hash", 20, 8, .own),
            ]
        case "mo.table": return [run.field(run.id, 0, count, .derived(from: "content"))]
        case "mo.original":
            return [
                run.field(run.id, 0, count - 1, .own),
                run.field("mo.end", count - 1, 1, .derived(from: "content")),
            ]
        case "mo.end": return [run.field(run.id, 0, 1, .derived(from: "content"))]
        case "mo.created", "mo.revised":
            let date = run.bytes.dropLast().drop { $0 != 0x20 }.dropFirst()
            return [run.field(run.id, 0, count, .value(attribute: run.id, canonical: Array(date)))]
        default: return [run.field(run.id, 0, count, .own)]
        }
    }
}
