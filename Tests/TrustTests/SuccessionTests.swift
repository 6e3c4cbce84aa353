import Attestation
import Bytes
import Foundation
import Signing
import Testing
import Trust

struct SuccessionTests {
    private func version(
        _ number: Int, by signers: [UInt8], demands: String = PolicyFixture.agreement
    ) throws -> Envelope {
        try PolicyFixture.signed(try PolicyFixture.text(demands, version: number), by: signers)
    }

    private func walk(
        _ envelopes: [Envelope], from anchors: [UInt8] = [1], threshold: Int? = nil
    ) throws -> PolicyChain.Outcome {
        try PolicyChain(envelopes).walk(
            from: try anchors.map { try Fixture.key($0).publicKey },
            threshold: threshold ?? anchors.count)
    }

    @Test func `a policy needs the keys given and its own quorum`() throws {
        #expect(try walk([version(3, by: [1, 2])]).policy?.version == 3)
        #expect(try walk([version(3, by: [1, 2])], from: [1, 2]).policy?.version == 3)
        for (signers, anchors): ([UInt8], [UInt8]) in [
            ([1], [1]), ([2], [1]), ([1, 2], [4]), ([1, 2], [1, 4]), ([1, 3], [1]), ([], [1]),
            ([7], [7]),
        ] {
            let outcome = try walk([version(3, by: signers)], from: anchors)
            #expect(outcome.policy == nil)
            #expect(outcome.check.state == .notMet(.unproven))
        }
        #expect(try walk([version(3, by: [1, 2])], from: [1, 4], threshold: 1).policy != nil)
    }

    @Test func `signatures may come in several envelopes`() throws {
        let parts = try [version(3, by: [1]), version(3, by: [2])]
        #expect(try walk(parts).policy?.version == 3)
    }

    @Test func `a version follows without a gap, signed by both quorums`() throws {
        // The key given, 4, is in no root and signed version 3 only.
        let old = try version(3, by: [1, 2, 4])
        func newest(_ envelopes: Envelope...) throws -> Int64? {
            try walk([old] + envelopes, from: [4]).policy?.version
        }
        #expect(try newest(version(4, by: [1, 2])) == 4)
        // The next root is carol (7) alone.
        let text =
            PolicyFixture.head(version: 4, root: ["carol"], threshold: 1)
            + (try PolicyFixture.keys()) + (try PolicyFixture.key("carol", 7, "carol", ""))
            + PolicyFixture.agreement
        for (signers, number): ([UInt8], Int64) in [
            ([1, 2, 7], 4), ([1, 7], 3), ([1, 2], 3), ([7], 3), ([1, 3, 7], 3),
        ] {
            let next = try PolicyFixture.signed(text, by: signers)
            #expect(try newest(next) == number, "\(signers)")
        }
        let next = try PolicyFixture.signed(text, by: [1, 2, 7])
        let after = try PolicyFixture.signed(
            text.replacingOccurrences(of: "version = 4", with: "version = 5"), by: [7])
        #expect(try newest(after, next) == 5)
        #expect(try newest(after) == 3)
        #expect(try newest(version(5, by: [1, 2])) == 3)
    }

    @Test func `another policy's next version is none of this one`() throws {
        let old = try version(3, by: [1, 2])
        let text = try PolicyFixture.text(version: 4)
            .replacingOccurrences(of: "\"acme\"", with: "\"evil\"")
        let keysThatAnchor = try Fixture.key(4)
        var both = try version(3, by: [1, 2])
        try both.sign(with: keysThatAnchor)
        let other = try PolicyFixture.signed(text, by: [1, 2])
        #expect(try walk([both, other], from: [4]).policy?.version == 3)
        #expect(throws: Never.self) { try walk([old]) }
    }

    @Test func `a fork, a malformed successor and junk are errors`() throws {
        let old = try version(3, by: [1, 2])
        var anchored = old
        try anchored.sign(with: try Fixture.key(4))
        let one = try version(4, by: [1, 2])
        let two = try version(
            4, by: [1, 2], demands: PolicyFixture.agreement + "max-age = \"1d\"")
        #expect(throws: PolicyError.self) { try walk([anchored, one, two], from: [4]) }
        let broken = try PolicyFixture.signed("version = 4", by: [1, 2])
        #expect(throws: PolicyError.self) { try walk([anchored, broken], from: [4]) }
        let junk = try PolicyFixture.signed("version = 4", by: [7])
        #expect(try walk([old, junk]).policy?.version == 3)
        #expect(throws: PolicyError.self) { try walk([]) }
        let foreign = try Fixture.signed(
            Envelope(payloadType: "text/plain", payload: old.payload), by: [1, 2])
        #expect(throws: PolicyError.self) { try walk([foreign]) }
    }

    // MARK: The floor

    private func policy(_ version: Int, _ demands: String = PolicyFixture.agreement) throws
        -> Policy
    {
        try Policy(text: Array(try PolicyFixture.text(demands, version: version).utf8))
    }

    @Test func `an older version and another text of the same are refused`() throws {
        var floor = PolicyFloor()
        #expect(floor.check(try policy(3)).state == .notChecked)
        floor.raise(to: try policy(3))
        let again = try PolicyFloor(text: floor.text)
        #expect(again == floor)
        #expect(again.check(try policy(3)).state == .met)
        #expect(again.check(try policy(4)).state == .met)
        #expect(again.check(try policy(2)).state == .notMet(.denied))
        let other = try policy(3, PolicyFixture.agreement + "max-age = \"1d\"")
        #expect(again.check(other).state == .notMet(.denied))
    }

    @Test(
        arguments: [
            "", "x", "tallystick/floor/v1", "tallystick/floor/v2\n", "tallystick/floor/v1\na 1\n",
            "tallystick/floor/v1\na 0 " + String(repeating: "0", count: 64) + "\n",
            "tallystick/floor/v1\na 1 " + String(repeating: "G", count: 64) + "\n",
            "tallystick/floor/v1\n\n",
        ])
    func `a damaged floor is not taken for an empty one`(text: String) {
        #expect(throws: PolicyError.self) { try PolicyFloor(text: Array(text.utf8)) }
    }
}
