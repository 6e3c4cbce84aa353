import Bytes
import Findings

extension PredicateType {
    /// The type URI of a build of which nothing came: one per outcome, and none of a verdict.
    public static func uri(_ outcome: FailedBuild.Outcome) -> ByteString {
        ByteString("\(base)/\(outcome.rawValue)/v1")
    }
}

extension Statement {
    /// What came of a build that failed (`Docs/predicates/failed-build-v1.md`). It speaks of the
    /// declaration by its bytes: there are no outputs that it could speak of.
    ///
    /// - Parameter time: when that was found.
    /// - Throws: nothing that happens: there is one subject.
    public init(_ build: FailedBuild, time: Timestamp) throws(AttestationError) {
        let declaration = build.declaration
        try self.init(
            subjects: [Subject(name: declaration.name, trusting: declaration.digest)],
            predicateType: PredicateType.uri(build.outcome),
            predicate: .record([
                "outcome": .text(build.outcome.rawValue),
                "reason": .text(build.reason),
                "time": .text(time.text),
                "declaration": declaration.json,
                "log": build.log?.json,
                "tool": .record([
                    "name": .text(build.tool.name), "version": .text(build.tool.version),
                ]),
            ]))
    }
}

extension NamedDigest {
    /// An in-toto resource descriptor. The name stands in its escaped form, so that one that is not
    /// UTF-8 can stand in JSON.
    fileprivate var json: JSON {
        Predicate.Resource(name: ByteString(name.escaped), sha256: digest).json
    }
}
