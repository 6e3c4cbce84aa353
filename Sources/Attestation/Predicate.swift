import Bytes
import Findings

/// What a comparison says, ready to be signed: `Docs/predicates/comparison-v1.md`.
///
/// A value of this type does not contradict itself: every initializer checks that the verdict
/// agrees with the digests, findings, exclusions and gaps that stand beside it.
public struct Predicate: Hashable, Sendable {
    /// What the verdict rests on.
    public typealias Basis = Report.Basis

    /// One of the two sides.
    public enum Place: String, Sendable, CaseIterable {
        /// The left.
        case left
        /// The right.
        case right
    }

    /// What the verdict rests on.
    public let basis: Basis
    /// The verdict.
    public let verdict: Verdict
    /// Whether everything was read.
    public let complete: Bool
    /// When it was said, by the signer's clock or as the signer chose.
    public let time: Timestamp
    /// Which side the statement's subjects are.
    public let subject: Place
    /// The two builds.
    public let left, right: Build
    /// Whether both sides were one and the same file, which says nothing about a second build.
    public let isSameFile: Bool
    /// The declared inputs of the builds; `nil` when undeclared.
    public let inputs: [Resource]?
    /// The tree view.
    public let view: ByteString
    /// The profile, and the digest of its text.
    public let profile: Resource
    /// What was tolerated, by rule.
    public let normalizations: [Rule]
    /// The differences.
    public let findings: Findings
    /// The first offset at which the outer files differ, where both are files.
    public let firstDifference: UInt64?
    /// What could not be read.
    public let unread: Unread
    /// Patterns that were left out of trees.
    public let excluded: [ByteString]
    /// The program that compared.
    public let tool: Tool
    /// Whether the artifacts were hashed again, and agreed with the report, before signing.
    public let hashedAgain: Bool
    /// What a reader should know, and what the verdict does not mean.
    public let notes: [ByteString]

    /// The build that the subjects are.
    public var build: Build { subject == .left ? left : right }
    /// The other one.
    public var counterpart: Build { subject == .left ? right : left }
}
