import Attestation
import Bytes
import Findings
import Hashing
import Signing
import Testing
import Trust

/// Policies and evidence for them. Keys are those of ``Fixture/key(_:)``: 1 and 2 are the
/// rebuilders alice and bob, 3 is alice's second key, 4 the builder, 5 and 6 approvers, 7 is
/// nobody's.
enum PolicyFixture {
    static let now: ByteString = "2026-02-01T00:00:00Z"

    static func moment(_ text: ByteString = now) throws -> Timestamp {
        try #require(Timestamp(text))
    }

    static func der(_ byte: UInt8) throws -> String {
        Base64.encode(try Fixture.key(byte).publicKey.der)
    }

    static func head(version: Int = 3, root: [String] = ["alice", "bob"], threshold: Int = 2)
        -> String
    {
        """
        format = "tallystick/policy/v1"
        name = "acme"
        version = \(version)
        expires = 2026-12-31T00:00:00Z
        [root]
        keys = [\(root.map { "\"\($0)\"" }.joined(separator: ", "))]
        threshold = \(threshold)

        """
    }

    static func key(
        _ name: String, _ byte: UInt8, _ holder: String, _ role: String, _ more: String = ""
    ) throws -> String {
        """
        [key.\(name)]
        public = "\(try der(byte))"
        operator = "\(holder)"
        roles = [\(role.isEmpty ? "" : "\"\(role)\"")]
        \(more)

        """
    }

    /// All keys and groups.
    static func keys() throws -> String {
        try key("alice", 1, "university", "rebuilder") + key("bob", 2, "foundation", "rebuilder")
            + key("alice-2", 3, "university", "rebuilder") + key("ci", 4, "ci", "builder")
            + key("anna", 5, "anna", "approver") + key("ben", 6, "ben", "approver")
                + """
                [group.rebuilders]
                keys = ["alice", "bob", "alice-2"]
                [group.builders]
                keys = ["ci"]
                [group.approvers]
                keys = ["anna", "ben"]

                """
    }

    static let agreement = "[[agreement]]\ngroup = \"rebuilders\"\nthreshold = 2\n"
    static let approval = "[[approval]]\ngroup = \"approvers\"\nthreshold = 2\n"
    static let provenance = """
        [[provenance]]
        group = "builders"
        threshold = 1
        builders = { ci = ["https://ci.example/1"] }

        """

    static func text(_ demands: String = agreement, version: Int = 3) throws -> String {
        head(version: version) + (try keys()) + demands
    }

    static func policy(_ demands: String = agreement) throws -> Policy {
        try Policy(text: Array(try text(demands).utf8))
    }

    /// What a policy makes of evidence about an artifact, by default "A".
    static func judge(
        _ policy: Policy, _ envelopes: [Envelope], of content: String = "A",
        name: ByteString = "tool.tar", at: ByteString = now
    ) throws -> VerificationResult {
        try judge(policy, files(envelopes), of: content, name: name, at: at)
    }

    static func judge(
        _ policy: Policy, _ files: [EvidenceFile], of content: String = "A",
        name: ByteString = "tool.tar", at: ByteString = now
    ) throws -> VerificationResult {
        let claims = ClaimSet(files, policy: policy, jobs: 2)
        let artifact = Fixture.artifact(content, name: name)
        return PolicyVerification(
            policy: policy, claims: claims, checks: [], at: try moment(at), clock: .operator
        ).judge([Intake.Taken(file: artifact)])
    }

    static func files(_ envelopes: [Envelope]) -> [EvidenceFile] {
        envelopes.enumerated().map { index, envelope in
            EvidenceFile(Evidence(name: ByteString("\(index).att"), .bytes(envelope.text())))
        }
    }

    static func approval(
        _ environment: ByteString? = nil, on payloads: [[UInt8]] = [], by signer: UInt8,
        of content: String = "A", time: ByteString = "2026-01-31T12:00:00Z"
    ) throws -> Envelope {
        let approval = Approval(
            environment: environment,
            reliesOn: payloads.map {
                .init(payload: SHA256.digest(of: $0), predicateType: "x")
            }, time: try moment(time))
        return try Fixture.envelope(
            type: PredicateType.approval, predicate: approval.json, of: content, by: [signer])
    }

    static func provenance(
        builder: String = "https://ci.example/1", by signer: UInt8 = 4, of content: String = "A",
        dependencies: [JSON] = [], finished: String? = "2026-01-31T12:00:00.123Z"
    ) throws -> Envelope {
        let predicate = JSON.record([
            "buildDefinition": .record([
                "buildType": .text("https://ci.example/build"),
                "externalParameters": .record([:]),
                "resolvedDependencies": .array(dependencies),
            ]),
            "runDetails": .record([
                "builder": .record(["id": .text(builder)]),
                "metadata": finished.map { .record(["finishedOn": .text($0)]) },
            ]),
        ])
        return try Fixture.envelope(
            type: PredicateType.provenance, predicate: predicate, of: content, by: [signer])
    }

    static func dependency(_ uri: String, _ digests: KeyValuePairs<String, JSON?>) -> JSON {
        .record(["uri": .text(uri), "digest": .record(digests)])
    }

    /// An identical comparison with some fields of its predicate replaced.
    static func comparison(
        _ verdict: Verdict = .identical, by signers: [UInt8],
        _ changes: [String: JSON] = [:]
    ) throws -> Envelope {
        let json = try Fixture.predicate(verdict).json
        let entries = (json.object ?? []).map { entry in
            JSON.Entry(
                entry.key, changes[String(decoding: entry.key.bytes, as: UTF8.self)] ?? entry.value)
        }
        return try Fixture.envelope(
            type: PredicateType.uri(verdict), predicate: .object(entries), by: signers)
    }

    /// A signed policy.
    static func signed(_ text: String, by signers: [UInt8]) throws -> Envelope {
        try Fixture.signed(
            Envelope(payloadType: Policy.payloadType, payload: Array(text.utf8)), by: signers)
    }
}
