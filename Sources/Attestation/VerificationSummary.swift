import Bytes

/// What a verifier found: the predicate of a SLSA verification summary attestation v1.
public struct VerificationSummary: Hashable, Sendable {
    /// What the verification came to.
    public enum Result: String, Sendable, CaseIterable {
        /// Every demand was met.
        case passed = "PASSED"
        /// Some demand was not met.
        case failed = "FAILED"
    }

    /// Who verified, a URI. A reader trusts it only from the key that it knows of this verifier.
    public let verifier: ByteString
    /// The moment as of which it was judged.
    public let time: Timestamp
    /// Under what name the artifact is to be used, a URI.
    public let resource: ByteString
    /// The policy: a URI, and the SHA-256 of its text.
    public let policy: ByteString
    /// The SHA-256 of the policy's text.
    public let policyDigest: Digest?
    /// The SHA-256 of the payloads of all attestations that spoke of the artifact; `nil` for more
    /// than are named, since some would not do (SLSA, `inputAttestations`).
    public let inputs: [Digest]?
    /// What it came to.
    public let result: Result
    /// What was found: SLSA levels and properties.
    public let levels: [ByteString]

    /// The most attestations that are named.
    public static let inputLimit = 65_536
    /// The most levels.
    static let levelLimit = 1_024

    /// Levels that are stated here (SLSA 1.2, "SlsaResult").
    public enum Level {
        /// No build level was verified: nothing asks for one. `SLSA_BUILD_LEVEL_UNEVALUATED` would
        /// say so too, but `slsa-verifier` 2.7 takes numbers only.
        public static let zero: ByteString = "SLSA_BUILD_LEVEL_0"
        /// Built by two platforms of different operators, with the same bytes (SLSA 1.3, a draft).
        public static let reproduced: ByteString = "SLSA_BUILD_REPRODUCED"
        /// The verification failed.
        public static let failed: ByteString = "FAILED"
    }

    /// A summary. The levels follow: none but `FAILED` if it failed.
    public init(
        verifier: ByteString, time: Timestamp, resource: ByteString,
        policy: ByteString, policyDigest: Digest?, inputs: [Digest], passed: Bool,
        isReproduced: Bool
    ) {
        self.verifier = verifier
        self.time = time
        self.resource = resource
        self.policy = policy
        self.policyDigest = policyDigest
        let distinct = Set(inputs)
        let isWhole = distinct.count <= VerificationSummary.inputLimit
        self.inputs = isWhole ? distinct.sorted() : nil
        result = passed ? .passed : .failed
        // The property must not be stated without all that it rests on.
        let found = isReproduced && isWhole ? [Level.zero, Level.reproduced] : [Level.zero]
        levels = passed ? found : [Level.failed]
    }
}

extension VerificationSummary {
    /// A summary from a statement's predicate. Fields that are not known are ignored.
    ///
    /// - Throws: ``AttestationError`` for a field that is missing or of the wrong kind.
    public init(_ json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        verifier = try fields.fields("verifier").text("id")
        guard let time = Timestamp(try fields.text("timeVerified")) else {
            throw fields.failure("timeVerified", "a UTC time as 2026-01-31T12:00:00Z")
        }
        self.time = time
        resource = try fields.text("resourceUri")
        let policy = try fields.fields("policy")
        self.policy = try policy.text("uri")
        policyDigest = try policy.optional("digest")?.fields("digest").optional("sha256")?
            .digest("sha256")
        inputs = try fields.optional("inputAttestations")?
            .list("inputAttestations", atMost: VerificationSummary.inputLimit)
            .map { entry throws(AttestationError) in try entry.fields("digest").digest("sha256") }
        result = try fields.choice("verificationResult", Result.self)
        levels = try fields.texts("verifiedLevels", atMost: VerificationSummary.levelLimit)
    }

    /// The summary as JSON, always the same for the same summary.
    public var json: JSON {
        .record([
            // No version: in-toto's own message for this predicate has no such field.
            "verifier": .record(["id": .string(verifier)]),
            "timeVerified": .text(time.text),
            "resourceUri": .string(resource),
            "policy": .record(["uri": .string(policy), "digest": policyDigest?.digestSet]),
            "inputAttestations": inputs.map {
                .array($0.map { .record(["digest": $0.digestSet]) })
            },
            "verificationResult": .text(result.rawValue),
            "verifiedLevels": .array(levels.map { .string($0) }),
            "slsaVersion": .text(version),
        ])
    }

    /// The version of SLSA in which all that is stated is defined.
    private var version: String { levels.contains(Level.reproduced) ? "1.3" : "1.2" }
}

extension PredicateType {
    /// The type URI of a SLSA verification summary v1.
    public static let summary: ByteString = "https://slsa.dev/verification_summary/v1"
}
