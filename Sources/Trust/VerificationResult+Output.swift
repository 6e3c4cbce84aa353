import Attestation
import Bytes
import Findings
import Signing

extension VerificationResult {
    /// The schema of the JSON form.
    public static let schema = "tallystick/verification/v1"

    /// The result as JSON. Names are escaped.
    public var json: JSON {
        .record([
            "schema": .text(VerificationResult.schema),
            "outcome": .text(outcome.rawValue),
            "exitCode": .integer(Int64(outcome.exitCode)),
            "demand": .record([
                "accept": .array(
                    (["identical"] + (demand.acceptsEquivalent ? ["equivalent"] : []))
                        .map { .text($0) }),
                "keys": .array(demand.keys.map { .text($0.keyID) }),
                "at": .text(demand.at?.text),
            ]),
            "artifacts": .array(artifacts.map(\.json)),
            "problems": .array(
                problems.map {
                    .record(["file": .text($0.source.escaped), "message": .text($0.message)])
                }),
        ])
    }

    /// The result as lines of plain text, without line breaks; every name is escaped.
    public var lines: [String] {
        artifacts.flatMap(lines(for:))
            + problems.map { "passed over: \($0.source.escaped): \($0.message)" }
    }

    /// The outcome with its one reason first, then every demand, then what weakens the evidence.
    private func lines(for judgement: Judgement) -> [String] {
        let name = judgement.artifact.name.escaped
        let first =
            judgement.outcome == .accepted
            ? "accepted: \(name): \(grounds(judgement))"
            : "\(judgement.outcome.rawValue): \(name): \(reason(judgement))"
        return [first] + judgement.checks.map { "  \($0.label): \($0.sentence)" }
            + VerificationResult.notes(judgement.attested?.predicate).map { "  note: \($0)" }
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
        guard let attested = judgement.attested else { return "" }
        let keys = attested.keyIDs.joined(separator: ", ")
        let moment = demand.at.map { "\($0.text), as given" } ?? "no time, as none was given"
        return "\(Demand.words(attested.predicate)), says key \(keys); judged as of \(moment)"
    }

    /// The sentence of the first demand that gave the outcome.
    private func reason(_ judgement: Judgement) -> String {
        let outcome = judgement.outcome
        return judgement.checks.first { $0.state == .notMet(outcome) }?.sentence ?? ""
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
            "demand": .text(name.rawValue), "state": .text(label), "message": .text(sentence),
        ])
    }
}

extension VerificationResult.Judgement {
    /// An artifact with its outcome and all checks; `attestation` is null where no comparison was
    /// found.
    var json: JSON {
        .record([
            "name": .text(artifact.name.escaped),
            "sha256": .text(artifact.sha256.hex),
            "outcome": .text(outcome.rawValue),
            "checks": .array(checks.map(\.json)),
            "attestation": attested?.json ?? .null,
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
