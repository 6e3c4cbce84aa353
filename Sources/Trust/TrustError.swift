/// Wrong usage: nothing was judged.
public struct TrustError: Error, Hashable, Sendable {
    /// What is wrong and what to do, as one sentence without a full stop.
    public let message: String
    /// The exit code for wrong usage, as in `sysexits.h`.
    public static let exitCode: Int32 = 64

    /// An error in the words given.
    public init(_ message: String) { self.message = message }
}
