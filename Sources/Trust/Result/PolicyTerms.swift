import Attestation
import Bytes

/// The policy that a judgement was made under, and the moment.
public struct PolicyTerms: Sendable {
    /// Where the moment of a judgement is from.
    public enum Clock: String, Sendable {
        /// This machine's clock.
        case machine
        /// The operator, with `--at`.
        case `operator`
    }

    /// Which policy, as `NAME version 3`; `nil` if there was none to be believed.
    public let title: String?
    /// The SHA-256 of its text.
    public let digest: Digest?
    /// The moment.
    public let at: Timestamp
    /// Who gave it.
    public let clock: Clock

    /// Terms.
    public init(policy: Policy?, at: Timestamp, clock: Clock) {
        title = policy?.title
        digest = policy?.digest
        self.at = at
        self.clock = clock
    }

    /// The moment, and who says so.
    var moment: String {
        switch clock {
        case .machine: "\(at.text) by this machine's clock"
        case .operator: "\(at.text), as given by the operator"
        }
    }

    var json: JSON {
        .record([
            "policy": .text(title), "sha256": .text(digest?.hex), "at": .text(at.text),
            "clock": .text(clock.rawValue),
        ])
    }
}
