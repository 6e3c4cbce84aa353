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
    /// demands of the policy, of two builders that are different and have different operators.
    /// `equivalent` is never enough, nor is a rebuilder's word without provenance, nor a demand that
    /// takes digests alone for agreement.
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
                    guard case .provenance(let provenance) = claim.body else { continue }
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
        claims.filter { claim in
            !claim.proven.isEmpty && claim.subjects.contains { $0.isOf(artifact) }
        }
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

        /// A reporter.
        public init(
            verifier: ByteString, resource: ByteString, policy: ByteString?
        ) {
            self.verifier = verifier
            self.resource = resource
            self.policy = policy
        }
    }

    /// What came of a verification, as a statement about the very bytes that were judged.
    ///
    /// - Throws: ``AttestationError`` with code `unfit` if nothing was judged, or an input was
    ///   malformed; with code `limit` for too many subjects.
    public func summary(
        of result: VerificationResult, by reporter: Reporter
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
            isReproduced: artifacts.allSatisfy { judge.isReproduced($0) })
        var subjects: [Subject] = []
        for artifact in artifacts {
            subjects.append(
                try Subject(
                    name: artifact.name, sha256: artifact.sha256, sha512: artifact.sha512))
        }
        return try Statement(
            subjects: subjects, predicateType: PredicateType.summary, predicate: summary.json)
    }
}
