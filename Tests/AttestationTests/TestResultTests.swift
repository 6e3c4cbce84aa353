import Attestation
import Bytes
import Findings
import Testing

struct TestResultTests {
    @Test(arguments: [
        (Verdict.identical, "PASSED", "passedTests"), (.equivalent, "WARNED", "warnedTests"),
        (.different, "FAILED", "failedTests"),
    ])
    func `each verdict is a result of its own`(
        verdict: Verdict, result: String, list: String
    ) throws {
        let predicate = try Fixture.predicate(Fixture.report(verdict))
        let statement = try Statement(
            testResultOf: predicate, subjects: [try Fixture.subject("A")])
        #expect(statement.predicateType == "https://in-toto.io/attestation/test-result/v0.1")
        let json = statement.predicate
        #expect(json["result"] == .text(result))
        for name in ["passedTests", "warnedTests", "failedTests"] {
            #expect(json[name]?.array?.count == (name == list ? 1 : 0))
        }
        #expect(json["configuration"]?.array?.first?["digest"]?["sha256"] != nil)
        #expect(try Statement(of: Envelope(statement)) == statement)
    }

    @Test func `what is no test of two builds is refused`() throws {
        let subjects = [try Fixture.subject("A")]
        var alone = Fixture.report(.identical)
        alone.isSameFile = true
        for report in [Fixture.report(.inconclusive), alone] {
            #expect(throws: AttestationError.self) {
                try Statement(testResultOf: try Fixture.predicate(report), subjects: subjects)
            }
        }
        let predicate = try Fixture.predicate(Fixture.report(.different))
        #expect(throws: AttestationError.self) {
            try Statement(testResultOf: predicate, subjects: [try Fixture.subject("B")])
        }
    }
}
