import Attestation
import Bytes
import Findings
import Hashing
import Testing
import Trust

struct ForeignProvenanceTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// A statement of GitLab's runner, v0.2 or v1, about the text "A".
    private func statement(
        older: Bool, digest: String = "sha256", commit: String = commit,
        uri: String = "https://git.example/app",
        time: String = "2026-01-31T13:00:00+01:00"
    ) -> [UInt8] {
        let checkout = #"[{"uri":"\#(uri)","digest":{"\#(digest)":"\#(commit)"}}]"#
        let builder = #""builder":{"id":"https://ci.example/1"}"#
        let predicate =
            older
            ? #"{\#(builder),"buildType":"t","materials":\#(checkout),"#
                + #""metadata":{"buildFinishedOn":"\#(time)","reproducible":false}}"#
            : #"{"buildDefinition":{"buildType":"t","externalParameters":{},"#
                + #""resolvedDependencies":\#(checkout)},"#
                + #""runDetails":{\#(builder),"metadata":{"finishedOn":"\#(time)"}}}"#
        return Array(
            (#"{"_type":"https://in-toto.io/Statement/v\#(older ? "0.1" : "1")","subject":[{"name":"#
                + #""tool.tar","digest":{"sha256":"\#(Fixture.digest("A").hex)"}}],"#
                + #""predicateType":"https://slsa.dev/provenance/v\#(older ? "0.2" : "1")","#
                + #""predicate":\#(predicate)}"#).utf8)
    }

    private func policy(_ more: String = "") throws -> Policy {
        try PolicyFixture.policy(
            PolicyFixture.provenance
                + "source = { repository = \"https://git.example/app\", revision = \"\(Self.commit)\" }\n"
                + more)
    }

    private func outcome(
        _ statement: [UInt8], by signers: [UInt8] = [4], _ policy: Policy
    ) throws -> VerificationResult.Outcome {
        let envelope = Envelope(
            payloadType: ByteString(Statement.payloadType), payload: statement)
        return try PolicyFixture.judge(policy, [try Fixture.signed(envelope, by: signers)]).outcome
    }

    @Test(arguments: [true, false], ["sha256", "sha1", "gitCommit"])
    func `either version counts, signed by a plain key`(older: Bool, digest: String) throws {
        let policy = try policy("max-age = \"30d\"\n")
        #expect(try outcome(statement(older: older, digest: digest), policy) == .accepted)
        let other = String(Self.commit.reversed())
        let bent = statement(older: older, digest: digest, commit: other)
        #expect(try outcome(bent, policy) == .denied)
        let elsewhere = statement(older: older, digest: digest, uri: "https://git.example/app2")
        #expect(try outcome(elsewhere, policy) == .denied)
        let old = statement(older: older, digest: digest, time: "2025-01-31T13:00:00Z")
        #expect(try outcome(old, policy) == .untimely)
        #expect(try outcome(statement(older: older), by: [7], policy) != .accepted)
        #expect(try outcome(statement(older: older), by: [1], policy) == .denied)
    }

    /// 64 digits are a SHA-256 of something, and no commit.
    @Test func `a digest of 64 digits is no revision`() throws {
        let long = statement(older: true, commit: Fixture.digest("x").hex)
        #expect(try outcome(long, policy()) == .denied)
    }

    @Test func `unsigned and keyless material counts for nothing, and says so`() throws {
        let plain = statement(older: true)
        let envelope = Envelope(payloadType: ByteString(Statement.payloadType), payload: plain)
        let signed = try Fixture.signed(envelope, by: [4])
        let bundle = String(decoding: signed.sigstoreBundles[0], as: UTF8.self).replacing(
            "\"publicKey\":{\"hint\":\"\(try Fixture.key(4).publicKey.keyID)\"}",
            with: "\"certificate\":{\"rawBytes\":\"AAAA\"}")
        #expect(bundle.contains("certificate"))
        for (text, words) in [
            (plain, "not signed"), (Array(bundle.utf8), "keyless"),
            (Array((bundle + bundle).utf8), "keyless"),
        ] {
            let file = EvidenceFile(Evidence(name: "x", .bytes(text)))
            let claims = ClaimSet([file], policy: try policy(), jobs: 1)
            #expect(claims.claims.isEmpty)
            #expect(claims.problems.count == 1)
            #expect(claims.problems.allSatisfy { $0.message.contains(words) && !$0.isMalformed })
            let carried = try Bundle(importing: text)
            #expect(carried.materials.count == 1 && carried.envelopes.isEmpty)
            let again = try Bundle(parsing: try carried.text())
            #expect(again == carried && again.skipped == 0)
            let within = EvidenceFile(Evidence(name: "x", .bytes(try carried.text())))
            let inBundle = ClaimSet([within], policy: try policy(), jobs: 1)
            #expect(inBundle.claims.isEmpty)
            #expect(inBundle.problems.contains { $0.message.contains("counts for nothing") })
        }
        // The signature is good, and would count in an envelope of its own.
        #expect(try PolicyFixture.judge(policy(), [signed]).outcome == .accepted)
    }

    @Test func `oss-rebuild's rebuild is provenance of what it built`() throws {
        let predicate = JSON.record([
            "buildDefinition": .record([
                "buildType": .text("https://docs.oss-rebuild.dev/builds/Rebuild@v0.1"),
                "externalParameters": .record(["ecosystem": .text("npm")]),
            ]),
            "runDetails": .record(["builder": .record(["id": .text("https://ci.example/1")])]),
        ])
        let envelope = try Fixture.envelope(
            type: PredicateType.provenance, predicate: predicate, by: [4])
        let policy = try PolicyFixture.policy(PolicyFixture.provenance)
        #expect(try PolicyFixture.judge(policy, [envelope]).outcome == .accepted)
        let rebuilds = try ForeignFixture.policy("\"rebuilderd\"", threshold: 1)
        #expect(try PolicyFixture.judge(rebuilds, [envelope]).outcome == .denied)
    }
}
