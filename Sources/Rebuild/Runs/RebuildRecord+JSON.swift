import Bytes
import Findings

extension RebuildRecord {
    /// The schema of the JSON form.
    public static let schema = "tallystick/rebuild/v1"

    /// The record for programs (`Docs/schemas/rebuild-v1.schema.json`). No time is in it but that
    /// which was asked for.
    public var json: JSON {
        .record([
            "schema": .text(RebuildRecord.schema),
            "outcome": .text(comparison?.verdict.rawValue ?? "inconclusive"),
            "name": .string(build.job.name),
            "declaration": RebuildRecord.json(build.declaration),
            "clock": build.clock.map { .text($0.text) },
            "inputRoot": build.declaredInputs.map { .text($0.hex) },
            "inputs": .array(build.inputs.map(RebuildRecord.json)),
            "builds": .count(UInt64(builds)),
            "runs": .array(runs.map(\.json)),
            "plan": plan?.json,
            "flaky": .bool(isFlaky),
            "confirmed": isConfirmed.map { .bool($0) },
            "causes": .array(causes.map(\.json)),
            "notes": .array(notes.map { .text($0) }),
            "comparison": comparison?.json,
            "origins": origins.isEmpty ? nil : .array(origins.map(\.json)),
        ])
    }

    fileprivate static func json(_ file: NamedDigest) -> JSON {
        .record(["name": .string(file.name), "sha256": .text(file.digest.hex)])
    }

    private static func json(_ resource: BuildRecord.Resource) -> JSON {
        .record([
            "name": resource.name.map { .string($0) }, "uri": resource.uri.map { .string($0) },
            "sha256": resource.sha256.map { .text($0.hex) },
        ])
    }
}

extension RebuildError {
    /// How far a build got that it ended; `nil` for what is trouble, and no outcome.
    public var outcome: FailedBuild.Outcome? {
        switch code {
        case .build: .failed
        case .input, .sandbox: .notBuilt
        case .declaration, .io: nil
        }
    }
}

extension FailedBuild {
    /// What an error that ended a build says of it.
    public init(
        _ outcome: Outcome, _ error: RebuildError, declaration: NamedDigest, tool: Report.Tool
    ) {
        self.init(
            outcome, reason: error.message, declaration: declaration,
            log: error.log.map { NamedDigest(name: "log", digest: $0.digest) }, tool: tool)
    }

    /// The record for programs, of the same schema as that of a build that was done.
    public var json: JSON {
        .record([
            "schema": .text(RebuildRecord.schema), "outcome": .text(outcome.rawValue),
            "name": .string(declaration.name), "declaration": RebuildRecord.json(declaration),
            "reason": .text(reason), "log": log.map(RebuildRecord.json),
        ])
    }
}

extension RebuildRecord.Run {
    var json: JSON {
        .record([
            "variations": .array(variations.map { .text($0) }),
            "sha256": .text(digest.hex),
            "outputs": .array(result.outputs.map { .string($0) }),
            "log": .record([
                "size": .count(result.log.size), "sha256": .text(result.log.digest.hex),
            ]),
            "limits": .object(
                result.means.map { JSON.Entry(ByteString($0.limit), .text($0.means)) }),
            "leftover": .count(UInt64(result.leftover)),
            "trace": result.trace?.json,
        ])
    }
}

extension RebuildRecord.Cause {
    var json: JSON {
        .record([
            "variations": .array(variations.map { .text($0) }), "comparison": comparison.json,
            "origins": origins.isEmpty ? nil : .array(origins.map(\.json)),
        ])
    }
}

extension VariationPlan {
    /// The plan: with the seed it can be made again.
    var json: JSON {
        .record([
            "seed": .text(String(seed)),
            "variations": .array(
                entries.map { entry in
                    let (word, detail) = entry.effect.words
                    return .record([
                        "name": .text(entry.variation.name), "effect": .text(word),
                        "detail": .text(detail),
                    ])
                }),
        ])
    }
}

extension Variation.Effect {
    /// What became of a variation, in a word, and how or why.
    public var words: (word: String, detail: String) {
        switch self {
        case .applied(let how): ("applied", how)
        case .notApplicable(let why): ("not applicable", why)
        case .notPossible(let why): ("not possible here", why)
        }
    }
}
