import Bytes

/// What a statement speaks of: a file or a listing, by its exact bytes.
public struct Subject: Hashable, Sendable {
    /// The name; it identifies nothing, since subjects are matched by digest alone.
    public let name: ByteString
    /// The SHA-256 of the bytes.
    public let sha256: Digest?
    /// The SHA-512 of the bytes, 64 of them.
    public let sha512: [UInt8]?

    /// A subject to be signed. The name is kept in its escaped form (``ByteString/escaped``), so
    /// that names that are not UTF-8 can stand in JSON and no two names become one.
    ///
    /// - Throws: ``AttestationError`` with code `malformed` if `sha512` is not 64 bytes.
    public init(name: ByteString, sha256: Digest, sha512: [UInt8]) throws(AttestationError) {
        guard sha512.count == Subject.longDigest else {
            throw AttestationError(.malformed, "a SHA-512 has \(Subject.longDigest) bytes")
        }
        self.name = ByteString(name.escaped)
        self.sha256 = sha256
        self.sha512 = sha512
    }

    /// A subject whose bytes were not read again, so that only the digest of the report is known.
    public init(name: ByteString, trusting sha256: Digest) {
        self.name = ByteString(name.escaped)
        self.sha256 = sha256
        sha512 = nil
    }

    /// The bytes in a SHA-512.
    static let longDigest = 64

    /// A subject as read: at least one of the two digests, others ignored (in-toto, "DigestSet").
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.optional("name")?.text("name") ?? ""
        let digests = try fields.fields("digest")
        sha256 = try digests.optional("sha256")?.digest("sha256")
        if let text = try digests.optional("sha512")?.text("sha512") {
            guard let bytes = Hex.decode(text.bytes), bytes.count == Subject.longDigest else {
                throw digests.failure("sha512", "128 lowercase hexadecimal digits")
            }
            sha512 = bytes
        } else {
            sha512 = nil
        }
        guard sha256 != nil || sha512 != nil else {
            throw AttestationError(
                .unsupported, "\(digests.place) has neither sha256 nor sha512, only weaker digests")
        }
    }

    /// The subject as an in-toto resource descriptor: name and digest set.
    var json: JSON {
        .record([
            "name": .string(name),
            "digest": .record([
                "sha256": sha256.map { .text($0.hex) },
                "sha512": sha512.map { .text(Hex.encode($0)) },
            ]),
        ])
    }
}

/// What is said of one or more subjects: an in-toto statement v1.
public struct Statement: Hashable, Sendable {
    /// What it speaks of, 1 to ``subjectLimit``.
    public let subjects: [Subject]
    /// What kind of predicate it has, a URI.
    public let predicateType: ByteString
    /// What it says.
    public let predicate: JSON

    /// The value of `_type`.
    public static let type = "https://in-toto.io/Statement/v1"
    /// The values that are read. Version 0.1, which GitLab and older builders of GitHub write, has
    /// the same fields with the same meaning.
    static let types = [type, "https://in-toto.io/Statement/v0.1"]
    /// The payload type of an envelope that holds a statement.
    public static let payloadType = "application/vnd.in-toto+json"
    /// The most subjects a statement may have.
    public static let subjectLimit = 1_024

    /// A statement from its parts.
    ///
    /// - Throws: ``AttestationError`` with code `limit` unless there are 1 to ``subjectLimit``
    ///   subjects.
    public init(
        subjects: [Subject], predicateType: ByteString, predicate: JSON
    ) throws(AttestationError) {
        guard (1...Statement.subjectLimit).contains(subjects.count) else {
            throw AttestationError(
                .limit,
                "a statement has 1 to \(Statement.subjectLimit) subjects, not \(subjects.count); "
                    + "for a larger tree give its listing alone")
        }
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// The statement in an envelope's payload, whoever signed it.
    ///
    /// - Throws: ``AttestationError`` with code `unsupported` for another payload type, another
    ///   version and subjects with weak digests only; otherwise for whatever breaks the format.
    public init(of envelope: Envelope) throws(AttestationError) {
        guard envelope.payloadType == ByteString(Statement.payloadType) else {
            throw AttestationError(
                .unsupported,
                "the payload's type is \"\(envelope.payloadType.escaped)\", not "
                    + Statement.payloadType)
        }
        try self.init(parsing: envelope.payload)
    }

    /// A statement from an envelope's payload (in-toto Statement v1).
    ///
    /// - Throws: ``AttestationError``: `unsupported` for another `_type`, `limit` past the limit on
    /// subjects, `malformed` for what is not strict JSON.
    init(parsing text: [UInt8]) throws(AttestationError) {
        var limits = JSON.Limits()
        limits.values = 2_000_000
        let json = try JSON.strict(text, limits: limits, what: "the statement")
        let fields = try Fields(json, "statement")
        let type = try fields.text("_type")
        guard Statement.types.contains(where: { ByteString($0) == type }) else {
            throw AttestationError(
                .unsupported, "statement._type is \"\(type.escaped)\", not \(Statement.type)")
        }
        predicateType = try fields.text("predicateType")
        predicate = try fields.optional("predicate")?.fields("predicate").json ?? .record([:])
        subjects = try fields.list("subject", atMost: Statement.subjectLimit).map {
            fields throws(AttestationError) in try Subject(fields)
        }
        guard !subjects.isEmpty else {
            throw AttestationError(.malformed, "the statement has no subject")
        }
    }

    /// The statement as JSON text, compact, always the same for the same statement.
    public var text: [UInt8] {
        JSON.record([
            "_type": .text(Statement.type),
            "subject": .array(subjects.map(\.json)),
            "predicateType": .string(predicateType),
            "predicate": predicate,
        ]).text(pretty: false)
    }
}

extension Envelope {
    /// An envelope that holds `statement`, not signed yet.
    public init(_ statement: Statement) {
        self.init(payloadType: ByteString(Statement.payloadType), payload: statement.text)
    }
}
