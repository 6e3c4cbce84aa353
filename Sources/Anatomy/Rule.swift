import Bytes

/// A normalization: a named, versioned permission for one kind of field to differ.
public struct Rule: Hashable, Sendable {
    /// The name, as `tar.mtime`.
    public let name: String
    /// The version: raised when what the rule tolerates changes.
    public let version: Int
    /// What it tolerates.
    public let tolerates: String
    /// Why that is safe.
    public let reason: String
    /// When it refuses.
    public let refuses: String
    /// What it would hide.
    public let hides: String
    /// The smallest profile that holds it.
    public let profile: Home

    /// Where a rule is at home. Each profile holds those before it, too.
    public enum Home: Sendable {
        /// In `archive` and `packaging`.
        case archive
        /// In `packaging`.
        case packaging
        /// In no profile: it tolerates only where the user named it.
        case none
    }

    /// A rule.
    public init(
        _ name: String, version: Int = 1, tolerates: String, reason: String, refuses: String,
        hides: String, profile: Home = .archive
    ) {
        self.name = name
        self.version = version
        self.tolerates = tolerates
        self.reason = reason
        self.refuses = refuses
        self.hides = hides
        self.profile = profile
    }
}

/// A named set of rules, and the rules that the user named besides.
public struct Profile: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The rules of the set by name, with their versions.
    private let rules: [String: Int]
    /// Rules that the user named.
    private let allowed: [String: Int]

    /// A profile of a set of rules, and of rules that were named one by one.
    public init(name: String, rules: [Rule], allowed: [Rule] = []) {
        self.name = name
        self.rules = Dictionary(uniqueKeysWithValues: rules.map { ($0.name, $0.version) })
        self.allowed = Dictionary(
            allowed.map { ($0.name, $0.version) }, uniquingKeysWith: { first, _ in first })
    }

    /// The profile that tolerates nothing.
    public static let none = Profile(name: "none", rules: [])

    /// Whether `rule` may tolerate a difference; a guarded one only if the user named the rule.
    public func allows(_ rule: Rule?, isGuarded: Bool = false) -> Bool {
        guard let rule else { return false }
        return allowed[rule.name] == rule.version
            || (!isGuarded && rules[rule.name] == rule.version)
    }

    /// The name with the rules that were named: `archive+zip.comment`.
    public var fullName: String {
        ([name] + allowed.keys.sorted()).joined(separator: "+")
    }

    /// The text whose SHA-256 is the profile's digest (`Docs/NormalForm.md`): the name, and a line
    /// per rule with its version, those named by the user marked with a plus sign.
    public var text: String {
        let lines =
            rules.map { "\($0.key) \($0.value)\n" } + allowed.map { "+\($0.key) \($0.value)\n" }
        return "tallystick/profile/v1\n\(name)\n" + lines.sorted().joined()
    }
}
