import Bytes

/// A build of which nothing came that could be compared. It is no difference, and never told as
/// one.
public struct FailedBuild: Hashable, Sendable {
    /// How far it got.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It ran, and failed.
        case failed = "build-failed"
        /// It could not be run here: an input is missing or another one, or the sandbox is refused.
        case notBuilt = "not-built"
    }

    /// How far it got.
    public var outcome: Outcome
    /// What happened, in one line without a full stop. Names in it are escaped.
    public var reason: String
    /// The recipe or `.buildinfo`, with the digest of its bytes.
    public var declaration: NamedDigest
    /// What the build printed, as far as it was kept, by name and digest; `nil` if it did not run.
    public var log: NamedDigest?
    /// Who ran it.
    public var tool: Report.Tool

    /// A build that failed.
    public init(
        _ outcome: Outcome, reason: String, declaration: NamedDigest, log: NamedDigest? = nil,
        tool: Report.Tool
    ) {
        self.outcome = outcome
        self.reason = reason
        self.declaration = declaration
        self.log = log
        self.tool = tool
    }
}
