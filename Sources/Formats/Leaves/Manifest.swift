import Anatomy
import Bytes

extension Format {
    /// Manifests of Java archives.
    public static let manifest = Format(
        name: "manifest", title: "JAR manifest", shape: .leaf,
        magic: [Magic(Array("Manifest-Version:".utf8))], access: .random,
        specification:
            "https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html",
        fields: manifestFields,
        expand: { run in ManifestParser.expand(run) },
        dissect: { layer, limits throws(SourceError) in try ManifestParser.parse(layer, limits) })

    private static let manifestTool = Rule(
        "manifest.tool",
        tolerates: "another value, or none, of \(ManifestParser.tools.joined(separator: ", ")) in "
            + "the main section of a JAR manifest",
        reason: "they say who or what made the archive; no class loader looks at them",
        refuses: "if the value is over 256 characters or not plain ASCII, the manifest has digests "
            + "(it is signed), an attribute occurs twice, or a line is malformed",
        hides: "who built the archive, and with which tools", profile: .packaging)
    private static let manifestDate = Rule(
        "manifest.date",
        tolerates: "another date, or none, in \(ManifestParser.dates.joined(separator: ", ")) in "
            + "the main section of a JAR manifest",
        reason: "they say when the archive was made; no class loader looks at them",
        refuses: "if the value is neither a date nor a number of 8 to 17 digits, the manifest has "
            + "digests (it is signed), an attribute occurs twice, or a line is malformed",
        hides: "when the archive was built", profile: .packaging)

    private static let manifestFields: [FieldKind] =
        [
            FieldKind("manifest.attribute", "an attribute of the main section"),
            FieldKind("manifest.sections", "what follows the main section"),
        ]
        + ManifestParser.tools.map {
            FieldKind(ManifestParser.id($0), "the attribute \($0)", rule: manifestTool)
        }
        + ManifestParser.dates.map {
            FieldKind(ManifestParser.id($0), "the attribute \($0)", rule: manifestDate)
        }
}

/// Takes the main section of a manifest apart, attribute by attribute.
struct ManifestParser {
    static let tools = [
        "Created-By", "Built-By", "Build-Jdk", "Build-Jdk-Spec", "Build-Tool", "Tool",
    ]
    static let dates = [
        "Bnd-LastModified", "Build-Date", "Build-Date-UTC", "Build-Time", "Build-Timestamp",
        "Built-Date", "Built-On",
    ]
    /// Attributes beyond which no manifest is, so that memory is bounded.
    private static let attributeLimit = 4096

    /// The name of an attribute's field.
    static func id(_ name: String) -> String { "manifest." + name.lowercased() }

    static func parse(_ layer: Layer, _ limits: Limits) throws(SourceError) -> any Dissector {
        var parser = try LeafParser(layer)
        guard !hasDigests(parser.bytes) else { throw LeafParser.refusal(at: 0) }
        var names: Set<[UInt8]> = []
        while let attribute = try attribute(parser.rest, at: parser.position) {
            guard names.insert(attribute.name.map { ASCII.lower($0) }).inserted,
                names.count <= attributeLimit
            else { throw LeafParser.refusal(at: parser.position) }
            parser.add(field(attribute) ?? "manifest.attribute", attribute.length)
        }
        if !parser.rest.isEmpty { parser.add("manifest.sections", parser.rest.count) }
        return try parser.dissector(limits)
    }

    /// Whether there may be digests of entries: then the manifest is itself digested by a
    /// signature, and its every byte counts.
    private static func hasDigests(_ bytes: [UInt8]) -> Bool {
        let word = Array("-digest".utf8)
        return bytes.indices.contains { index in
            bytes[index] == word[0]
                && bytes[index...].prefix(word.count).map { ASCII.lower($0) } == word
        }
    }

    /// An attribute with its continuation lines.
    private struct Attribute {
        let name: ArraySlice<UInt8>
        var value: [UInt8]
        /// Of all its lines, with their ends.
        var length: Int
    }

    /// The attribute that comes next; `nil` at the empty line, or the end.
    private static func attribute(
        _ text: ArraySlice<UInt8>, at position: Int
    ) throws(SourceError) -> Attribute? {
        guard let first = try line(text, at: position), !first.content.isEmpty else { return nil }
        let content = first.content
        guard let colon = content.firstIndex(of: UInt8(ascii: ":")),
            (1...70).contains(colon - content.startIndex),
            content[..<colon].allSatisfy({ isNameByte($0) }),
            content[(colon + 1)...].first == 0x20
        else { throw LeafParser.refusal(at: position) }
        var attribute = Attribute(
            name: content[..<colon], value: Array(content[(colon + 2)...]), length: first.length)
        while let next = try line(text.dropFirst(attribute.length), at: position),
            next.content.first == 0x20
        {
            attribute.value += next.content.dropFirst()
            attribute.length += next.length
        }
        return attribute
    }

    /// A line without its end, and its length with it; `nil` at the end of the text.
    ///
    /// - Throws: ``SourceError`` for a line without an end, which readers pass over, and for a
    ///   carriage return or NUL inside of one.
    private static func line(
        _ text: ArraySlice<UInt8>, at position: Int
    ) throws(SourceError) -> (content: ArraySlice<UInt8>, length: Int)? {
        guard !text.isEmpty else { return nil }
        guard let end = text.firstIndex(of: 0x0a) else { throw LeafParser.refusal(at: position) }
        var content = text[..<end]
        if content.last == 0x0d { content.removeLast() }
        guard !content.contains(0x0d), !content.contains(0) else {
            throw LeafParser.refusal(at: position)
        }
        return (content, end + 1 - text.startIndex)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// The field of an attribute that a rule may tolerate, spelt as its maker spells it.
    private static func field(_ attribute: Attribute) -> String? {
        let name = String(decoding: attribute.name, as: UTF8.self)
        let value = attribute.value[...]
        let isShort = (1...256).contains(value.count)
        // Some versions of Java look for `Multi-Release: true` anywhere in the file.
        let text = String(decoding: value, as: UTF8.self).lowercased()
        let isPlain = value.allSatisfy { ASCII.isPrintable($0) } && !text.contains("multi-release")
        if isShort, tools.contains(name), isPlain {
            return id(name)
        }
        if dates.contains(name), DateText.isDate(value) || DateText.isCount(value) {
            return id(name)
        }
        return nil
    }

    /// Takes a run apart: a tolerable attribute is one field with its value, its lines joined.
    static func expand(_ run: FieldRun) -> [Field] {
        guard run.id != "manifest.attribute", run.id != "manifest.sections" else {
            return [run.field(run.id, 0, run.bytes.count, .own)]
        }
        var value: [UInt8] = []
        for (index, line) in run.bytes.split(separator: 0x0a).enumerated() {
            let content = line.last == 0x0d ? line.dropLast() : line
            value +=
                index == 0
                ? content.drop { $0 != UInt8(ascii: ":") }.dropFirst(2) : content.dropFirst()
        }
        return [
            run.field(
                run.id, 0, run.bytes.count, .value(attribute: run.id, canonical: value))
        ]
    }
}
