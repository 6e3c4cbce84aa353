/// Why a key cannot be had or used.
public struct SigningError: Error, Hashable, Sendable {
    /// What happened and what to do, as one sentence without a full stop.
    public let message: String

    /// An error in the words given.
    public init(_ message: String) { self.message = message }
}
