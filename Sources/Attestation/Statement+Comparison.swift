import Bytes
import Findings
import Signing

extension Statement {
    /// The statement that `predicate` holds of `subjects`.
    ///
    /// A file is one subject. A tree is its listing, and beside it, where there are no more than
    /// ``subjectLimit`` in all, each file in it. Hashing them is the caller's task.
    /// - Throws: ``AttestationError`` with code `unfit` if the subjects are not what was compared,
    ///   `limit` if they are too many.
    public init(_ predicate: Predicate, subjects: [Subject]) throws(AttestationError) {
        try self.init(
            subjects: subjects, predicateType: PredicateType.uri(predicate.verdict),
            predicate: predicate.json)
        guard predicate.covers(subjects) else {
            throw AttestationError(
                .unfit,
                "the \(predicate.subject.rawValue) artifact is not what the report compared: "
                    + "its SHA-256 is not \(predicate.build.sha256.hex); compare again")
        }
    }
}

extension Predicate {
    /// Whether `subjects` are the build that the predicate calls its subject: for a file the one
    /// digest, for a tree its listing among others.
    public func covers(_ subjects: [Subject]) -> Bool {
        let matches = subjects.count { $0.sha256 == build.sha256 }
        return build.kind == .file ? matches == subjects.count && matches > 0 : matches > 0
    }
}

extension Envelope {
    /// What a report says, signed: the whole of `tally attest`.
    ///
    /// With a deterministic kind of key the result depends on the arguments alone.
    /// - Throws: ``AttestationError`` as ``Predicate/init(reportText:claims:)`` and
    ///   ``Statement/init(_:subjects:)``; `unfit` if the key cannot sign.
    public static func attesting(
        report: [UInt8], claims: Predicate.Claims, subjects: [Subject], key: PrivateKey
    ) throws(AttestationError) -> Envelope {
        try attesting(
            try Predicate(reportText: report, claims: claims), subjects: subjects, key: key)
    }

    /// What a predicate says, signed.
    ///
    /// - Throws: ``AttestationError`` as ``Statement/init(_:subjects:)``; `unfit` if the key cannot
    ///   sign.
    public static func attesting(
        _ predicate: Predicate, subjects: [Subject], key: PrivateKey
    ) throws(AttestationError) -> Envelope {
        var envelope = Envelope(try Statement(predicate, subjects: subjects))
        // What is signed must be readable: a limit that is met in writing is met here.
        _ = try Predicate(try Statement(of: envelope).predicate)
        try envelope.sign(with: key)
        return envelope
    }
}
