/// Where something is: a chain of names from the artifact down to a member, a field, an offset.
///
/// Shown as `pkg.deb › data.tar.xz › ./usr/bin/tool › tar.mode @ 612`.
public struct Location: Hashable, Sendable {
    /// The names, outermost first. The artifact itself is the empty chain.
    public var chain: [ByteString]
    /// The field, when one is meant.
    public var field: String?
    /// The offset in bytes in the innermost layer, when one is meant.
    public var offset: UInt64?

    /// A location from its parts.
    public init(_ chain: [ByteString] = [], field: String? = nil, offset: UInt64? = nil) {
        self.chain = chain
        self.field = field
        self.offset = offset
    }

    /// The location of a member of what this location names.
    public func appending(_ name: ByteString) -> Location { Location(chain + [name]) }

    /// The location as one line of visible text; names are escaped.
    public var description: String {
        var text = chain.map(\.escaped).joined(separator: " › ")
        if let field { text += (text.isEmpty ? "" : " › ") + field }
        if let offset { text += (text.isEmpty ? "" : " ") + "@ \(offset)" }
        return text
    }
}
