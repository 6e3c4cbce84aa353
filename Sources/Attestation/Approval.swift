import Bytes

/// What an approver says of an artifact: `Docs/predicates/approval-v1.md`.
public struct Approval: Hashable, Sendable {
    /// An attestation that the approver looked at before approving.
    public struct Reliance: Hashable, Sendable {
        /// The SHA-256 of the envelope's payload: signatures may be added to it later.
        public let payload: Digest
        /// The type of its predicate.
        public let predicateType: ByteString

        /// Reliance on an attestation.
        public init(payload: Digest, predicateType: ByteString) {
            self.payload = payload
            self.predicateType = predicateType
        }
    }

    /// What the artifact is approved for, as `production`; `nil` for no place in particular.
    public let environment: ByteString?
    /// What the approver relies on.
    public let reliesOn: [Reliance]
    /// When it was said, by the approver's clock or as the approver chose.
    public let time: Timestamp

    /// The most attestations that one approval relies on.
    public static let relianceLimit = 1_024

    /// An approval.
    public init(environment: ByteString?, reliesOn: [Reliance], time: Timestamp) {
        self.environment = environment
        self.reliesOn = reliesOn
        self.time = time
    }

    /// An approval from a statement's predicate. Fields that are not known are ignored.
    ///
    /// - Throws: ``AttestationError`` for a field that is missing or of the wrong kind.
    public init(_ json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        environment = try fields.optional("environment")?.text("environment")
        reliesOn = try fields.list("reliesOn", atMost: Approval.relianceLimit).map {
            entry throws(AttestationError) in
            Reliance(
                payload: try entry.fields("digest").digest("sha256"),
                predicateType: try entry.text("predicateType"))
        }
        guard let time = Timestamp(try fields.text("time")) else {
            throw fields.failure("time", "a UTC time as 2026-01-31T12:00:00Z")
        }
        self.time = time
    }

    /// The approval as JSON (`Docs/predicates/approval-v1.schema.json`), always the same for the
    /// same approval.
    public var json: JSON {
        .record([
            "environment": environment.map { .string($0) },
            "reliesOn": .array(
                reliesOn.map {
                    .record([
                        "digest": $0.payload.digestSet, "predicateType": .string($0.predicateType),
                    ])
                }),
            "time": .text(time.text),
        ])
    }
}

extension PredicateType {
    /// The type URI of an approval.
    public static let approval = ByteString("\(base)/approval/v1")
    /// The type URI of SLSA provenance v1, which all of 1.0 to 1.2 share.
    public static let provenance: ByteString = "https://slsa.dev/provenance/v1"
    /// The type URI of SLSA provenance v0.2, the last one before v1.
    public static let olderProvenance: ByteString = "https://slsa.dev/provenance/v0.2"
}

extension Statement {
    /// The statement that `subjects` are approved.
    ///
    /// - Throws: ``AttestationError`` with code `limit` for too many subjects or attestations.
    public init(_ approval: Approval, subjects: [Subject]) throws(AttestationError) {
        guard approval.reliesOn.count <= Approval.relianceLimit else {
            throw AttestationError(
                .limit, "an approval relies on at most \(Approval.relianceLimit) attestations")
        }
        try self.init(
            subjects: subjects, predicateType: PredicateType.approval, predicate: approval.json)
    }
}
