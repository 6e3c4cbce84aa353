import Attestation
import Bytes
import Findings
import Hashing
import Signing
import TestSupport
import Testing
import Trust

/// Whatever is done to a valid bundle: it is not accepted, or it is accepted for what was signed.
struct BendingTests {
    /// What a bundle makes people believe: which payloads by which keys of the policy, and which
    /// policy.
    private struct Belief: Equatable {
        var claims: [Digest: Set<Int>] = [:]
        var policy: Digest?

        /// Whether nothing is believed that was not believed before.
        func isPart(of other: Belief) -> Bool {
            claims.allSatisfy { payload, keys in
                keys.isSubset(of: other.claims[payload] ?? [])
            } && (policy == nil || policy == other.policy)
        }
    }

    private let policy: Policy
    private let text: [UInt8]
    /// The policy's text that its quorum signed.
    private let signed: Digest

    init() throws {
        let demands =
            PolicyFixture.agreement + PolicyFixture.provenance + PolicyFixture.approval
            + "relies = true\n"
        let words = try PolicyFixture.text(demands)
        policy = try Policy(text: Array(words.utf8))
        signed = SHA256.digest(of: Array(words.utf8))
        let one = try Fixture.envelope(.identical, by: [1, 3])
        let envelopes = [
            one, try Fixture.envelope(.identical, by: [2]), try PolicyFixture.provenance(),
            try PolicyFixture.approval(on: [one.payload], by: 5),
            try PolicyFixture.approval(on: [one.payload], by: 6),
            try Fixture.envelope(.identical, of: "B", by: [1]),
            try Fixture.envelope(.different, of: "B", by: [2]),
            try Fixture.envelope(.identical, of: "B", by: [7]),
            try PolicyFixture.signed(words, by: [1, 2]),
            try PolicyFixture.signed(
                try PolicyFixture.text(PolicyFixture.provenance, version: 4), by: [1]),
        ]
        text = try Bundle(
            envelopes: envelopes, keys: try [1, 2].map { try Fixture.key($0).publicKey }
        ).text()
    }

    /// What a text makes people believe, and which artifacts are accepted on it.
    private func belief(_ text: [UInt8]) throws -> (belief: Belief, accepted: [ByteString]) {
        let file = EvidenceFile(Evidence(name: "b", .bytes(text)), isNamed: false)
        let claims = ClaimSet([file], policy: policy, jobs: 1)
        let policies = (try? Bundle(importing: text).policies) ?? []
        let anchors = try [1, 2].map { try Fixture.key($0).publicKey }
        let found = try? PolicyChain(policies).walk(from: anchors, threshold: 2).policy
        let result = PolicyVerification(
            policy: policy, claims: claims, checks: [], at: try PolicyFixture.moment(),
            clock: .operator
        ).judge(["A", "B"].map { Intake.Taken(file: Fixture.artifact($0, name: ByteString($0))) })
        let belief = Belief(
            claims: Dictionary(
                claims.claims.filter { !$0.proven.isEmpty }.map { ($0.payload, $0.proven) },
                uniquingKeysWith: { $0.union($1) }),
            policy: found?.digest)
        let accepted = result.artifacts.filter { $0.outcome == .accepted }.map(\.artifact.name)
        return (belief, accepted)
    }

    @Test(arguments: Bending.allCases)
    func `no change makes anybody believe more`(bending: Bending) throws {
        let original = try belief(text)
        #expect(original.belief.claims.count == 5)
        #expect(original.belief.policy == signed)
        #expect(original.accepted == ["A"])
        var random = SeededGenerator(UInt64(text.count))
        var accepted = 0
        let rounds = 40
        for round in 0..<rounds {
            var bent = text
            for _ in 0...random.below(3) where !bent.isEmpty {
                bent = bending.bend(bent, &random)
            }
            let (belief, names) = try belief(bent)
            #expect(belief.isPart(of: original.belief), "round \(round)")
            #expect(!names.contains("B"), "round \(round)")
            guard names == ["A"] else { continue }
            accepted += 1
            // A yes rests on anna, ben, bob and ci, and on one of the two keys of alice.
            let keys = belief.claims.values.reduce(Set()) { $0.union($1) }
            #expect(keys.isSuperset(of: [2, 3, 4, 5]) && !keys.isDisjoint(with: [0, 1]))
        }
        // Some changes are harmless, others are not; a test that sees one kind only sees nothing.
        #expect((1..<rounds).contains(accepted), "\(accepted)")
    }
}
