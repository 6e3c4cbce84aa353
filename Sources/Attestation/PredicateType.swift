import Bytes
import Findings

/// The predicate types of comparisons: one per verdict, so that a gate which looks at signer, type
/// and subject alone cannot take a *no* for a *yes*.
public enum PredicateType {
    /// What all of them begin with.
    public static let base = "https://tallystick.dev/attestation"

    /// The type URI of a verdict, as `https://tallystick.dev/attestation/identical/v1`.
    public static func uri(_ verdict: Verdict) -> ByteString {
        ByteString("\(base)/\(verdict.rawValue)/v1")
    }

    /// The verdict that a type URI stands for, compared as bytes; `nil` for every other type.
    public static func verdict(_ uri: ByteString) -> Verdict? {
        Verdict.allCases.first { PredicateType.uri($0) == uri }
    }
}
