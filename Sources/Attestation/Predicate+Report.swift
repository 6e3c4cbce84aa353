import Bytes
import Findings

extension Predicate {
    /// What the signer adds to a report.
    public struct Claims: Hashable, Sendable {
        /// When it is said.
        public var time: Timestamp
        /// Which side the subjects are.
        public var subject: Place = .left
        /// What the verdict rests on, as the signer knows.
        public var basis = Basis.compared
        /// Whether both artifacts were hashed again and agreed with the report.
        public var hashedAgain = false

        /// The left side, said at `time`, not hashed again.
        public init(time: Timestamp) { self.time = time }
    }

    /// A predicate from a report's text (`Docs/schemas/report-v1.schema.json`).
    ///
    /// - Throws: ``AttestationError`` as ``init(report:claims:)``, and for what is not strict JSON.
    public init(reportText: [UInt8], claims: Claims) throws(AttestationError) {
        let json = try JSON.strict(reportText, limits: JSON.Limits(), what: "the report")
        try self.init(report: json, claims: claims)
    }

    /// A predicate from a report, as `tally compare --json` writes it.
    ///
    /// - Throws: ``AttestationError`` with code `unsupported` for another schema, `unfit` for a
    ///   report without digests, `inconsistent` for one that contradicts itself, `malformed` else.
    public init(report: JSON, claims: Claims) throws(AttestationError) {
        let fields = try Fields(report, "report")
        let schema = try fields.text("schema")
        guard schema == ByteString(Report.schema) else {
            throw AttestationError(
                .unsupported, "the report's schema is \"\(schema.escaped)\", not \(Report.schema)")
        }
        // Only who built can say so, and no report; reports did not always name their basis.
        let named = try fields.optional("basis")?.choice("basis", Basis.self)
        basis = named == .digestOnly ? .digestOnly : claims.basis
        verdict = try fields.choice("verdict", Verdict.self)
        complete = try fields.bool("complete")
        time = claims.time
        subject = claims.subject
        left = try Build(report: try fields.fields("left"), "left")
        right = try Build(report: try fields.fields("right"), "right")
        isSameFile = try fields.bool("sameFile")
        inputs = try Predicate.reportInputs(fields)
        view = try fields.text("view")
        profile = try Resource(report: try fields.fields("profile"))
        normalizations = try Rule.all(fields)
        findings = try Findings(report: fields)
        firstDifference = try fields.optional("firstDifference")?.count("firstDifference")
        unread = try Unread(report: fields)
        excluded = try fields.texts("excluded", atMost: Predicate.entryLimit)
        tool = try Tool(try fields.fields("tool"))
        hashedAgain = claims.hashedAgain
        notes =
            try fields.texts("notes", atMost: Predicate.entryLimit / 2)
            + Predicate.caveats(verdict, basis, isSameFile: isSameFile)
        try checkConsistency()
    }

    private static func reportInputs(_ fields: Fields) throws(AttestationError) -> [Resource]? {
        let inputs = try fields.list("inputs", atMost: inputLimit).map {
            fields throws(AttestationError) in try Resource(report: fields)
        }
        return inputs.isEmpty ? nil : inputs
    }

    /// What a verdict does not mean.
    private static func caveats(
        _ verdict: Verdict, _ basis: Basis, isSameFile: Bool
    ) -> [ByteString] {
        let meaning: ByteString =
            switch verdict {
            case .identical:
                "identical says that two artifacts have the same bytes, not that their source is good"
            case .equivalent:
                "equivalent is not identical: the bytes differ where the named rules tolerate it"
            case .different:
                "different says that the bytes differ, not why and not that it is harmful"
            case .inconclusive: "inconclusive is not a match"
            }
        let same: ByteString = "both sides were one and the same file, not two builds"
        let digest: ByteString =
            "one side was not read: its digest is what a statement says, whose signer was not checked"
        let origin: ByteString =
            basis == .rebuilt
            ? "the right side was built by the signer, from the inputs that are listed, in a sandbox"
            : "builders, provenance and inputs are as declared by the signer; no build was run"
        return [meaning] + (isSameFile ? [same] : []) + (basis == .digestOnly ? [digest] : [])
            + [origin]
    }
}

extension Predicate.Resource {
    init(report fields: Fields) throws(AttestationError) {
        name = try fields.text("name")
        sha256 = try fields.digest("sha256")
    }
}

extension Predicate.Build {
    init(report fields: Fields, _ side: String) throws(AttestationError) {
        guard fields.optional("sha256") != nil else {
            throw AttestationError(
                .unfit,
                "the report has no SHA-256 of the \(side) artifact (it was made with --no-digest, "
                    + "or the artifact could not be read); compare again with digests")
        }
        name = try fields.text("path")
        kind = try Predicate.kind(fields)
        sha256 = try fields.digest("sha256")
        size = kind == .stated ? nil : try fields.count("size")
        normalForm = try fields.optional("normalForm")?.digest("normalForm")
        builder = try fields.optional("builder")?.text("builder")
        provenance = try fields.optional("provenance")?.fields("provenance").map {
            fields throws(AttestationError) in try Predicate.Resource(report: fields)
        }
    }
}

extension Fields {
    /// The fields read as something else.
    func map<Value>(
        _ transform: (Fields) throws(AttestationError) -> Value
    ) throws(AttestationError) -> Value { try transform(self) }
}

extension Predicate.Findings {
    /// The findings of a report: roots are kept, what follows from them is counted.
    init(report fields: Fields) throws(AttestationError) {
        var rootIDs: Set<ByteString> = []
        var listed: [JSON] = []
        var followers: [ByteString] = []
        for finding in try fields.list("findings", atMost: .max) {
            switch try finding.choice("role", Finding.Role.self) {
            case .root:
                let root = try Predicate.root(finding)
                let isNew = rootIDs.insert(try finding.text("id")).inserted
                if isNew, rootIDs.count <= Predicate.listed { listed.append(root) }
            case .derived: followers.append(try finding.text("rootID"))
            }
        }
        self.listed = listed
        roots = UInt64(rootIDs.count)
        derived = UInt64(followers.count)
        omitted = try fields.count("omittedFindings")
        guard omitted > 0 || followers.allSatisfy({ rootIDs.contains($0) }) else {
            throw AttestationError(
                .inconsistent, "a finding follows from a root that the report does not have")
        }
    }
}

extension Predicate.Unread {
    /// All are counted; up to ``Predicate/listed`` of them are kept.
    init(report fields: Fields) throws(AttestationError) {
        let gaps = try fields.list("unread", atMost: .max)
        count = UInt64(gaps.count)
        listed = try gaps.prefix(Predicate.listed).map {
            fields throws(AttestationError) in try Predicate.gap(fields)
        }
    }
}
