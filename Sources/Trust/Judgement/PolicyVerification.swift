import Attestation
import Bytes

/// A verification under a policy, from the claims to the result.
public struct PolicyVerification: Sendable {
    let judge: Judge
    private let terms: PolicyTerms
    private let checks: [VerificationResult.Check]
    private let problems: [VerificationResult.Problem]

    /// A verification.
    ///
    /// - Parameter checks: what was found of the policy itself: signatures, rollback.
    public init(
        policy: Policy, claims: ClaimSet, checks: [VerificationResult.Check], at: Timestamp,
        clock: PolicyTerms.Clock
    ) {
        judge = Judge(policy: policy, claims: claims.claims, at: at)
        terms = PolicyTerms(policy: policy, at: at, clock: clock)
        self.checks = checks
        problems = claims.problems
    }

    /// Judges what was read. A folder is known by its listing as a whole, or file by file; then a
    /// file that nothing covers is a *no* of its own.
    public func judge(_ taken: [Intake.Taken]) -> VerificationResult {
        let artifacts = taken.flatMap { taken -> [VerificationResult.Judgement] in
            let whole = judge.judge(taken.whole)
            if whole.outcome == .accepted || taken.files.isEmpty { return [whole] }
            return taken.files.map(judge.judge)
        }
        return VerificationResult(
            artifacts: artifacts, checks: checks + taken.flatMap(\.strays), problems: problems,
            terms: .policy(terms))
    }
}
