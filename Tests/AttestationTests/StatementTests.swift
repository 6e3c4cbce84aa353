import Attestation
import Bytes
import Findings
import Testing

struct StatementTests {
    private func statement(_ json: JSON) throws -> Statement {
        try Statement(
            of: Envelope(
                payloadType: ByteString(Statement.payloadType), payload: json.compact))
    }

    private func sample() throws -> JSON {
        let statement = try Statement(
            subjects: [try Fixture.subject("A"), try Fixture.subject("B", name: "b")],
            predicateType: "https://example.org/p/v1", predicate: .record(["a": .integer(1)]))
        return try JSON(parsing: statement.text)
    }

    @Test func `a statement survives its text`() throws {
        let parsed = try statement(try sample())
        #expect(parsed.subjects == [try Fixture.subject("A"), try Fixture.subject("B", name: "b")])
        #expect(parsed.predicateType == "https://example.org/p/v1")
        #expect(parsed.text == (try sample().compact))
    }

    @Test func `names that are not UTF-8 are escaped and kept apart`() throws {
        let names = [[0xff], Array("\\xff".utf8), Array("é".utf8), Array("e\u{301}".utf8)]
            .map { try? Fixture.subject("A", name: ByteString($0)).name }
        #expect(names == ["\\xff", "\\\\xff", "é", "e\\u{0301}"])
    }

    static let upper = String(repeating: "AB", count: 32)
    static let lower = String(repeating: "ab", count: 32)

    static let edits: [(@Sendable (JSON) -> JSON, AttestationError.Code)] = [
        ({ $0.setting("_type", to: .text("https://in-toto.io/Statement/v0.2")) }, .unsupported),
        ({ $0.setting("_type", to: .text("https://in-toto.io/Statement/v1 ")) }, .unsupported),
        ({ $0.setting("_type", to: nil) }, .malformed),
        ({ $0.setting("predicateType", to: nil) }, .malformed),
        ({ $0.setting("predicate", to: .array([])) }, .malformed),
        ({ $0.setting("subject", to: nil) }, .malformed),
        ({ $0.setting("subject", to: .array([])) }, .malformed),
        (
            { json in
                let one = json["subject"]?.array?.first ?? .null
                return json.setting("subject", to: .array(Array(repeating: one, count: 1_025)))
            }, .limit
        ),
        ({ $0.setting("subject", "0", "digest", to: nil) }, .malformed),
        ({ $0.setting("subject", "0", "digest", to: .record([:])) }, .unsupported),
        (
            { $0.setting("subject", "0", "digest", to: .record(["md5": .text("00")])) },
            .unsupported
        ),
        (
            { $0.setting("subject", "1", "digest", to: .record(["sha1": .text(lower)])) },
            .unsupported
        ),
        ({ $0.setting("subject", "0", "digest", "sha256", to: .text(upper)) }, .malformed),
        (
            { $0.setting("subject", "0", "digest", "sha256", to: .text("sha256:" + lower)) },
            .malformed
        ),
        (
            {
                $0.setting("subject", "0", "digest", "sha256", to: .text(String(lower.dropLast())))
            }, .malformed
        ),
        ({ $0.setting("subject", "0", "digest", "sha512", to: .text(lower)) }, .malformed),
        ({ $0.setting("subject", "0", "digest", "sha256", to: .integer(1)) }, .malformed),
        ({ $0.setting("subject", "0", "name", to: .integer(1)) }, .malformed),
    ]

    @Test(arguments: edits.indices)
    func `what in-toto does not allow is refused`(edit: Int) throws {
        let (change, code) = StatementTests.edits[edit]
        let edited = change(try sample())
        let error = #expect(throws: AttestationError.self) { try statement(edited) }
        #expect(error?.code == code)
    }

    @Test func `other digests and other fields are ignored`() throws {
        let json = try sample().setting("subject", "0", "digest", "gitCommit", to: .text("X"))
            .setting("subject", "0", "uri", to: .text("pkg:x")).setting("future", to: .bool(true))
        #expect(try statement(json).subjects == (try statement(try sample()).subjects))
    }

    @Test(
        arguments: [
            "application/json", "application/vnd.in-toto+JSON", "application/vnd.in-toto+json ",
            "application/vnd.in-toto.x+json", "",
        ] as [ByteString])
    func `another payload type is refused`(type: ByteString) throws {
        let envelope = Envelope(payloadType: type, payload: try sample().compact)
        let error = #expect(throws: AttestationError.self) { try Statement(of: envelope) }
        #expect(error?.code == .unsupported)
    }

    @Test func `a doubled name in the payload is refused`() throws {
        let text = String(decoding: try sample().compact, as: UTF8.self)
        let doubled = text.replacing(
            "\"predicate\":", with: "\"predicate\\u0054ype\":\"x\",\"predicate\":")
        #expect(doubled != text)
        let payload = Array(doubled.utf8)
        let envelope = Envelope(payloadType: ByteString(Statement.payloadType), payload: payload)
        #expect(throws: AttestationError.self) { try Statement(of: envelope) }
    }

    @Test func `1 to 1,024 subjects can be signed`() throws {
        let one = try Fixture.subject("A")
        for (count, isFine) in [(0, false), (1, true), (1_024, true), (1_025, false)] {
            let made = try? Statement(
                subjects: Array(repeating: one, count: count), predicateType: "t",
                predicate: .record([:]))
            #expect((made != nil) == isFine, "\(count)")
        }
    }
}
