import Attestation
import Bytes
import Findings

extension Judge {
    /// A build platform: who runs it, and which it is.
    private struct Platform: Hashable {
        let holder: String
        let builder: ByteString
    }

    /// Whether an artifact has SLSA's property `SLSA_BUILD_REPRODUCED`.
    ///
    /// It has if a demand for `identical` is met, and provenance for these very bytes counts for
    /// demands of the policy, of two builders that are different and have different operators, and
    /// names what went in. `equivalent` is never enough, nor is a rebuilder's word without
    /// provenance, nor a demand that takes digests alone for agreement.
    func isReproduced(_ artifact: Artifact) -> Bool {
        let relevant = claims(about: artifact)
        let counting = Counting(policy: policy, at: at, assumed: [], relied: nil)
        var isIdentical = false
        var platforms: Set<Platform> = []
        for clause in policy.demands {
            switch clause.kind {
            case .agreement(let demand):
                let isEnough = counting.count(relevant[...], for: clause).isEnough
                let isCompared = demand.rules == nil && !demand.basis.contains(.digestOnly)
                isIdentical = isIdentical || (isCompared && isEnough)
            case .provenance:
                for claim in relevant {
                    guard case .provenance(let provenance) = claim.body,
                        provenance.dependencies.contains(where: { !$0.digests.isEmpty })
                    else { continue }
                    for holder in counting.count([claim][...], for: clause).operators {
                        platforms.insert(Platform(holder: holder, builder: provenance.builder))
                    }
                }
            case .approval: break
            }
        }
        let isTwice = platforms.contains { one in
            platforms.contains { $0.holder != one.holder && $0.builder != one.builder }
        }
        return isIdentical && isTwice
    }

    /// The claims of trusted keys that an artifact is a subject of.
    func claims(about artifact: Artifact) -> [Claim] {
        Set(places(of: artifact).map(\.claim)).sorted().map { claims[$0] }
            .filter { !$0.proven.isEmpty }
    }
}

extension PolicyVerification {
    /// Who says what came of a verification, and of what.
    public struct Reporter: Sendable {
        /// Who verified, a URI.
        public let verifier: ByteString
        /// Under what name the artifact is to be used, a URI.
        public let resource: ByteString
        /// Where the policy is; a URN of its name and version by default.
        public let policy: ByteString?
        /// Whether properties are stated besides levels, as `SLSA_BUILD_REPRODUCED`.
        public let statesProperties: Bool

        /// A reporter.
        public init(
            verifier: ByteString, resource: ByteString, policy: ByteString?,
            statesProperties: Bool = true
        ) {
            self.verifier = verifier
            self.resource = resource
            self.policy = policy
            self.statesProperties = statesProperties
        }
    }

    /// What came of a verification, as a statement about the very bytes that were judged: what was
    /// judged one by one, or, where that is too many for a statement, what was `taken`, a folder by
    /// its listing.
    ///
    /// - Throws: ``AttestationError`` with code `unfit` if nothing was judged, or an input was
    ///   malformed; with code `limit` for too many subjects.
    public func summary(
        of result: VerificationResult, _ taken: [Intake.Taken], by reporter: Reporter
    ) throws(AttestationError) -> Statement {
        guard result.outcome != .malformed, !result.artifacts.isEmpty else {
            throw AttestationError(.unfit, "there is no answer to sum up, since an input is broken")
        }
        let artifacts = result.artifacts.map(\.artifact)
        let policy = judge.policy
        let summary = VerificationSummary(
            verifier: reporter.verifier, time: judge.at,
            resource: reporter.resource,
            policy: reporter.policy
                ?? ByteString("urn:tallystick:policy:\(policy.name):\(policy.version)"),
            policyDigest: policy.digest,
            inputs: artifacts.flatMap { judge.claims(about: $0).map(\.payload) },
            passed: result.outcome == .accepted,
            isReproduced: reporter.statesProperties
                && artifacts.allSatisfy { judge.isReproduced($0) })
        let isFew = artifacts.count <= Statement.subjectLimit
        var subjects: [Subject] = []
        for artifact in isFew ? artifacts : taken.map(\.whole) {
            subjects.append(
                try Subject(
                    name: artifact.name, sha256: artifact.sha256, sha512: artifact.sha512))
        }
        return try Statement(
            subjects: subjects, predicateType: PredicateType.summary, predicate: summary.json)
    }
}
