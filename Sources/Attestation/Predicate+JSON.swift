import Bytes
import Findings

extension Predicate {
    /// The predicate as JSON (`Docs/predicates/comparison-v1.schema.json`), always the same for the
    /// same predicate.
    public var json: JSON {
        .record([
            "basis": .text(basis.rawValue),
            "verdict": .text(verdict.rawValue),
            "complete": .bool(complete),
            "time": .text(time.text),
            "subject": .text(subject.rawValue),
            "builds": .record([
                "left": left.json, "right": right.json, "sameFile": .bool(isSameFile),
            ]),
            "inputs": inputs.map { .array($0.map(\.json)) } ?? Predicate.undeclared,
            "view": .string(view),
            "profile": profile.json,
            "normalizations": .array(normalizations.map(\.json)),
            "findings": findings.json,
            "firstDifference": firstDifference.map { .count($0) },
            "unread": unread.json,
            "excluded": .array(excluded.map { .string($0) }),
            "tool": .record(["name": .string(tool.name), "version": .string(tool.version)]),
            "hashedAgain": .bool(hashedAgain),
            "notes": .array(notes.map { .string($0) }),
        ])
    }

    /// A predicate from a statement.
    ///
    /// Fields that are not known are ignored, as in-toto demands; those that are known must be
    /// there, in range, and agree with each other.
    /// - Throws: ``AttestationError`` with code `inconsistent` if the predicate contradicts itself.
    public init(_ json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        let builds = try fields.fields("builds")
        basis = try fields.choice("basis", Basis.self)
        verdict = try fields.choice("verdict", Verdict.self)
        complete = try fields.bool("complete")
        time = try Predicate.time(fields)
        subject = try fields.choice("subject", Place.self)
        left = try Build(try builds.fields("left"))
        right = try Build(try builds.fields("right"))
        isSameFile = try builds.bool("sameFile")
        inputs = try Predicate.inputs(fields)
        view = try fields.text("view")
        profile = try Resource(try fields.fields("profile"))
        normalizations = try Rule.all(fields)
        findings = try Findings(try fields.fields("findings"))
        firstDifference = try fields.optional("firstDifference")?.count("firstDifference")
        unread = try Unread(try fields.fields("unread"))
        excluded = try fields.texts("excluded", atMost: Predicate.entryLimit)
        tool = try Tool(try fields.fields("tool"))
        hashedAgain = try fields.bool("hashedAgain")
        notes = try fields.texts("notes", atMost: Predicate.entryLimit)
        try checkConsistency()
    }

    /// The one spelling that ``Timestamp`` has; another is `malformed`.
    private static func time(_ fields: Fields) throws(AttestationError) -> Timestamp {
        guard let time = Timestamp(try fields.text("time")) else {
            throw fields.failure("time", "a UTC time as 2026-01-31T12:00:00Z")
        }
        return time
    }

    /// Declared inputs; `nil` where they are said to be undeclared, which is not the same as none.
    private static func inputs(_ fields: Fields) throws(AttestationError) -> [Resource]? {
        if fields.json["inputs"] == undeclared { return nil }
        return try fields.list("inputs", atMost: inputLimit).map {
            fields throws(AttestationError) in try Resource(fields)
        }
    }
}

extension Predicate.Resource {
    /// An in-toto resource descriptor, of which name and SHA-256 are demanded.
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.text("name")
        sha256 = try fields.fields("digest").digest("sha256")
    }
}

extension Predicate.Tool {
    /// The program that compared, as it names itself.
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.text("name")
        version = try fields.text("version")
    }
}

extension Predicate.Build {
    /// One side. The digest is demanded; builder and provenance may be said to be undeclared.
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.text("name")
        kind = try Predicate.kind(fields)
        sha256 = try fields.fields("digest").digest("sha256")
        size = kind == .stated ? nil : try fields.count("size")
        normalForm = try fields.optional("normalForm")?.fields("normalForm").digest("sha256")
        builder =
            fields.json["builder"] == Predicate.undeclared
            ? nil : try fields.fields("builder").text("id")
        provenance =
            fields.json["provenance"] == Predicate.undeclared
            ? nil : try Predicate.Resource(try fields.fields("provenance"))
    }
}

extension Predicate.Rule {
    /// One rule's entry, in a predicate or a report: both have the same shape.
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.text("rule")
        version = try fields.version("version")
        count = try fields.count("count")
        listSHA256 = try fields.digest("listSHA256")
        first = try fields.list("first", atMost: Normalization.listed).map {
            fields throws(AttestationError) in try Predicate.tolerated(fields)
        }
    }

    /// The entries of all rules, as many as the limit on entries allows.
    static func all(_ fields: Fields) throws(AttestationError) -> [Predicate.Rule] {
        try fields.list("normalizations", atMost: Predicate.entryLimit).map {
            fields throws(AttestationError) in try Predicate.Rule(fields)
        }
    }
}

extension Predicate.Findings {
    /// Counts, and the roots that are listed.
    init(_ fields: Fields) throws(AttestationError) {
        roots = try fields.count("roots")
        derived = try fields.count("derived")
        omitted = try fields.count("omitted")
        listed = try fields.list("listed", atMost: Predicate.listed).map {
            fields throws(AttestationError) in try Predicate.root(fields)
        }
    }
}

extension Predicate.Unread {
    /// How many things were not read, and those that are listed.
    init(_ fields: Fields) throws(AttestationError) {
        count = try fields.count("count")
        listed = try fields.list("listed", atMost: Predicate.listed).map {
            fields throws(AttestationError) in try Predicate.gap(fields)
        }
    }
}
