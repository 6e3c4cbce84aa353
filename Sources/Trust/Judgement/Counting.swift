import Attestation
import Bytes
import Findings
import Signing

/// Counts what meets a demand.
struct Counting {
    /// What a count came to.
    struct Count {
        /// Who meets it: each operator once, in order.
        var operators: [String] = []
        /// What of the claims counted.
        var payloads: Set<Digest> = []
        /// Who does not, and why, in the order found.
        var refusals: [String] = []
        /// How many are demanded.
        let threshold: Int

        /// Whether the demand is met.
        var isEnough: Bool { operators.count >= threshold }
    }

    let policy: Policy
    let at: Timestamp
    let assumed: Assumptions
    /// The payloads that an approval may rely on; `nil` for any.
    let relied: Set<Digest>?

    /// How many refusals are told.
    private static let refusalLimit = 8

    /// Counts the operators whose claims meet a demand.
    func count(_ claims: ArraySlice<Claim>, for clause: Clause) -> Count {
        var count = Count(threshold: clause.quorum.threshold)
        var found: Set<String> = []
        for claim in claims {
            let who = signers(of: claim).intersection(clause.quorum.members)
            guard !who.isEmpty else { continue }
            var good: Set<Int> = []
            for key in who.sorted() {
                if let reason = refusal(of: claim, by: key, under: clause) {
                    refuse(
                        "\(policy.keys[key].holder) (\(policy.keys[key].name)) \(reason)", &count)
                } else {
                    good.insert(key)
                }
            }
            let holders = holders(good)
            if holders.isEmpty, !good.isEmpty {
                let names = policy.operators(of: good).joined(separator: ", ")
                refuse("\(names) did not sign with both a classical and a post-quantum key", &count)
            }
            guard !holders.isEmpty else { continue }
            found.formUnion(holders)
            count.payloads.insert(claim.payload)
        }
        count.operators = found.sorted()
        return count
    }

    /// Notes a refusal, each once.
    private func refuse(_ reason: String, _ count: inout Count) {
        guard count.refusals.count < Counting.refusalLimit, !count.refusals.contains(reason)
        else { return }
        count.refusals.append(reason)
    }

    /// Who signed, as far as it may be believed.
    private func signers(of claim: Claim) -> Set<Int> {
        assumed.contains(.proofs) ? claim.proven.union(claim.alleged) : claim.proven
    }

    /// The operators of some keys; where both kinds of keys are demanded, those with both.
    private func holders(_ keys: Set<Int>) -> Set<String> {
        policy.postQuantum
            ? policy.keys.hybridOperators(among: keys) : Set(policy.operators(of: keys))
    }

    // MARK: Refusals

    /// Why a claim by a key does not count; `nil` if it does.
    private func refusal(of claim: Claim, by key: Int, under clause: Clause) -> String? {
        let words =
            switch (clause.kind, claim.body) {
            case (.agreement(let demand), .comparison(let predicate)):
                refusal(of: predicate, under: demand) ?? refusal(of: predicate, by: key, clause)
            case (.agreement(let demand), .endorsement(let endorsement)):
                refusal(of: endorsement, under: demand) ?? refusal(of: endorsement, by: key, clause)
            case (.provenance(let demand), .provenance(let provenance)):
                refusal(of: provenance, under: demand) ?? refusal(of: provenance, by: key, clause)
            case (.approval(let environment, let relies), .approval(let approval)):
                refusal(of: approval, environment, relies)
            case (.agreement, _): "signed no comparison"
            case (.provenance, _): "signed no provenance"
            case (.approval, _): "signed no approval"
            }
        return words ?? (assumed.contains(.time) ? nil : untimely(claim, by: key, clause))
    }

    private func refusal(of predicate: Predicate, under demand: Clause.Agreement) -> String? {
        guard demand.evidence.contains(.tallystick) else {
            return "signed a comparison, which is not taken here"
        }
        guard !predicate.isSameFile else { return "compared a file with itself" }
        guard predicate.excluded.isEmpty else { return "left files out of the comparison" }
        guard demand.basis.contains(predicate.basis) else {
            return "says so on the basis \(predicate.basis.rawValue)"
        }
        guard predicate.hashedAgain || !demand.hashedAgain else {
            return "did not hash the artifacts again before signing"
        }
        switch predicate.verdict {
        case .identical: return nil
        case .different, .inconclusive: return "says \(predicate.verdict.rawValue)"
        case .equivalent:
            guard let rules = demand.rules else { return "says equivalent, which is not identical" }
            let stray = predicate.normalizations.map { "\($0.name.escaped)/\($0.version)" }
                .first { !rules.contains(ByteString($0)) }
            return stray.map { "needed the rule \($0), which is not allowed" }
        }
    }

    /// The builder is that of the build compared with; inputs are those that the signer declares.
    private func refusal(of predicate: Predicate, by key: Int, _ clause: Clause) -> String? {
        if let allowed = clause.builders?[key] {
            guard let builder = predicate.counterpart.builder else {
                return "names no builder of the other build"
            }
            if !allowed.contains(builder) { return "may not speak for \(builder.escaped)" }
        }
        let inputs = predicate.inputs?.map { (name: $0.name, digest: ByteString($0.sha256.hex)) }
        return substituted(clause.inputs, among: inputs ?? [])
    }

    private func refusal(of provenance: Provenance, under demand: Clause.Origin) -> String? {
        if let types = demand.buildTypes, !types.contains(provenance.buildType) {
            return "built as \(provenance.buildType.escaped)"
        }
        guard let source = demand.source else { return nil }
        let checkouts = provenance.dependencies.filter { $0.isOf(source.repository) }
        guard !checkouts.isEmpty else {
            return "did not build from \(source.repository.escaped)"
        }
        guard let revision = source.revision else { return nil }
        let found = checkouts.compactMap(\.revision)
        guard found.count == checkouts.count, found.allSatisfy({ $0 == revision }) else {
            let other = found.first { $0 != revision }?.escaped ?? "no revision"
            return "built from \(other), not from revision \(revision.escaped)"
        }
        return nil
    }

    private func refusal(of provenance: Provenance, by key: Int, _ clause: Clause) -> String? {
        guard clause.builders?[key]?.contains(provenance.builder) == true else {
            return "may not speak for \(provenance.builder.escaped)"
        }
        let inputs = provenance.dependencies.flatMap { dependency in
            [dependency.name, dependency.uri].compactMap { $0 }.map {
                (name: $0, digest: dependency.digests["sha256"] ?? "")
            }
        }
        return substituted(clause.inputs, among: inputs)
    }

    private func refusal(
        of approval: Approval, _ environment: ByteString?, _ relies: Bool
    ) -> String? {
        if let environment, approval.environment != environment {
            return "approved it for \(approval.environment?.escaped ?? "no environment")"
        }
        guard relies, let relied else { return nil }
        return approval.reliesOn.contains { relied.contains($0.payload) }
            ? nil : "relied on no attestation that counts here"
    }

    /// Why pinned inputs are not met. Under the pinned name there must be the pinned digest; where
    /// the name is not used, the digest must be there under another one.
    func substituted(
        _ pins: [Clause.Pin], among inputs: [(name: ByteString, digest: ByteString)]
    ) -> String? {
        for pin in pins {
            let hex = ByteString(pin.sha256.hex)
            if let other = inputs.first(where: { $0.name == pin.name && $0.digest != hex }) {
                let found = other.digest.isEmpty ? "no SHA-256" : "sha256:\(other.digest.escaped)"
                return "used another input \(pin.name.escaped): \(found), not sha256:\(hex.escaped)"
            }
            if !inputs.contains(where: { $0.digest == hex }) {
                return "does not name the input \(pin.name.escaped), sha256:\(hex.escaped)"
            }
        }
        return nil
    }

    // MARK: Time

    /// Why a claim by a key does not count at this time.
    private func untimely(_ claim: Claim, by key: Int, _ clause: Clause) -> String? {
        let key = policy.keys[key]
        if let revoked = key.revoked, at >= revoked {
            return "has a key revoked at \(revoked.text)"
        }
        if case .endorsement(let endorsement) = claim.body, let ended = endorsement.ended {
            return ended
        }
        guard let time = claim.time else {
            let needsTime = key.from != nil || key.until != nil || clause.maxAge != nil
            return needsTime ? "does not say when" : nil
        }
        if time.seconds > at.seconds + Demand.skew { return "says so in the future, \(time.text)" }
        if let from = key.from, time < from { return "said so before the key's time, \(time.text)" }
        if let until = key.until, time > until {
            return "said so after the key's time, \(time.text)"
        }
        if let maxAge = clause.maxAge, at.seconds - time.seconds > maxAge {
            return "said so too long ago, \(time.text)"
        }
        return nil
    }
}

extension Provenance.Dependency {
    /// The Git commit of a checkout. Provenance v0.2 calls it `sha1`, and GitLab puts it under
    /// `sha256`, where its 40 digits show that it is none.
    var revision: ByteString? {
        if let commit = digests["gitCommit"] ?? digests["sha1"] { return commit }
        return digests["sha256"].flatMap { $0.count == 40 ? $0 : nil }
    }

    /// Whether the dependency is a checkout of a repository, at whatever revision.
    func isOf(_ repository: ByteString) -> Bool {
        guard let uri else { return false }
        return uri == repository
            || uri.bytes.starts(with: repository.bytes + [UInt8(ascii: "@")])
    }
}
