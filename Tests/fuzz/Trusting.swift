import Attestation
import Bytes
import Findings
import Hashing
import Signing
import Trust

/// What has to hold of all that travels on a stick: envelopes, statements, bundles, policies.
enum Trusting {
    /// Keys from secrets of equal bytes, so that a seed is the same in every run.
    nonisolated(unsafe) private static let signers = [1, 2].compactMap { key(UInt8($0)) }

    private static func key(_ byte: UInt8) -> PrivateKey? {
        let prefix: [UInt8] = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ]
        let body = Base64.encode(prefix + [UInt8](repeating: byte, count: 32))
        let pem = "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n"
        return try? PrivateKey(pem: Array(pem.utf8))
    }

    // MARK: Bundles

    /// A bundle is written and read again as the same, is told in lines without controls, and makes
    /// nobody believe what was not signed.
    static func checkBundle(_ text: [UInt8]) {
        if let bundle = try? Bundle(importing: text), let written = try? bundle.text() {
            let again = try? Bundle(parsing: written)
            hold((try? again?.text()) == written, "a bundle has one form")
            hold(again?.skipped == 0, "all that is written of a bundle is known")
            hold(bundle.lines.allSatisfy(isFit), "a bundle is told in lines without controls")
            hold(
                (try? JSON(parsing: bundle.json.text(pretty: true))) != nil,
                "a bundle is told in JSON")
        }
        guard let policy else { return }
        let file = EvidenceFile(Evidence(name: "b", .bytes(text)))
        let claims = ClaimSet([file], policy: policy, jobs: 1)
        for claim in claims.claims where !claim.proven.isEmpty {
            hold(payloads.contains(claim.payload), "what is believed was signed")
        }
        hold(claims.problems.map(\.message).allSatisfy(isFit), "problems have no controls")
    }

    /// Whether a line is fit for a terminal.
    private static func isFit(_ line: String) -> Bool {
        !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    private static let statements: [Statement] = [
        statement(PredicateType.uri(.identical), #"{"verdict":"identical"}"#),
        statement(
            PredicateType.provenance,
            """
            {"buildDefinition":{"buildType":"t","externalParameters":{},"resolvedDependencies":
            [{"uri":"git+https://x@1","name":"n","digest":{"gitCommit":"00"}}]},"runDetails":
            {"builder":{"id":"u","version":{"a":"1"}},"metadata":{"finishedOn":
            "2026-01-31T12:00:00.5Z"}}}
            """),
        statement(
            PredicateType.approval,
            #"{"environment":"e","time":"2026-01-31T12:00:00Z","reliesOn":[]}"#),
        statement(
            PredicateType.summary,
            """
            {"verifier":{"id":"u:v"},"timeVerified":"2026-01-31T12:00:00Z","resourceUri":"u:r",
            "policy":{"uri":"u:p"},"verificationResult":"PASSED","verifiedLevels":["x"]}
            """),
    ].compactMap { $0 }

    private static func statement(_ type: ByteString, _ predicate: String) -> Statement? {
        guard let json = try? JSON(parsing: Array(predicate.utf8)) else { return nil }
        let subject = Subject(name: "a", trusting: SHA256.digest(of: Array("a".utf8)))
        return try? Statement(subjects: [subject], predicateType: type, predicate: json)
    }

    private static let envelopes = statements.map { statement in
        var envelope = Envelope(statement)
        for signer in signers { try? envelope.sign(with: signer) }
        return envelope
    }

    private static let payloads = Set(envelopes.map { SHA256.digest(of: $0.payload) })

    private static let policy = try? Policy(
        text: Array(
            """
            format = "tallystick/policy/v1"
            name = "a"
            version = 1
            expires = 2030-01-01T00:00:00Z
            root = { keys = ["a"], threshold = 1 }
            group.a = { keys = ["a"] }
            agreement = [{ group = "a", threshold = 1 }]
            key.a = { public = "\(der(0))", operator = "a", roles = ["rebuilder", "approver"] }
            key.b = { public = "\(der(1))", operator = "b", roles = ["builder"] }

            """.utf8))

    private static func der(_ index: Int) -> String {
        signers.indices.contains(index) ? Base64.encode(signers[index].publicKey.der) : ""
    }

    /// Bundles of all kinds of lines, and what is imported as one.
    static func bundles() -> [[UInt8]] {
        let reference = Bundle.Reference(
            name: "sbom", mediaType: "a/b", sha256: SHA256.digest(of: Array("a".utf8)))
        let bundle = Bundle(
            envelopes: envelopes, keys: signers.map(\.publicKey), references: [reference])
        let lines = envelopes.flatMap { $0.text(pretty: false) }
        return [(try? bundle.text()) ?? [], lines] + envelopes.flatMap(\.sigstoreBundles)
            + envelopes.map { $0.text() }
    }

    // MARK: Statements

    /// Whatever is read of a predicate is written and read again as the same.
    static func checkStatement(_ text: [UInt8]) {
        let payload = Envelope(
            payloadType: ByteString(Statement.payloadType), payload: text)
        if let statement = try? Statement(of: payload) {
            let again = try? Statement(of: Envelope(statement))
            hold(again == statement, "a statement is read as written")
            check(statement.predicate)
            _ = try? payload.summary()
        }
        if let json = try? JSON(parsing: text) { check(json) }
    }

    private static func check(_ json: JSON) {
        if let value = try? Approval(json) {
            hold((try? Approval(value.json)) == value, "an approval is read as written")
        }
        if let value = try? VerificationSummary(json) {
            hold((try? VerificationSummary(value.json)) == value, "a summary is read as written")
        }
        if let value = try? BuildRecord(provenance: json) {
            hold(
                (try? BuildRecord(provenance: value.provenance)) == value,
                "provenance is read as written")
            hold((try? Provenance(value.provenance)) != nil, "a policy reads provenance")
        }
        _ = try? Provenance(json)
        _ = try? Predicate(json)
    }

    /// Statements with each predicate, and the predicates.
    static func texts() -> [[UInt8]] {
        statements.map(\.text) + statements.map { $0.predicate.text(pretty: false) }
    }
}
