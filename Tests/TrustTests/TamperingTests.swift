import Attestation
import Bytes
import Findings
import Testing
import Trust

struct TamperingTests {
    private func judge(_ text: [UInt8]) throws -> VerificationResult {
        try Fixture.demand().judge(
            [Fixture.artifact("A")], by: [Evidence(name: "e", .bytes(text))])
    }

    /// A flip may hit a key ID, or white space: then what is accepted is what was signed.
    private func isHarmless(_ text: [UInt8], as original: Envelope) throws -> Bool {
        guard try judge(text).outcome == .accepted else { return true }
        // A line break makes JSON Lines of a text, whose other lines are passed over.
        return try Envelope.all(in: text).envelopes.allSatisfy {
            $0.payload == original.payload && $0.payloadType == original.payloadType
        }
    }

    @Test(arguments: 0..<4)
    func `no flipped bit is ever believed`(residue: Int) throws {
        let original = try Fixture.envelope(.identical)
        let text = original.text(pretty: residue % 2 == 0)
        for index in stride(from: residue, to: text.count, by: 4) {
            var flipped = text
            flipped[index] ^= 1 << UInt8(index % 8)
            let isFine = try isHarmless(flipped, as: original)
            #expect(isFine, "byte \(index)")
        }
    }

    @Test func `no envelope cut short is believed`() throws {
        let text = try Fixture.envelope(.identical).text()
        for count in stride(from: 0, to: text.count - 1, by: 31) {
            #expect(try judge(Array(text.prefix(count))).outcome == .malformed)
        }
    }

    @Test func `no byte added behind is believed to be part of it`() throws {
        let original = try Fixture.envelope(.identical)
        for byte in Array("\t\n\r \0,:]}{\"x1".utf8) + [0xff] {
            let isSpace = [0x09, 0x0a, 0x0d, 0x20].contains(byte)
            let outcome = try judge(original.text() + [byte]).outcome
            #expect(outcome == (isSpace ? .accepted : .malformed))
            let isFine = try isHarmless(original.text(pretty: false) + [byte], as: original)
            #expect(isFine)
        }
    }

    @Test func `no digit of a signed digest can be changed`() throws {
        let original = try Fixture.envelope(.identical)
        let digest = Array(Fixture.digest("A").hex.utf8)
        let other = Array(Fixture.digest("B").hex.utf8)
        let payload = Array(
            String(decoding: original.payload, as: UTF8.self)
                .replacing(
                    String(decoding: digest, as: UTF8.self),
                    with: String(decoding: other, as: UTF8.self)
                ).utf8)
        let forged = Envelope(
            payloadType: original.payloadType, payload: payload, signatures: original.signatures)
        let result = try Fixture.demand().judge(
            [Fixture.artifact("B")], by: Fixture.evidence(forged))
        #expect(result.outcome != .accepted)
    }

    @Test func `dropped and doubled signatures change nothing but themselves`() throws {
        let original = try Fixture.envelope(.identical, by: [1, 2])
        let signatures = original.signatures
        for (chosen, isAccepted) in [
            ([], false), ([0], true), ([1], false), ([1, 0], true), ([0, 0, 0], true),
            ([1, 1], false),
        ] {
            let envelope = Envelope(
                payloadType: original.payloadType, payload: original.payload,
                signatures: chosen.map { signatures[$0] })
            let outcome = try judge(envelope.text()).outcome
            #expect((outcome == .accepted) == isAccepted)
            #expect(isAccepted || outcome == .unproven)
        }
    }
}
