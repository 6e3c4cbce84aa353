import Attestation
import Bytes
import Findings
import Testing
import Trust

struct OutputTests {
    private func result(
        _ verdict: Verdict, name: ByteString = "tool.tar", at: ByteString? = nil
    ) throws -> VerificationResult {
        try Fixture.demand(acceptsEquivalent: true, at: at).judge(
            [Fixture.artifact("A", name: name)],
            by: Fixture.evidence(try Fixture.envelope(verdict))
                + [Evidence(name: "x\u{1b}[2J", .bytes([]))])
    }

    @Test func `what is accepted names the key and the time`() throws {
        let keyID = try Fixture.key().publicKey.keyID
        let without = try result(.identical).lines
        #expect(
            without.first
                == "accepted: tool.tar: identical, says key \(keyID); "
                + "judged as of no time, as none was given")
        let with = try result(.identical, at: "2026-02-01T00:00:00Z").lines
        #expect(with.first?.hasSuffix("judged as of 2026-02-01T00:00:00Z, as given") == true)
        #expect(
            with.contains("  not checked: 1 signer; no build, no independence checked"))
    }

    @Test func `equivalent never looks like identical`() throws {
        let lines = try result(.equivalent).lines
        #expect(lines.first?.contains("NOT IDENTICAL: the same after 1 named rule)") == true)
    }

    @Test func `names are escaped in every line`() throws {
        let lines = try result(.identical, name: "a\n\u{1b}[2Jaccepted: b").lines
        #expect(lines.contains { $0.contains("a\\x0a\\x1b[2Jaccepted: b") })
        for line in lines {
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
        #expect(lines.last?.hasPrefix("passed over: x\\x1b[2J: ") == true)
    }

    @Test func `the JSON form says all that the lines say`() throws {
        let json = try result(.identical, at: "2026-02-01T00:00:00Z").json
        #expect(json["schema"] == .text("tallystick/verification/v1"))
        #expect(json["outcome"] == .text("accepted"))
        #expect(json["exitCode"] == .integer(0))
        #expect(json["demand"]?["at"] == .text("2026-02-01T00:00:00Z"))
        let artifact = json["artifacts"]?.array?.first
        #expect(artifact?["attestation"]?["verdict"] == .text("identical"))
        #expect(artifact?["checks"]?.array?.count == 5)
        #expect(json["problems"]?.array?.first?["file"] == .text("x\\x1b[2J"))
        #expect(try JSON(parsing: json.text(pretty: true)) == json)
    }

    @Test func `a denial says why in its first line`() throws {
        let denied = try Fixture.demand().judge(
            [Fixture.artifact("A")], by: Fixture.evidence(try Fixture.envelope(.equivalent)))
        #expect(denied.lines.first?.hasPrefix("denied: tool.tar: the verdict is equiv") == true)
        #expect(denied.lines.first?.contains("--accept equivalent") == true)
        let tampered = try Fixture.demand().judge(
            [Fixture.artifact("B")], by: Fixture.evidence(try Fixture.envelope(.identical)))
        #expect(tampered.lines.first?.hasPrefix("unproven: tool.tar: no subject has") == true)
    }
}
