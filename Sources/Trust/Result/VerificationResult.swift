import Attestation
import Bytes
import Findings
import Signing

/// What came of judging artifacts: the whole outcome of `tally verify`.
public struct VerificationResult: Sendable {
    /// What it comes to, in one word.
    public enum Outcome: String, Sendable, CaseIterable {
        /// Every demand is met.
        case accepted
        /// Some demand is not met, and no better signature, digest or time would change that.
        case denied
        /// An input that was named could not be read or is malformed.
        case malformed
        /// It would pass if the signatures or digests that failed were good.
        case unproven
        /// It would pass at another time.
        case untimely

        /// The exit code of `tally verify`.
        public var exitCode: Int32 {
            switch self {
            case .accepted: 0
            case .denied: 1
            case .malformed: 2
            case .unproven: 3
            case .untimely: 4
            }
        }

        /// How far it is from being accepted.
        var distance: Int {
            switch self {
            case .accepted: 0
            case .untimely: 1
            case .unproven: 2
            case .denied: 3
            case .malformed: 4
            }
        }
    }

    /// What the judgement was made under.
    public enum Terms: Sendable {
        /// The short form.
        case demand(Demand)
        /// A policy.
        case policy(PolicyTerms)
    }

    /// One demand, and whether it is met.
    public struct Check: Hashable, Sendable {
        /// What is demanded.
        public enum Name: String, Sendable, CaseIterable {
            /// An envelope that can be read.
            case envelope
            /// A signature by a key that was given.
            case signature
            /// A verdict that is accepted, in a predicate that does not contradict itself.
            case verdict
            /// The artifact among the subjects.
            case subject
            /// A time that is not ahead.
            case time
            /// Builds by independent operators. The short form never checks it.
            case independence
            /// A policy that is signed, and not expired.
            case policy
            /// A policy that is no older than one seen before.
            case rollback
            /// Comparisons by enough operators.
            case agreement
            /// Provenance by enough operators.
            case provenance
            /// Approvals by enough operators.
            case approval
            /// A folder of files and folders only.
            case contents
        }

        /// Whether it is met.
        public enum State: Hashable, Sendable {
            /// It is.
            case met
            /// It is not, and what that comes to.
            case notMet(Outcome)
            /// It was not looked at.
            case notChecked
        }

        /// What is demanded.
        public let name: Name
        /// Whether it is met.
        public let state: State
        /// How so, as one line without a full stop; names are escaped.
        public let sentence: String
        /// The operators by whom it is met, as far as it is, in order.
        public let by: [String]
        /// Where it stands in the policy, as `agreement[0]`; `nil` for what no policy has to say.
        public let place: String?

        /// A check.
        public init(
            _ name: Name, _ state: State, _ sentence: String, by: [String] = [],
            place: String? = nil
        ) {
            self.name = name
            self.state = state
            self.sentence = sentence
            self.by = by
            self.place = place
        }

        /// What it comes to if it is not met.
        var failure: Outcome? {
            guard case .notMet(let outcome) = state else { return nil }
            return outcome
        }
    }

    /// What the envelope that decided says.
    public struct Attested: Hashable, Sendable {
        /// The file it stands in.
        public let source: ByteString
        /// What it says. Believe it only where the signature is met.
        public let predicate: Predicate
        /// The IDs of the given keys by which it is signed.
        public let keyIDs: [String]
    }

    /// One artifact's part.
    public struct Judgement: Hashable, Sendable {
        /// The artifact.
        public let artifact: Artifact
        /// The demands, in the order in which they are looked at.
        public let checks: [Check]
        /// What the envelope says that came nearest; `nil` if that is no comparison.
        public let attested: Attested?
        /// What changes nothing and should be known, as sentences without a full stop.
        public var notes: [String] = []

        /// What it comes to: the check that is farthest from being met.
        public var outcome: Outcome { Outcome.worst(checks) }
    }

    /// An input that could not be read or is malformed.
    public struct Problem: Hashable, Sendable {
        /// The file.
        public let source: ByteString
        /// Why, as one sentence without a full stop.
        public let message: String
        /// Whether it is broken and was named by the user: then no *no* is said, but *trouble*.
        public var isMalformed = true
    }

    /// One entry per artifact, in the order given; for a folder that is not known as a whole, one
    /// per file in it.
    public let artifacts: [Judgement]
    /// What holds or fails for all of them.
    public let checks: [Check]
    /// Inputs that were passed over. They undo nothing that is accepted.
    public let problems: [Problem]
    /// What was demanded.
    public let terms: Terms

    /// A result.
    public init(
        artifacts: [Judgement], checks: [Check] = [], problems: [Problem], terms: Terms
    ) {
        self.artifacts = artifacts
        self.checks = checks
        self.problems = problems
        self.terms = terms
    }

    /// The same result with more that holds or fails for all artifacts.
    public func adding(_ more: [Check]) -> VerificationResult {
        VerificationResult(
            artifacts: artifacts, checks: checks + more, problems: problems, terms: terms)
    }

    /// What it comes to: accepted if every artifact is and nothing fails for all of them, else
    /// malformed if any input was, else as what is farthest from being accepted.
    public var outcome: Outcome {
        let parts = artifacts.map(\.outcome) + checks.compactMap(\.failure)
        let worst = parts.max { $0.distance < $1.distance } ?? .denied
        let nothing = artifacts.isEmpty && worst == .accepted
        if nothing { return .denied }
        return worst != .accepted && problems.contains(where: \.isMalformed) ? .malformed : worst
    }
}

extension VerificationResult.Outcome {
    /// What some checks come to.
    static func worst(_ checks: [VerificationResult.Check]) -> VerificationResult.Outcome {
        checks.compactMap(\.failure).max { $0.distance < $1.distance } ?? .accepted
    }
}
