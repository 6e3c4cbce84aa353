import Attestation
import Bytes
import Findings
import Testing

struct AttestingTests {
    private func attest(
        _ report: Report, _ subjects: [Subject],
        _ change: (inout Predicate.Claims) -> Void = { _ in }
    ) throws -> Envelope {
        var claims = try #require(Fixture.claims)
        change(&claims)
        return try Envelope.attesting(
            report: report.json.text(pretty: true), claims: claims, subjects: subjects,
            key: try Fixture.key(1))
    }

    @Test(arguments: Verdict.allCases)
    func `a report becomes an envelope that reads back`(verdict: Verdict) throws {
        let report = Fixture.report(verdict)
        let envelope = try attest(report, [try Fixture.subject("A")])
        let key = try Fixture.key(1).publicKey
        #expect(envelope.signers(among: [key]) == [key])
        let statement = try Statement(of: try Envelope(parsing: envelope.text()))
        #expect(statement.predicateType == PredicateType.uri(verdict))
        #expect(try Predicate(statement.predicate) == (try Fixture.predicate(report)))
    }

    @Test func `the same arguments give the same bytes`() throws {
        let make = { try attest(Fixture.report(.equivalent), [try Fixture.subject("A")]).text() }
        #expect(try make() == (try make()))
    }

    @Test func `another artifact than was compared is not signed`() throws {
        for subjects in [["B"], ["A", "B"]] {
            let error = #expect(throws: AttestationError.self) {
                try attest(
                    Fixture.report(.equivalent), try subjects.map { try Fixture.subject($0) })
            }
            #expect(error?.code == .unfit)
        }
    }

    @Test func `the right can be the subject`() throws {
        let envelope = try attest(Fixture.report(.different), [try Fixture.subject("B")]) {
            $0.subject = .right
            $0.hashedAgain = true
        }
        let predicate = try Predicate(try Statement(of: envelope).predicate)
        #expect(predicate.subject == .right)
        #expect(predicate.hashedAgain)
        #expect(predicate.build.sha256 == Fixture.digest("B"))
        #expect(predicate.counterpart.sha256 == Fixture.digest("A"))
    }

    @Test func `a tree is its listing and its files`() throws {
        let report = Fixture.report(.identical, kind: .tree)
        let files = try (0..<1_023).map { try Fixture.subject("file \($0)") }
        let listing = try Fixture.subject("A")
        #expect(try Statement(of: attest(report, [listing] + files)).subjects.count == 1_024)
        #expect(throws: AttestationError.self) { try attest(report, files) }
        #expect(throws: AttestationError.self) { try attest(report, [listing, listing] + files) }
    }

    @Test(arguments: [
        "", "{}", "[]", "{\"schema\":\"tallystick/report/v1\"}", "null", "\u{feff}{}",
    ])
    func `what is no report is refused`(text: String) throws {
        let claims = try #require(Fixture.claims)
        #expect(throws: AttestationError.self) {
            try Envelope.attesting(
                report: Array(text.utf8), claims: claims, subjects: [try Fixture.subject("A")],
                key: try Fixture.key(1))
        }
    }
}
