import Attestation
import Bytes
import Findings
import Signing

/// What is taken to be good in order to say what a *no* comes to.
struct Assumptions: OptionSet {
    let rawValue: Int
    /// Signatures that failed verify, and the artifact is a subject.
    static let proofs = Assumptions(rawValue: 1)
    /// Nothing is expired, stale, revoked or not yet valid.
    static let time = Assumptions(rawValue: 2)
}

/// Judges artifacts by a policy and all that was claimed.
///
/// Every demand counts what it finds and asks for a number: nothing is gained by more bad claims,
/// and nothing by taking claims away (`Docs/design/trust.md`).
public struct Judge: Sendable {
    /// One subject of one claim.
    struct Place: Hashable {
        let claim: Int
        let subject: Int
    }

    /// What is demanded.
    let policy: Policy
    /// What is claimed.
    let claims: [Claim]
    /// The moment of the judgement.
    let at: Timestamp
    /// Subjects by their digests.
    private let bySHA256: [Digest: [Place]]
    private let bySHA512: [[UInt8]: [Place]]
    /// The last names of subjects that somebody trusted signed, with their digests.
    private let names: [ByteString: Set<Digest>]
    /// What each demand would come to if the artifact were a subject and signatures were good.
    private let hopes: [Assumptions.RawValue: [Bool]]

    /// A judge.
    public init(policy: Policy, claims: [Claim], at: Timestamp) {
        self.policy = policy
        self.claims = claims
        self.at = at
        var short: [Digest: [Place]] = [:]
        var long: [[UInt8]: [Place]] = [:]
        var names: [ByteString: Set<Digest>] = [:]
        for (index, claim) in claims.enumerated() {
            for (number, subject) in claim.subjects.enumerated() {
                let place = Place(claim: index, subject: number)
                if let digest = subject.sha256 {
                    short[digest, default: []].append(place)
                    if !claim.proven.isEmpty {
                        names[Judge.lastName(subject.name), default: []].insert(digest)
                    }
                } else if let digest = subject.sha512 {
                    long[digest, default: []].append(place)
                }
            }
        }
        bySHA256 = short
        bySHA512 = long
        self.names = names
        var hopes: [Assumptions.RawValue: [Bool]] = [:]
        for assumed: Assumptions in [.proofs, [.proofs, .time]] {
            let relied = Judge.reliances(claims, assumed, policy, at)
            let counting = Counting(policy: policy, at: at, assumed: assumed, relied: relied)
            hopes[assumed.rawValue] = policy.demands.map {
                counting.count(claims[...], for: $0).isEnough
            }
        }
        self.hopes = hopes
    }

    /// The part of a name behind its last slash.
    static func lastName(_ name: ByteString) -> ByteString {
        ByteString(name.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    }

    /// Where an artifact is a subject, by digest and never by name. Where a subject has both
    /// digests, both must agree.
    func places(of artifact: Artifact) -> [Place] {
        let found = bySHA256[artifact.sha256, default: []] + bySHA512[artifact.sha512, default: []]
        return found.filter { claims[$0.claim].subjects[$0.subject].isOf(artifact) }
    }

    /// Judges one artifact.
    ///
    /// - Complexity: linear in the claims that it is a subject of.
    public func judge(_ artifact: Artifact) -> VerificationResult.Judgement {
        let places = places(of: artifact)
        let relevant = Set(places.map(\.claim)).sorted().map { claims[$0] }
        let relied = Judge.reliances(relevant, [], policy, at)
        let checks =
            [expiry, subject(artifact, relevant)]
            + policy.demands.indices.map { check($0, relevant, relied) }
        return .init(
            artifact: artifact, checks: checks, attested: nil,
            notes: notes(artifact, relevant, places))
    }

    /// The payloads that count for some demand but approvals.
    private static func reliances(
        _ claims: [Claim], _ assumed: Assumptions, _ policy: Policy, _ at: Timestamp
    ) -> Set<Digest> {
        let counting = Counting(policy: policy, at: at, assumed: assumed, relied: nil)
        return policy.demands.reduce(into: []) { found, clause in
            if case .approval = clause.kind { return }
            found.formUnion(counting.count(claims[...], for: clause).payloads)
        }
    }

    // MARK: Checks

    /// Whether the policy itself is still good.
    private var expiry: VerificationResult.Check {
        at > policy.expires
            ? .init(
                .policy, .notMet(.untimely),
                "the policy \(policy.title) expired at \(policy.expires.text)")
            : .init(
                .policy, .met, "the policy \(policy.title) is good until \(policy.expires.text)")
    }

    /// Whether anything speaks of the artifact. A file that was put in place of another is named.
    private func subject(
        _ artifact: Artifact, _ relevant: [Claim]
    ) -> VerificationResult.Check {
        if relevant.contains(where: { !$0.proven.isEmpty }) {
            return .init(
                .subject, .met, "it is known by its SHA-256 \(artifact.sha256.hex)")
        }
        return .init(.subject, .notMet(.unproven), strangeness(of: artifact))
    }

    /// In what an artifact that nothing speaks of differs from what was attested.
    private func strangeness(of artifact: Artifact) -> String {
        let name = Judge.lastName(ByteString(artifact.name.escaped))
        let attested = names[name, default: []]
        if attested.contains(artifact.sha256) {
            return "what was attested as \(name.escaped) has its SHA-256 "
                + "\(artifact.sha256.hex), and another SHA-512"
        }
        let others = attested.sorted().prefix(3).map(\.hex)
        return others.isEmpty
            ? "no attestation that counts here speaks of its SHA-256 \(artifact.sha256.hex)"
            : "it is another file than the \(name.escaped) that was attested: its SHA-256 is "
                + "\(artifact.sha256.hex), not \(others.joined(separator: " or "))"
    }

    /// One demand, and what it would take to meet it.
    private func check(
        _ index: Int, _ relevant: [Claim], _ relied: Set<Digest>
    ) -> VerificationResult.Check {
        let clause = policy.demands[index]
        let counting = Counting(policy: policy, at: at, assumed: [], relied: relied)
        let count = counting.count(relevant[...], for: clause)
        let name = clause.checkName
        let sentence = clause.sentence(count, policy: policy)
        guard !count.isEnough else {
            return .init(name, .met, sentence, by: count.operators, place: clause.place)
        }
        let outcome = outcome(index, relevant)
        return .init(name, .notMet(outcome), sentence, by: count.operators, place: clause.place)
    }

    /// What an unmet demand comes to: untimely if another time would do, unproven if good proofs
    /// would, else denied.
    private func outcome(_ index: Int, _ relevant: [Claim]) -> VerificationResult.Outcome {
        let later = Counting(
            policy: policy, at: at, assumed: .time,
            relied: Judge.reliances(relevant, .time, policy, at))
        if later.count(relevant[...], for: policy.demands[index]).isEnough { return .untimely }
        for assumed: Assumptions in [.proofs, [.proofs, .time]] {
            if hopes[assumed.rawValue]?[index] == true { return .unproven }
        }
        return .denied
    }

    // MARK: Notes

    /// What changes nothing and should be known: another verdict by someone trusted, another name.
    private func notes(
        _ artifact: Artifact, _ relevant: [Claim], _ places: [Place]
    ) -> [String] {
        var against: Set<Int> = []
        for claim in relevant {
            if case .comparison(let predicate) = claim.body, predicate.verdict == .different {
                against.formUnion(claim.proven)
            }
        }
        let names = Set(
            places.filter { !claims[$0.claim].proven.isEmpty }.map {
                Judge.lastName(claims[$0.claim].subjects[$0.subject].name)
            })
        var notes: [String] = []
        let dissent = policy.operators(
            of: against.filter { policy.keys[$0].roles.contains(.rebuilder) })
        if !dissent.isEmpty {
            notes.append(
                "WARNING: \(dissent.count) trusted rebuilder\(dissent.count == 1 ? "" : "s") "
                    + "(\(dissent.joined(separator: ", "))) found another build of it different")
        }
        let name = Judge.lastName(ByteString(artifact.name.escaped))
        if let other = names.sorted().first, !names.contains(name) {
            notes.append("it was attested under the name \(other.escaped)")
        }
        return notes
    }
}

extension Subject {
    /// Whether the subject is an artifact: the digests it has agree, and it has one of them.
    func isOf(_ artifact: Artifact) -> Bool {
        (sha256 != nil || sha512 != nil)
            && (sha256 ?? artifact.sha256) == artifact.sha256
            && (sha512 ?? artifact.sha512) == artifact.sha512
    }
}
