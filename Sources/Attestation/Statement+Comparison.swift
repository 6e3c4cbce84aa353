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
    /// - Throws: ``AttestationError`` as ``init(attesting:subjects:)``; `unfit` if the key cannot
    ///   sign.
    public static func attesting(
        _ predicate: Predicate, subjects: [Subject], key: PrivateKey
    ) throws(AttestationError) -> Envelope {
        var envelope = try Envelope(attesting: predicate, subjects: subjects)
        try envelope.sign(with: key)
        return envelope
    }

    /// What a predicate says, to be signed here or elsewhere.
    ///
    /// - Throws: ``AttestationError`` as ``Statement/init(_:subjects:)``.
    public init(attesting predicate: Predicate, subjects: [Subject]) throws(AttestationError) {
        self.init(try Statement(predicate, subjects: subjects))
        // What is signed must be readable: a limit that is met in writing is met here.
        _ = try Predicate(try Statement(of: self).predicate)
    }

    /// What somebody who is about to add a signature puts his name to, in one line; names are
    /// escaped.
    ///
    /// - Throws: ``AttestationError`` unless the payload is an in-toto statement or link, and,
    ///   where that is a comparison of ours, one that does not contradict itself.
    public func summary() throws(AttestationError) -> String {
        if let link = linkSummary() { return link }
        let statement = try Statement(of: self)
        var what = "\"\(statement.predicateType.escaped)\""
        if let verdict = PredicateType.verdict(statement.predicateType) {
            let predicate = try Predicate(statement.predicate)
            guard predicate.verdict == verdict, predicate.covers(statement.subjects) else {
                throw AttestationError(
                    .inconsistent, "the predicate, its type and its subjects contradict each other")
            }
            what = "\(verdict.rawValue), at \(predicate.time.text)"
        }
        let subjects = statement.subjects
        let others = subjects.count > 1 ? " and \(subjects.count - 1) more" : ""
        let digest = subjects.first?.sha256.map { "sha256 \($0.hex)" } ?? "no sha256"
        return "\(what); of \(subjects.first?.name.escaped ?? "")\(others), \(digest)"
    }
}
