/// What a comparison says of two artifacts, in the order in which it is decided.
public enum Verdict: String, Sendable, CaseIterable {
    /// Same bytes; for trees, nothing that the tree view counts differs.
    case identical
    /// A difference that no allowed normalization covers was read on both sides.
    case different
    /// Something could not be read, or means different things to different readers. Never a match.
    case inconclusive
    /// Not the same bytes, but a rule covers every difference and both normal forms agree.
    case equivalent
}
