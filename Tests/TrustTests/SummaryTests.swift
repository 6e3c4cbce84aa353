import Attestation
import Bytes
import Findings
import Testing
import Trust

struct SummaryTests {
    private let builders = """
        [group.two]
        keys = ["ci", "mirror", "ci-2"]
        [[provenance]]
        group = "two"
        threshold = 1
        builders = { ci = ["b:1", "b:2"], mirror = ["b:1", "b:2"], ci-2 = ["b:1", "b:2"] }

        """

    /// Keys 8 and 9 are builders too: 8 of another operator than 4, 9 of the same.
    private func policy(_ demands: String? = nil) throws -> Policy {
        let keys =
            try PolicyFixture.key("mirror", 8, "mirror", "builder")
            + PolicyFixture.key("ci-2", 9, "ci", "builder")
        return try PolicyFixture.policy(keys + builders + (demands ?? PolicyFixture.agreement))
    }

    private func built(_ key: UInt8, _ builder: String, of content: String = "A") throws -> Envelope
    {
        try PolicyFixture.provenance(
            builder: builder, by: key, of: content,
            dependencies: [PolicyFixture.dependency("git+https://x", ["gitCommit": .text("0a")])])
    }

    private func summary(
        _ policy: Policy, _ envelopes: [Envelope], statesProperties: Bool = true
    ) throws -> (VerificationSummary, Statement) {
        let claims = ClaimSet(PolicyFixture.files(envelopes), policy: policy, jobs: 1)
        let verification = PolicyVerification(
            policy: policy, claims: claims, checks: [], at: try PolicyFixture.moment(),
            clock: .operator)
        let taken = [Intake.Taken(file: Fixture.artifact("A"))]
        let result = verification.judge(taken)
        let reporter = PolicyVerification.Reporter(
            verifier: "https://verifier.example", resource: "pkg:deb/tool",
            policy: nil, statesProperties: statesProperties)
        let statement = try verification.summary(of: result, taken, by: reporter)
        return (try VerificationSummary(statement.predicate), statement)
    }

    private var agreed: [Envelope] {
        get throws { [try Fixture.envelope(.identical, by: [1, 2])] }
    }

    @Test func `a yes names the policy, the subject and what was read`() throws {
        let policy = try policy()
        let envelopes = try agreed + [try built(4, "b:1"), try built(8, "b:2", of: "B")]
        let (summary, statement) = try summary(policy, envelopes)
        #expect(summary.result == .passed)
        #expect(summary.levels == ["SLSA_BUILD_LEVEL_0"])
        #expect(summary.policy == "urn:tallystick:policy:acme:3")
        #expect(summary.policyDigest == policy.digest)
        #expect(summary.inputs?.count == 2)
        #expect(statement.predicateType == "https://slsa.dev/verification_summary/v1")
        #expect(statement.subjects.map(\.sha256) == [Fixture.digest("A")])
        #expect(try VerificationSummary(summary.json) == summary)
    }

    @Test func `reproduced takes identical, and two builders of two operators`() throws {
        func levels(_ envelopes: [Envelope], _ demands: String? = nil) throws -> [ByteString] {
            try summary(try policy(demands), envelopes).0.levels
        }
        let reproduced = VerificationSummary.Level.reproduced
        let (one, two) = (try built(4, "b:1"), try built(8, "b:2"))
        #expect(try levels(agreed + [one, two]).contains(reproduced))
        // One operator twice, one builder twice, other bytes, a builder that nobody allows, one
        // that does not say what it built from.
        for other in [
            try built(9, "b:2"), try built(8, "b:1"), try built(8, "b:2", of: "B"),
            try built(8, "b:3"), try built(7, "b:2"), one,
            try PolicyFixture.provenance(builder: "b:2", by: 8),
        ] {
            #expect(try levels(agreed + [one, other]) == ["SLSA_BUILD_LEVEL_0"])
        }
        let equivalent = [try Fixture.envelope(.equivalent, by: [1, 2]), one, two]
        let tolerant =
            PolicyFixture.agreement + "verdict = \"equivalent\"\nrules = [\"tar.mtime/1\"]\n"
        #expect(try levels(equivalent, tolerant) == ["SLSA_BUILD_LEVEL_0"])
        #expect(try levels(agreed + [one, two], "") == ["SLSA_BUILD_LEVEL_0"])
        // A demand that takes digests alone, even where both were read.
        let byDigest = PolicyFixture.agreement + "basis = [\"compared\", \"digest-only\"]\n"
        #expect(
            try levels(agreed + [one, two], byDigest) == ["SLSA_BUILD_LEVEL_0"])
    }

    @Test func `a no says so and states no level`() throws {
        let (one, two) = (try built(4, "b:1"), try built(8, "b:2"))
        for envelopes in [[one, two], [], try agreed] {
            let (summary, _) = try summary(try policy(), envelopes)
            #expect(summary.result == .failed)
            #expect(summary.levels == ["FAILED"])
        }
    }

    /// `slsa-verifier` 2.7 fails at any level with the prefix `SLSA_` that is no number of a track.
    @Test func `every level but the property is one that slsa-verifier reads`() throws {
        let envelopes = try agreed + [try built(4, "b:1"), try built(8, "b:2")]
        let (levelsOnly, _) = try summary(try policy(), envelopes, statesProperties: false)
        #expect(levelsOnly.levels == ["SLSA_BUILD_LEVEL_0"])
        #expect(levelsOnly.json["slsaVersion"] == .text("1.2"))
        let (whole, _) = try summary(try policy(), envelopes)
        #expect(whole.levels == ["SLSA_BUILD_LEVEL_0", "SLSA_BUILD_REPRODUCED"])
        #expect(whole.json["slsaVersion"] == .text("1.3"))
    }

    @Test func `attestations are named all or not at all, and then nothing rests on them`() throws {
        let time = try PolicyFixture.moment()
        func summary(_ count: Int) -> VerificationSummary {
            VerificationSummary(
                verifier: "u:v", time: time, resource: "u:r", policy: "u:p",
                policyDigest: nil, inputs: (0..<count).map { Fixture.digest("\($0)") },
                passed: true, isReproduced: true)
        }
        let most = summary(VerificationSummary.inputLimit)
        #expect(most.inputs?.count == VerificationSummary.inputLimit)
        #expect(most.levels.count == 2)
        #expect(try VerificationSummary(most.json) == most)
        let more = summary(VerificationSummary.inputLimit + 1)
        #expect(more.inputs == nil)
        #expect(more.levels == ["SLSA_BUILD_LEVEL_0"])
        #expect(more.json["inputAttestations"] == nil)
        #expect(try VerificationSummary(more.json) == more)
    }
}
