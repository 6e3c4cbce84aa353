import Anatomy
import Bytes

extension Format {
    /// Compiled Python modules, from Python 3.3 on.
    public static let pyc = Format(
        name: "pyc", title: "compiled Python module", shape: .leaf,
        magic: [Magic([0x0d, 0x0a], at: 2)], access: .random,
        specification: "https://peps.python.org/pep-0552/", fields: pycFields,
        recognizes: { start in PycParser.headerSize(start) != nil },
        expand: { run in PycParser.expand(run) },
        dissect: { layer, limits throws(SourceError) in try PycParser.parse(layer, limits) })

    private static let pycTime = Rule(
        "pyc.mtime",
        tolerates: "another time of the source in the header of a compiled Python module",
        reason: "the compiled code is the same",
        refuses: "unless named by the user: Python runs the compiled file only if its source has "
            + "this very time, and compiles the source anew otherwise",
        hides: "whether Python runs the compiled file or its source", profile: .none)

    private static let pycFields: [FieldKind] = [
        FieldKind("pyc.magic", "the version of the code"),
        FieldKind("pyc.flags", "how the file is validated"),
        FieldKind("pyc.mtime", "the time of the source", rule: pycTime),
        FieldKind("pyc.size", "the size of the source"),
        FieldKind("pyc.hash", "the hash of the source"),
    ]
}

/// Takes the header of a compiled module apart. The code is a content that nobody looks into.
enum PycParser {
    /// The marshalled object is code, with or without the mark that it is referred to.
    private static let codeTypes: [UInt8] = [0x63, 0xe3]

    /// Bytes before the code: 12 up to Python 3.6, 16 from PEP 552 on; `nil` if it is no header of
    /// Python 3.3 or later.
    static func headerSize(_ start: Chunk) -> Int? {
        let magic = ByteOrder.little(start.prefix(2))
        let size = (3392..<20000).contains(magic) ? 16 : (3230..<3392).contains(magic) ? 12 : nil
        guard let size, let type = start.dropFirst(size).first, codeTypes.contains(type) else {
            return nil
        }
        let flags = ByteOrder.little(start.dropFirst(4).prefix(4))
        return size == 12 || [0, 1, 3].contains(flags) ? size : nil
    }

    static func parse(_ layer: Layer, _ limits: Limits) throws(SourceError) -> any Dissector {
        var parser = try LeafParser(layer)
        guard let size = headerSize(parser.rest) else { throw LeafParser.refusal(at: 0) }
        parser.add("pyc.header", size)
        parser.addMember("code", content: parser.rest.count)
        return try parser.dissector(limits)
    }

    /// Takes the header apart. The time is guarded: Python decides by it what it runs.
    static func expand(_ run: FieldRun) -> [Field] {
        let start = run.bytes.count - 8
        var fields = [run.field("pyc.magic", 0, 4, .own)]
        if start == 8 { fields.append(run.field("pyc.flags", 4, 4, .own)) }
        guard start < 8 || run.bytes[4] == 0 else {
            return fields + [run.field("pyc.hash", 8, 8, .own)]
        }
        let time = String(ByteOrder.little(run.bytes[start..<start + 4]))
        return fields + [
            run.field(
                "pyc.mtime", start, 4,
                .value(attribute: "pyc.mtime", canonical: Array(time.utf8)), isGuarded: true),
            run.field("pyc.size", start + 4, 4, .own),
        ]
    }
}
