/// What a text of settings is, for messages about it.
public struct SettingsKind: Hashable, Sendable {
    /// What people call it, as `the policy`.
    public let name: String
    /// The page that says what it can have.
    public let guide: String

    /// A kind of text.
    public init(name: String, guide: String) {
        self.name = name
        self.guide = guide
    }
}
