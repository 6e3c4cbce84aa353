import Attestation
import Bytes
import Findings
import Hashing
import Testing
import Trust

struct BundleTests {
    private func contents() throws -> [Envelope] {
        [
            try Fixture.envelope(.identical, by: [1]), try Fixture.envelope(.identical, by: [2]),
            try Fixture.envelope(.different, by: [1, 3]), try PolicyFixture.provenance(),
            try PolicyFixture.signed(try PolicyFixture.text(), by: [1, 2]),
        ]
    }

    private var references: [Bundle.Reference] {
        ["a", "b\n\u{1b}[31m"].map {
            Bundle.Reference(
                name: $0, mediaType: "application/spdx+json", sha256: Fixture.digest("sbom"))
        }
    }

    private func bundle() throws -> Bundle {
        Bundle(
            envelopes: try contents(), keys: try [1, 2].map { try Fixture.key($0).publicKey },
            references: references)
    }

    @Test func `what is written is read as the same, whatever the order`() throws {
        let bundle = try bundle()
        let text = try bundle.text()
        #expect(try Bundle(parsing: text) == bundle)
        #expect(bundle.envelopes.count == 5)
        #expect(Set(bundle.envelopes) == Set(try contents()))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            let shuffled = Bundle(
                envelopes: (try contents() + contents()).shuffled(using: &random),
                keys: bundle.keys.reversed() + bundle.keys, references: references.reversed())
            #expect(try shuffled.text() == text)
        }
        #expect(try Bundle(joining: [bundle, bundle]).text() == text)
    }

    @Test func `the lines may stand in any order, twice, and among others`() throws {
        let bundle = try bundle()
        let lines = try bundle.text().split(separator: 0x0a).map { Array($0) + [0x0a] }
        let strange = [
            "{}", "{\"publicKey\":\"AAAA\"}", "{\"reference\":{}}", "x", "[[[[", "\u{0}",
        ]
        let rest = lines.dropFirst().reversed() + lines.dropFirst()
        let text = lines[0] + rest.joined() + strange.map { Array("\($0)\n".utf8) }.joined()
        let read = try Bundle(parsing: Array(text))
        #expect(read.skipped == strange.count)
        #expect(read.envelopes == bundle.envelopes)
        #expect(try read.text() == bundle.text())
    }

    @Test func `a bundle is an attestation bundle for others`() throws {
        let bundle = try bundle()
        let (envelopes, skipped) = try Envelope.all(in: try bundle.text())
        #expect(envelopes == bundle.envelopes)
        #expect(skipped == 5)
    }

    @Test func `another first line is no bundle, and too much is refused`() throws {
        let text = try bundle().text()
        #expect(throws: AttestationError.self) { try Bundle(parsing: Array(text.dropFirst())) }
        #expect(throws: AttestationError.self) { try Bundle(importing: []) }
        let header = try Bundle().text()
        let lines = Array(repeating: [0x78, 0x0a] as [UInt8], count: Envelope.lineLimit).joined()
        #expect(throws: AttestationError.self) { try Bundle(parsing: header + lines) }
        #expect(try Bundle(parsing: header + lines.dropLast(2)).skipped == Envelope.lineLimit - 1)
    }

    @Test func `a bundle is judged like its envelopes, and its keys and policy not at all`() throws
    {
        let policy = try PolicyFixture.policy()
        func outcome(_ bundle: Bundle) throws -> VerificationResult.Outcome {
            let file = EvidenceFile(Evidence(name: "b", .bytes(try bundle.text())))
            let result = try PolicyFixture.judge(policy, [file])
            return result.outcome
        }
        let all = try contents()
        #expect(try outcome(try bundle()) == .accepted)
        for chosen in 0..<32 {
            let envelopes = all.indices.filter { chosen & 1 << $0 != 0 }.map { all[$0] }
            let apart = try PolicyFixture.judge(policy, envelopes).outcome
            let together = try outcome(Bundle(envelopes: envelopes, keys: try bundle().keys))
            #expect((together == .accepted) == (chosen & 3 == 3), "\(chosen)")
            #expect((together == .accepted) == (apart == .accepted))
        }
        // Keys that nobody named, with envelopes that they signed.
        let strangers = try Fixture.envelope(.identical, by: [7, 8])
        let own = Bundle(
            envelopes: [strangers], keys: try [7, 8].map { try Fixture.key($0).publicKey })
        #expect(try outcome(own) == .denied)
    }

    @Test func `no flipped bit of a bundle turns no into yes`() throws {
        let policy = try PolicyFixture.policy()
        for missing in 0..<2 {
            var envelopes = try contents()
            envelopes.remove(at: missing)
            let text = try Bundle(envelopes: envelopes, keys: try bundle().keys).text()
            for index in stride(from: missing, to: text.count, by: 97) {
                var bent = text
                bent[index] ^= 1 << UInt8(index % 8)
                let file = EvidenceFile(Evidence(name: "b", .bytes(bent)), isNamed: false)
                let outcome = try PolicyFixture.judge(policy, [file]).outcome
                #expect(outcome != .accepted, "\(missing) \(index)")
            }
        }
    }

    @Test func `the listing says what is there, escaped, and that nothing was verified`() throws {
        let bundle = try bundle()
        #expect(
            bundle.lines[0]
                == "5 envelopes, 2 public keys, 2 references; nothing of it was verified")
        for line in bundle.lines {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f })
        }
        let text = bundle.lines.joined(separator: "\n")
        for envelope in bundle.envelopes {
            #expect(text.contains(SHA256.digest(of: envelope.payload).hex))
        }
        let json = bundle.json
        #expect(json["verified"] == .bool(false))
        #expect(json["envelopes"]?.array?.count == 5)
        #expect(json["envelopes"]?.array?.filter { $0["predicateType"] == nil }.count == 1)
        #expect(json["references"]?.array?.count == 2)
    }
}
