/// What is wrong with a text of settings.
public struct SettingError: Error, Hashable, Sendable {
    /// What is wrong, and where, as one sentence without a full stop; names are escaped.
    public let message: String

    /// An error in the words given.
    public init(_ message: String) { self.message = message }
}
