import Attestation
import Bytes
import Findings
import Hashing
import Testing
import Trust

/// Evidence is taken away, doubled, shuffled and bent; no answer may get better by it.
struct MonotonicTests {
    /// Enough for a yes, with much beside it that does not count.
    private func evidence() throws -> [[UInt8]] {
        let one = try Fixture.envelope(.identical, by: [1])
        let two = try Fixture.envelope(.identical, by: [2])
        let built = try PolicyFixture.provenance()
        let approvals = try [5, 6].map {
            try PolicyFixture.approval("production", on: [two.payload], by: $0)
        }
        let extras = [
            try Fixture.envelope(.different, by: [1, 3]), try Fixture.envelope(.identical, by: [7]),
            try Fixture.envelope(.identical, of: "B", by: [1, 2]),
            try PolicyFixture.provenance(builder: "https://evil.example", by: 4),
            try PolicyFixture.approval("test", by: 5),
        ]
        return ([one, two, built] + approvals + extras).map { $0.text(pretty: false) }
            + [[0xff], [], Array("{}".utf8)]
    }

    private func policy() throws -> Policy {
        try PolicyFixture.policy(
            PolicyFixture.agreement + PolicyFixture.provenance + PolicyFixture.approval
                + "environment = \"production\"\nrelies = true\n")
    }

    private func outcome(
        _ files: [[UInt8]], _ policy: Policy, isNamed: Bool = false
    ) throws -> VerificationResult.Outcome {
        let files = files.map {
            EvidenceFile(Evidence(name: "e", .bytes($0)), isNamed: isNamed)
        }
        return try PolicyFixture.judge(policy, files).outcome
    }

    @Test func `an answer never gets better by taking evidence away`() throws {
        let (all, policy) = (try evidence(), try policy())
        #expect(try outcome(all, policy) == .accepted)
        #expect(try outcome(all, policy, isNamed: true) == .accepted)
        var random = SystemRandomNumberGenerator()
        var accepted = 0
        for _ in 0..<60 {
            var files = all.shuffled(using: &random)
            var was = try outcome(files, policy) == .accepted
            while !files.isEmpty {
                files.removeLast()
                let isNow = try outcome(files, policy) == .accepted
                #expect(was || !isNow)
                accepted += isNow ? 1 : 0
                was = isNow
            }
        }
        #expect(accepted > 0)
    }

    @Test func `order and copies change nothing`() throws {
        let (all, policy) = (try evidence(), try policy())
        for seed in 0..<10 {
            let turned = Array(all[(seed % all.count)...] + all[..<(seed % all.count)])
            #expect(try outcome(turned + turned, policy) == .accepted)
        }
        let lacking = all.indices.filter { $0 != 3 }.map { all[$0] }
        #expect(try outcome(lacking + lacking, policy) == .denied)
    }

    @Test(arguments: 0..<8)
    func `no flipped bit helps, and what is accepted is what was signed`(residue: Int) throws {
        let (all, policy) = (Array(try evidence().prefix(5)), try policy())
        // One piece is missing: no change of the others may make up for it.
        for missing in all.indices {
            let rest = all.indices.filter { $0 != missing }.map { all[$0] }
            for file in rest.indices {
                for index in stride(from: residue * 7, to: rest[file].count, by: 331) {
                    var bent = rest
                    bent[file][index] ^= 1 << UInt8(residue)
                    #expect(try outcome(bent, policy) != .accepted, "\(missing) \(file) \(index)")
                }
            }
        }
    }

    @Test func `signatures are dropped, doubled and moved without effect`() throws {
        let policy = try PolicyFixture.policy()
        let good = try Fixture.envelope(.identical, by: [1, 2])
        let other = try Fixture.envelope(.different, by: [1, 2])
        for chosen in [[0], [1], [0, 0], [1, 1, 1]] {
            let envelope = Envelope(
                payloadType: good.payloadType, payload: good.payload,
                signatures: chosen.map { good.signatures[$0] })
            #expect(try PolicyFixture.judge(policy, [envelope]).outcome != .accepted)
        }
        let moved = Envelope(
            payloadType: good.payloadType, payload: good.payload, signatures: other.signatures)
        #expect(try PolicyFixture.judge(policy, [moved]).outcome == .unproven)
    }

    @Test func `a broken file that was named stands in the way of a no, and of no yes`() throws {
        let policy = try PolicyFixture.policy()
        let good = try Fixture.envelope(.identical, by: [1, 2]).text()
        #expect(try outcome([good, [0xff]], policy, isNamed: true) == .accepted)
        #expect(try outcome([[0xff]], policy, isNamed: true) == .malformed)
        #expect(try outcome([[0xff]], policy) != .malformed)
    }
}
