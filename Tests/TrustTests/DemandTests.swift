import Attestation
import Bytes
import Findings
import Signing
import Testing
import Trust

struct DemandTests {
    typealias Outcome = VerificationResult.Outcome

    private func judge(
        _ evidence: [Evidence], _ artifacts: [Artifact] = [Fixture.artifact("A")],
        _ demand: Demand? = nil
    ) throws -> VerificationResult {
        try (try demand ?? Fixture.demand()).judge(artifacts, by: evidence)
    }

    /// What is signed, by which key, over which bytes, what is accepted, and what comes of it.
    /// The demanded key is 1 and the artifact is "A".
    static let table: [(Verdict, UInt8, String, Bool, Outcome)] = [
        (.identical, 1, "A", false, .accepted), (.identical, 1, "A", true, .accepted),
        (.identical, 2, "A", false, .unproven), (.identical, 1, "B", false, .unproven),
        (.identical, 2, "B", false, .unproven), (.equivalent, 1, "A", false, .denied),
        (.equivalent, 1, "A", true, .accepted), (.equivalent, 2, "A", true, .unproven),
        (.equivalent, 1, "B", true, .unproven), (.equivalent, 2, "A", false, .denied),
        (.different, 1, "A", false, .denied), (.different, 1, "A", true, .denied),
        (.different, 2, "A", true, .denied), (.different, 1, "B", true, .denied),
        (.inconclusive, 1, "A", true, .denied), (.inconclusive, 1, "B", true, .denied),
    ]

    @Test(arguments: table.indices)
    func `verdict, signer, subject and demand decide`(row: Int) throws {
        let (verdict, signer, content, acceptsEquivalent, outcome) = DemandTests.table[row]
        let envelope = try Fixture.envelope(verdict, of: content, by: [signer])
        let demand = try Fixture.demand(acceptsEquivalent: acceptsEquivalent)
        let result = try judge(Fixture.evidence(envelope), [Fixture.artifact("A")], demand)
        #expect(result.outcome == outcome)
    }

    @Test func `each outcome has the exit code of the table`() {
        #expect(Outcome.allCases.map(\.exitCode) == [0, 1, 2, 3, 4])
        #expect(TrustError.exitCode == 64)
    }

    @Test(
        arguments: [
            (nil, Outcome.accepted), ("2026-01-31T12:00:00Z", .accepted),
            ("2027-01-31T12:00:00Z", .accepted), ("2026-01-31T11:55:00Z", .accepted),
            ("2026-01-31T11:54:59Z", .untimely), ("1970-01-01T00:00:00Z", .untimely),
        ] as [(ByteString?, Outcome)])
    func `a statement from the future is not yet valid`(at: ByteString?, outcome: Outcome) throws {
        let envelope = try Fixture.envelope(.identical)
        let demand = try Fixture.demand(at: at)
        let result = try judge(Fixture.evidence(envelope), [Fixture.artifact("A")], demand)
        #expect(result.outcome == outcome)
        let tampered = try judge(Fixture.evidence(envelope), [Fixture.artifact("B")], demand)
        #expect(tampered.outcome == .unproven)
    }

    @Test(
        arguments: [
            "https://slsa.dev/verification_summary/v1", "https://spdx.dev/Document/v3",
            "https://slsa.dev/provenance/v1", "https://tallystick.dev/attestation/identical/v2", "",
        ] as [ByteString])
    func `another predicate type is denied`(type: ByteString) throws {
        let envelope = try Fixture.envelope(
            type: type, predicate: try Fixture.predicate(.identical).json)
        #expect(try judge(Fixture.evidence(envelope)).outcome == .denied)
    }

    @Test func `a type that promises more than its predicate is denied`() throws {
        for verdict in [Verdict.equivalent, .different, .inconclusive] {
            let envelope = try Fixture.envelope(
                type: PredicateType.uri(.identical),
                predicate: try Fixture.predicate(verdict).json)
            let demand = try Fixture.demand(acceptsEquivalent: true)
            let result = try judge(Fixture.evidence(envelope), [Fixture.artifact("A")], demand)
            #expect(result.outcome == .denied)
        }
    }

    @Test func `a predicate of other bytes than its subject is denied`() throws {
        let envelope = try Fixture.envelope(
            type: PredicateType.uri(.identical),
            predicate: try Fixture.predicate(.identical, left: "B").json)
        #expect(try judge(Fixture.evidence(envelope)).outcome == .denied)
    }

    @Test func `a predicate that contradicts itself is denied, a malformed one is malformed`()
        throws
    {
        let type = PredicateType.uri(.equivalent)
        let json = try Fixture.predicate(.equivalent).json
        let bare = JSON.object((json.object ?? []).filter { $0.key != "time" })
        let claimed = JSON.object(
            (json.object ?? []).map {
                $0.key == "verdict" ? .init("verdict", .text("identical")) : $0
            })
        let denied = try Fixture.envelope(type: PredicateType.uri(.identical), predicate: claimed)
        let malformed = try Fixture.envelope(type: type, predicate: bare)
        #expect(try judge(Fixture.evidence(denied)).outcome == .denied)
        #expect(try judge(Fixture.evidence(malformed)).outcome == .malformed)
    }

    @Test func `no signature, a borrowed key ID and a foreign payload type do not pass`() throws {
        let good = try Fixture.envelope(.identical)
        let bytes = try Fixture.key(2).sign(good.signedBytes)
        let bare = Envelope(payloadType: good.payloadType, payload: good.payload)
        let borrowed = Envelope(
            payloadType: good.payloadType, payload: good.payload,
            signatures: [.init(keyID: good.signatures.first?.keyID, bytes: bytes)])
        let foreign = try Fixture.signed(
            Envelope(payloadType: "application/json", payload: good.payload), by: [1])
        let retyped = Envelope(
            payloadType: "application/json", payload: good.payload, signatures: good.signatures)
        #expect(try judge(Fixture.evidence(bare)).outcome == .unproven)
        #expect(try judge(Fixture.evidence(borrowed)).outcome == .unproven)
        #expect(try judge(Fixture.evidence(foreign)).outcome == .denied)
        #expect(try judge(Fixture.evidence(retyped)).outcome == .denied)
    }

    @Test func `where a subject has a SHA-512 it must agree too`() throws {
        let forged = Artifact(
            name: "x", sha256: Fixture.digest("A"), sha512: Fixture.long("B"))
        let result = try judge(Fixture.evidence(try Fixture.envelope(.identical)), [forged])
        #expect(result.outcome == .unproven)
    }

    @Test func `an envelope that meets every demand outweighs all bad extras`() throws {
        let good = Fixture.evidence(try Fixture.envelope(.identical))
        let bad = try badExtras()
        for place in 0...bad.count {
            var evidence = bad
            evidence.insert(contentsOf: good, at: place)
            #expect(try judge(evidence).outcome == .accepted)
        }
    }

    @Test func `no set of bad extras is accepted`() throws {
        let bad = try badExtras()
        for mask in 1..<(1 << bad.count) {
            let chosen = bad.indices.filter { mask >> $0 & 1 == 1 }.map { bad[$0] }
            #expect(try judge(chosen).outcome != .accepted)
        }
    }

    private func badExtras() throws -> [Evidence] {
        Fixture.evidence(
            try Fixture.envelope(.different), try Fixture.envelope(.equivalent),
            try Fixture.envelope(.identical, of: "B"), try Fixture.envelope(.identical, by: [2]))
            + [
                Evidence(name: "junk", .bytes([0xff])), Evidence(name: "empty", .bytes([])),
                Evidence(name: "gone", .unreadable("there is no such file")),
            ]
    }

    @Test func `unread evidence stands in the way of every other no`() throws {
        let gone = Evidence(name: "gone", .unreadable("there is no such file"))
        let evidence = Fixture.evidence(try Fixture.envelope(.different)) + [gone]
        #expect(try judge(evidence).outcome == .malformed)
        #expect(try judge([gone]).outcome == .malformed)
    }

    @Test func `JSON Lines hold several envelopes, and lines of other kinds`() throws {
        let lines =
            try Fixture.envelope(.different).text(pretty: false)
            + Array("{\"x\":1}\nnonsense\n".utf8)
            + (try Fixture.envelope(.identical).text(pretty: false))
        #expect(try judge([Evidence(name: "all.intoto.jsonl", .bytes(lines))]).outcome == .accepted)
    }

    @Test func `every artifact must be covered`() throws {
        let a = try Fixture.envelope(.identical)
        let b = try Fixture.envelope(.identical, of: "B")
        let both = [Fixture.artifact("A"), Fixture.artifact("B")]
        #expect(try judge(Fixture.evidence(a, b), both).outcome == .accepted)
        let half = try judge(Fixture.evidence(a), both)
        #expect(half.outcome == .unproven)
        #expect(half.artifacts.map(\.outcome) == [.accepted, .unproven])
    }

    @Test func `any of several keys will do, and each counts once`() throws {
        let envelope = try Fixture.envelope(.identical, by: [2])
        let demand = try Fixture.demand(keys: [1, 2, 2, 1])
        #expect(demand.keys.count == 2)
        let result = try judge(Fixture.evidence(envelope), [Fixture.artifact("A")], demand)
        #expect(result.outcome == .accepted)
        #expect(
            result.artifacts.first?.attested?.keyIDs == [try Fixture.key(2).publicKey.keyID])
    }

    @Test func `nothing to judge is wrong usage`() throws {
        let evidence = Fixture.evidence(try Fixture.envelope(.identical))
        #expect(throws: TrustError.self) { try judge(evidence, []) }
        #expect(throws: TrustError.self) { try judge([]) }
        #expect(throws: TrustError.self) { try Demand(keys: []) }
    }
}
