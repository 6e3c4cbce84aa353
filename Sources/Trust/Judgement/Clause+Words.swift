import Attestation
import Bytes
import Findings

extension Clause {
    /// Under which name the demand stands in a result.
    var checkName: VerificationResult.Check.Name {
        switch kind {
        case .agreement: .agreement
        case .provenance: .provenance
        case .approval: .approval
        }
    }

    /// What is demanded, in words.
    func words(_ policy: Policy) -> String {
        let number = quorum.threshold
        let whom = "\(number) operator\(number == 1 ? "" : "s") of \(quorum.group)"
        let what =
            switch kind {
            case .agreement(let demand): demand.words
            case .provenance(let demand): demand.words
            case .approval(let environment, let relies):
                "approve it" + (environment.map { " for \($0.escaped)" } ?? "")
                    + (relies ? ", relying on what counts here" : "")
            }
        let pins = inputs.map { "\($0.name.escaped) sha256:\($0.sha256.hex)" }
        return "\(whom) must \(what)"
            + (pins.isEmpty ? "" : ", from the inputs \(pins.joined(separator: ", "))")
            + (maxAge.map { ", at most \(Clause.span($0)) ago" } ?? "")
    }

    /// A span of time as a policy writes it.
    static func span(_ seconds: Int64) -> String {
        if seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
        return seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds / 60)m"
    }

    /// What a count came to, in words. *Independent* is what a policy declares, and no more.
    func sentence(_ count: Counting.Count, policy: Policy) -> String {
        let number = count.operators.count
        let who =
            number == 0
            ? "nobody"
            : "\(number) operator\(number == 1 ? "" : "s"), as declared in policy "
                + "\(policy.title): \(count.operators.joined(separator: ", "))"
        let refused = count.refusals.joined(separator: "; ")
        return "\(words(policy)): \(who)" + (refused.isEmpty ? "" : "; not counted: \(refused)")
    }
}

extension Clause.Agreement {
    var words: String {
        let verdict =
            rules.map {
                "say identical, or equivalent under no rules but "
                    + $0.map(\.escaped).joined(separator: ", ")
            } ?? "say identical"
        let basis = self.basis.map(\.rawValue).joined(separator: " or ")
        let kinds =
            evidence == [.tallystick]
            ? "" : " in \(evidence.map(\.words).joined(separator: " or "))"
        return "\(verdict)\(kinds) (\(basis)\(hashedAgain ? ", hashed again" : ""))"
    }
}

extension Clause.Origin {
    var words: String {
        var words = "say that they built it"
        if let source {
            words += " from \(source.repository.escaped)"
            if let revision = source.revision { words += " at \(revision.escaped)" }
        }
        if let buildTypes {
            words += " as \(buildTypes.map(\.escaped).joined(separator: " or "))"
        }
        return words
    }
}
