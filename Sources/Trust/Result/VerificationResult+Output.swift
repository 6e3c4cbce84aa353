import Attestation
import Bytes
import Findings
import Signing

extension VerificationResult {
    /// The schema of the JSON form.
    public static let schema = "tallystick/verification/v1"

    /// The result as JSON (`Docs/schemas/verification-v1.schema.json`). Names are escaped.
    public var json: JSON {
        var demand: JSON?
        var policy: JSON?
        switch terms {
        case .demand(let terms): demand = terms.json
        case .policy(let terms): policy = terms.json
        }
        return .record([
            "schema": .text(VerificationResult.schema),
            "outcome": .text(outcome.rawValue),
            "exitCode": .integer(Int64(outcome.exitCode)),
            "demand": demand, "policy": policy,
            "checks": .array(checks.map(\.json)),
            "artifacts": .array(artifacts.map(\.json)),
            "problems": .array(
                problems.map {
                    .record([
                        "file": .text($0.source.escaped), "message": .text($0.message),
                        "malformed": .bool($0.isMalformed),
                    ])
                }),
        ])
    }

    /// The result as lines of plain text, without line breaks; every name is escaped.
    ///
    /// A table that is the one before again is not repeated: files of one release have one.
    public var lines: [String] {
        var lines: [String] = []
        var last: [String] = []
        let isDeniedForAll = checks.contains { $0.failure != nil }
        if isDeniedForAll, outcome != .malformed {
            lines.append("\(outcome.rawValue): \(reason(checks))")
        } else if let summary {
            lines.append(summary)
        }
        for judgement in artifacts {
            lines.append(headline(judgement, isDeniedForAll))
            let table = table(judgement)
            lines += table == last && !table.isEmpty ? ["  as above"] : table
            last = table
        }
        lines += checks.map { "  \($0.label): \($0.sentence)" }
        return lines
            + problems.prefix(VerificationResult.problemLimit).map {
                "passed over: \($0.source.escaped): \($0.message)"
            }
            + (problems.count > VerificationResult.problemLimit
                ? ["passed over: \(problems.count - VerificationResult.problemLimit) more"] : [])
    }

    /// What is first to be known if it is in no artifact's own line: an input that is broken; of
    /// several artifacts, that one of them is not accepted. A *no* must not begin with the
    /// *accepted* of another.
    private var summary: String? {
        if outcome == .malformed, let problem = problems.first(where: \.isMalformed) {
            return "\(outcome.rawValue): \(problem.source.escaped): \(problem.message)"
        }
        let refused = artifacts.filter { $0.outcome != .accepted }
        let worst = refused.max { $0.outcome.distance < $1.outcome.distance }
        guard artifacts.count > 1, let worst else { return nil }
        return "\(outcome.rawValue): \(refused.count) of \(artifacts.count) artifacts, "
            + "\(worst.artifact.name.escaped): \(reason(worst.checks))"
    }

    /// The most problems that are told one by one; JSON has all.
    private static let problemLimit = 50

    /// The outcome with its one reason.
    private func headline(_ judgement: Judgement, _ isDeniedForAll: Bool) -> String {
        let name = judgement.artifact.name.escaped
        guard judgement.outcome == .accepted else {
            return "\(judgement.outcome.rawValue): \(name): \(reason(judgement.checks))"
        }
        let word = isDeniedForAll ? "not accepted, though its own demands are met" : "accepted"
        return "\(word): \(name): \(grounds(judgement))"
    }

    /// Every demand, then what weakens the evidence.
    private func table(_ judgement: Judgement) -> [String] {
        judgement.checks.filter { $0.name != .subject || $0.failure != nil || judgement.hasDemand }
            .map { "  \($0.label): \($0.sentence)" }
            + (VerificationResult.notes(judgement.attested?.predicate) + judgement.notes)
            .map { "  note: \($0)" }
    }

    /// What weakens a comparison without being a demand of the short form.
    private static func notes(_ predicate: Predicate?) -> [String] {
        guard let predicate else { return [] }
        let same = "both sides of that comparison were one and the same file"
        let trusted = "the signer took the report as it was, without hashing the artifacts again"
        return (predicate.isSameFile ? [same] : []) + (predicate.hashedAgain ? [] : [trusted])
    }

    /// Who says so, and as of when: nothing is accepted without naming both.
    private func grounds(_ judgement: Judgement) -> String {
        switch terms {
        case .policy(let terms):
            return "every demand of policy \(terms.title ?? "") is met as of \(terms.moment); "
                + "SHA-256 \(judgement.artifact.sha256.hex)"
        case .demand(let demand):
            guard let attested = judgement.attested else { return "" }
            let keys = attested.keyIDs.joined(separator: ", ")
            let moment = demand.at.map { "\($0.text), as given" } ?? "no time, as none was given"
            return "\(Demand.words(attested.predicate)), says key \(keys); judged as of \(moment)"
        }
    }

    /// The sentence of the first demand that gave the outcome.
    private func reason(_ checks: [Check]) -> String {
        let worst = Outcome.worst(checks)
        return checks.first { $0.failure == worst }?.sentence ?? ""
    }
}

extension VerificationResult.Judgement {
    /// Whether it is of the short form, whose table has the artifact's digest.
    fileprivate var hasDemand: Bool { checks.contains { $0.name == .signature } }

    /// An artifact with its outcome and all checks; `attestation` is null where no comparison was
    /// found.
    var json: JSON {
        .record([
            "name": .text(artifact.name.escaped),
            "sha256": .text(artifact.sha256.hex),
            "outcome": .text(outcome.rawValue),
            "checks": .array(checks.map(\.json)),
            "notes": .array(notes.map { .text($0) }),
            "attestation": attested?.json ?? .null,
        ])
    }
}

extension VerificationResult.Check {
    /// The state of a check as people and programs read it.
    var label: String {
        switch state {
        case .met: "met"
        case .notMet: "not met"
        case .notChecked: "not checked"
        }
    }

    /// The demand's name, its state and a sentence.
    var json: JSON {
        .record([
            "demand": .text(name.rawValue), "place": .text(place), "state": .text(label),
            "message": .text(sentence), "by": .array(by.map { .text($0) }),
        ])
    }
}

extension VerificationResult.Attested {
    /// What the nearest attestation says, whether it was accepted or not.
    var json: JSON {
        .record([
            "file": .text(source.escaped),
            "verdict": .text(predicate.verdict.rawValue),
            "time": .text(predicate.time.text),
            "signedBy": .array(keyIDs.map { .text($0) }),
            "normalizations": .array(
                predicate.normalizations.map {
                    .text("\($0.name.escaped)/\($0.version)")
                }),
            "sameFile": .bool(predicate.isSameFile),
            "hashedAgain": .bool(predicate.hashedAgain),
        ])
    }
}

extension Demand {
    /// The short form in a result.
    fileprivate var json: JSON {
        .record([
            "accept": .array(
                (["identical"] + (acceptsEquivalent ? ["equivalent"] : [])
                    + (acceptsDigestOnly ? ["digest-only"] : [])).map { .text($0) }),
            "keys": .array(keys.map { .text($0.keyID) }),
            "at": .text(at?.text),
        ])
    }
}
