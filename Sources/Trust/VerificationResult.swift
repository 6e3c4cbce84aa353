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

        init(_ name: Name, _ state: State, _ sentence: String) {
            self.name = name
            self.state = state
            self.sentence = sentence
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

        /// What it comes to: the check that is farthest from being met.
        public var outcome: Outcome {
            let failures = checks.compactMap { check -> Outcome? in
                guard case .notMet(let outcome) = check.state else { return nil }
                return outcome
            }
            return failures.max { $0.distance < $1.distance } ?? .accepted
        }
    }

    /// An input that could not be read or is malformed.
    public struct Problem: Hashable, Sendable {
        /// The file.
        public let source: ByteString
        /// Why, as one sentence without a full stop.
        public let message: String
    }

    /// One entry per artifact, in the order given.
    public let artifacts: [Judgement]
    /// Inputs that were passed over. They undo nothing that is accepted.
    public let problems: [Problem]
    /// What was demanded.
    public let demand: Demand

    /// What it comes to: accepted if every artifact is, else malformed if any input was, else as
    /// the artifact that is farthest from it.
    public var outcome: Outcome {
        let worst = artifacts.map(\.outcome).max { $0.distance < $1.distance } ?? .denied
        return worst != .accepted && !problems.isEmpty ? .malformed : worst
    }
}
