import Attestation
import Bytes
import Findings
import Foundation
import Testing

/// As much of JSON Schema 2020-12 as the predicate's schema uses.
struct Schema {
    let root: JSON

    /// What is wrong with `value`, by place; unknown fields are wrong here, since we write them.
    func errors(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        if let reference = schema["$ref"]?.string {
            let name = String(
                decoding: reference.bytes.dropFirst("#/$defs/".utf8.count), as: UTF8.self)
            return errors(value, root["$defs"]?[name] ?? .null, at: place)
        }
        var found: [String] = []
        if let constant = schema["const"], value != constant { found.append("\(place): not const") }
        if let values = schema["enum"]?.array, !values.contains(value) {
            found.append("\(place): not in enum")
        }
        if let choices = schema["oneOf"]?.array {
            let matches = choices.count { errors(value, $0, at: place).isEmpty }
            if matches != 1 { found.append("\(place): \(matches) of oneOf") }
        }
        switch schema["type"]?.string {
        case "object": found += objectErrors(value, schema, at: place)
        case "array": found += arrayErrors(value, schema, at: place)
        case "string":
            guard let text = value.string else { return found + ["\(place): no string"] }
            found += patternErrors(text, schema, at: place)
        case "integer":
            if (value.integer ?? .min) < (schema["minimum"]?.integer ?? 0) {
                found.append("\(place): no integer in range")
            }
        case "boolean": if value.bool == nil { found.append("\(place): no boolean") }
        case nil: break
        default: found.append("\(place): unknown type")
        }
        return found
    }

    private func objectErrors(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard let entries = value.object else { return ["\(place): no object"] }
        let missing = (schema["required"]?.array ?? []).compactMap(\.string).filter { name in
            !entries.contains { $0.key == name }
        }
        return missing.map { "\(place): no \($0.escaped)" }
            + entries.flatMap { entry -> [String] in
                guard let inner = schema["properties"]?[entry.key.escaped] else {
                    return ["\(place): unknown \(entry.key.escaped)"]
                }
                return errors(entry.value, inner, at: "\(place).\(entry.key.escaped)")
            }
    }

    private func arrayErrors(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard let values = value.array else { return ["\(place): no array"] }
        let isShort = values.count < schema["minItems"]?.integer ?? 0
        let isLong = values.count > schema["maxItems"]?.integer ?? .max
        return (isShort || isLong ? ["\(place): \(values.count) items"] : [])
            + values.flatMap { errors($0, schema["items"] ?? .null, at: "\(place)[]") }
    }

    private func patternErrors(_ text: ByteString, _ schema: JSON, at place: String) -> [String] {
        guard let pattern = schema["pattern"]?.string,
            let regex = try? Regex(String(decoding: pattern.bytes, as: UTF8.self))
        else { return [] }
        let string = String(decoding: text.bytes, as: UTF8.self)
        return string.wholeMatch(of: regex) == nil ? ["\(place): pattern"] : []
    }
}

struct SchemaTests {
    private let schema: JSON

    init() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = package.appending(path: "Docs/predicates/comparison-v1.schema.json")
        schema = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
    }

    private func errors(_ value: JSON) -> [String] {
        Schema(root: schema).errors(value, schema, at: "predicate")
    }

    @Test(arguments: Verdict.allCases)
    func `every predicate follows the schema`(verdict: Verdict) throws {
        #expect(errors(try Fixture.predicate(Fixture.report(verdict)).json) == [])
    }

    @Test func `a predicate with every field follows the schema`() throws {
        var report = Fixture.report(.different)
        report.left.origin.builder = "b"
        report.left.origin.provenance = NamedDigest(name: "p", digest: Fixture.digest("p"))
        report.inputs = [NamedDigest(name: "lock", digest: Fixture.digest("lock"))]
        report.left.normalForm = Fixture.digest("N")
        report.normalizations = [Fixture.normalization(count: 2)]
        report.excluded = ["*.log"]
        report.complete = false
        report.unread = Fixture.report(.inconclusive).unread
        report.findings[0].leftValue = "1"
        report.findings[0].rightValue = "2"
        report.findings[0].note = "n"
        report.findings[0].cause = "c"
        report.findings[0].risk = "r"
        #expect(errors(try Fixture.predicate(report).json) == [])
    }

    @Test func `the schema refuses what it should`() throws {
        let json = try Fixture.predicate(Fixture.report(.equivalent)).json
        #expect(errors(json.setting("verdict", to: .text("same"))) != [])
        #expect(errors(json.setting("time", to: .text("now"))) != [])
        #expect(errors(json.setting("builds", "left", "size", to: .integer(-1))) != [])
        #expect(errors(json.setting("inputs", to: .text("none"))) != [])
        #expect(errors(json.setting("profile", to: nil)) != [])
        #expect(errors(json.setting("normalizations", "0", "first", to: .array([]))) != [])
    }
}
