import Bytes

/// One difference that a rule tolerated.
public struct Tolerated: Hashable, Sendable {
    /// The rule's name, as `tar.mtime`.
    public let rule: String
    /// The rule's version.
    public let version: Int
    /// Where it is: the chain of names, and the field or attribute.
    public let location: Location
    /// The value on each side, in words; `nil` where a side has none.
    public let left, right: String?

    /// A tolerated difference.
    public init(rule: String, version: Int, location: Location, left: String?, right: String?) {
        self.rule = rule
        self.version = version
        self.location = location
        self.left = left
        self.right = right
    }
}

/// All that one rule tolerated.
public struct Normalization: Hashable, Sendable {
    /// The rule's name.
    public let rule: String
    /// The rule's version.
    public let version: Int
    /// How many differences it tolerated.
    public var count: UInt64
    /// The first of them.
    public var first: [Tolerated]
    /// The SHA-256 of the full list as JSON Lines, as `--tolerated` writes this rule's lines.
    public var listDigest: Digest

    /// How many are listed at most.
    public static let listed = 1_000

    /// What a rule tolerated.
    public init(
        rule: String, version: Int, count: UInt64, first: [Tolerated], listDigest: Digest
    ) {
        self.rule = rule
        self.version = version
        self.count = count
        self.first = first
        self.listDigest = listDigest
    }
}
