import Attestation
import Bytes
import Findings
import Testing

struct LinkTests {
    @Test func `two identical files are a link, and no statement`() throws {
        let link = try Link(
            try Fixture.predicate(Fixture.report(.identical)), step: "rebuild")
        let json = link.json
        #expect(json["_type"] == .text("link"))
        #expect(
            json["products"]
                == .record(["tool.tar": .record(["sha256": .text(Fixture.digest("A").hex)])]))
        #expect(json["materials"] == .record([:]))
        #expect(
            Link.fileName(step: "rebuild", keyID: "0123456789abcdef") == "rebuild.01234567.link")
        let envelope = Envelope(link)
        #expect(throws: AttestationError.self) { try Statement(of: envelope) }
        #expect(try JSON(parsing: envelope.payload) == json)
    }

    @Test(arguments: [Verdict.equivalent, .different, .inconclusive])
    func `nothing else is a link`(verdict: Verdict) throws {
        let predicate = try Fixture.predicate(Fixture.report(verdict))
        #expect(throws: AttestationError.self) { try Link(predicate, step: "rebuild") }
    }

    @Test func `a file with itself, a tree and a step with a slash are refused`() throws {
        var alone = Fixture.report(.identical)
        alone.isSameFile = true
        for report in [alone, Fixture.report(.identical, kind: .tree)] {
            #expect(throws: AttestationError.self) {
                try Link(try Fixture.predicate(report), step: "rebuild")
            }
        }
        let predicate = try Fixture.predicate(Fixture.report(.identical))
        for step in ["", "../x", "a b", "a\u{e9}"] as [ByteString] {
            #expect(throws: AttestationError.self) { try Link(predicate, step: step) }
        }
    }
}
