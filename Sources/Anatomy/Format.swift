import Bytes

/// One format: what it is recognized by, what its fields mean, and how a layer of it is taken
/// apart.
///
/// A format is a value. Adding one is one file and one line in `Format.all`.
public struct Format: Sendable {
    /// What kind of thing a layer of this format is.
    public enum Shape: String, Sendable {
        /// Members by name.
        case archive
        /// One stream, encoded; its member has no name of its own.
        case compressed
        /// One thing whose parts only explain it. Its dissector parses everything at once and
        /// throws nowhere else; where it throws, the layer is opaque bytes and nothing is unread.
        case leaf
    }

    /// How a dissector must be able to read.
    public enum Access: String, Sendable {
        /// Once, from start to end.
        case sequential
        /// At any offset.
        case random
    }

    /// Bytes at a fixed place.
    public struct Magic: Hashable, Sendable {
        /// The offset from the beginning of the layer.
        public let offset: Int
        /// The bytes.
        public let bytes: [UInt8]

        /// Bytes at a place.
        public init(_ bytes: [UInt8], at offset: Int = 0) {
            self.offset = offset
            self.bytes = bytes
        }

        /// Whether a layer that begins with `start` has these bytes.
        public func matches(_ start: Chunk) -> Bool {
            start.dropFirst(offset).starts(with: bytes)
        }
    }

    /// A field or an attribute that the format can produce.
    public struct FieldKind: Hashable, Sendable {
        /// Its name.
        public let id: String
        /// What it means, in a few words.
        public let meaning: String
        /// The rule that may tolerate a difference in it.
        public let rule: Rule?
        /// Whether an unpacked file shows it, so that a folder can be compared by it.
        public let isUnpacked: Bool

        /// A kind of field.
        public init(
            _ id: String, _ meaning: String, rule: Rule? = nil, isUnpacked: Bool = false
        ) {
            self.id = id
            self.meaning = meaning
            self.rule = rule
            self.isUnpacked = isUnpacked
        }
    }

    /// The name, as `tar`.
    public let name: String
    /// The name in full.
    public let title: String
    /// What kind of thing it is.
    public let shape: Shape
    /// The bytes of which one run must be there.
    public let magic: [Magic]
    /// How it must be read.
    public let access: Access
    /// Whether the dissector accounts for every byte. Where it does not, equal members in unequal
    /// bytes are a difference in framing.
    public let isFramingAccounted: Bool
    /// The document that defines the format.
    public let specification: String
    /// The fields and attributes.
    public let fields: [FieldKind]
    /// The rule for other bytes that write down the same values.
    public let encodingRule: Rule?
    /// The rule for another order of members; `nil` where order is never tolerated.
    public let orderRule: Rule?
    /// Beginnings of names, in lower case, whose presence gives the order of members a meaning.
    public let orderMarks: [String]
    /// The rule for other encoded bytes of the same content.
    public let compressionRule: Rule?
    /// Whether a layer that has one of the magics, and begins with the given bytes, is of this
    /// format. Decides by bytes alone.
    public let recognizes: @Sendable (Chunk) -> Bool
    /// Begins to take a layer apart.
    public let dissect: @Sendable (Layer, Limits) throws(SourceError) -> any Dissector
    /// Takes a run of fields apart.
    public let expand: @Sendable (FieldRun) -> [Field]
    /// Writes normal forms; `nil` where nobody can.
    public let composer: (any Composer)?

    /// A format.
    public init(
        name: String, title: String, shape: Shape, magic: [Magic], access: Access,
        isFramingAccounted: Bool = true, specification: String, fields: [FieldKind],
        encodingRule: Rule? = nil, orderRule: Rule? = nil, orderMarks: [String] = [],
        compressionRule: Rule? = nil, composer: (any Composer)? = nil,
        recognizes: @escaping @Sendable (Chunk) -> Bool = { _ in true },
        expand: @escaping @Sendable (FieldRun) -> [Field],
        dissect: @escaping @Sendable (Layer, Limits) throws(SourceError) -> any Dissector
    ) {
        self.name = name
        self.title = title
        self.shape = shape
        self.magic = magic
        self.access = access
        self.isFramingAccounted = isFramingAccounted
        self.specification = specification
        self.fields = fields
        self.encodingRule = encodingRule
        self.orderRule = orderRule
        self.orderMarks = orderMarks
        self.compressionRule = compressionRule
        self.composer = composer
        self.recognizes = recognizes
        self.expand = expand
        self.dissect = dissect
    }

    /// The size in bytes past which a leaf is opaque, but for one that is read by ranges from a
    /// layer that can be read at random anyway.
    public static let leafSize: UInt64 = 32 << 20

    /// How many bytes from the beginning of a layer recognition may look at.
    public static let lookahead = 40 * 1024

    /// Whether a layer that begins with `start` is of this format.
    public func matches(_ start: Chunk) -> Bool {
        magic.contains { $0.matches(start) } && recognizes(start)
    }

    /// All rules of the format, in order of their names.
    public var rules: [Rule] {
        let all =
            fields.compactMap(\.rule)
            + [encodingRule, orderRule, compressionRule].compactMap { $0 }
        return Array(Set(all)).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The rule that may tolerate a difference in a field or attribute.
    public func rule(for id: String) -> Rule? {
        fields.first { $0.id == id }?.rule
    }

    /// The dissector of a layer, with its tiling checked.
    public func dissector(of layer: Layer, _ limits: Limits) throws(SourceError) -> any Dissector {
        CheckedDissector(
            try dissect(layer, limits), size: isFramingAccounted ? layer.size : 0, limits: limits)
    }
}

extension [Format] {
    /// The first format that a layer with this beginning is of.
    public func recognize(_ start: Chunk) -> Format? {
        // By index: an element that is iterated over is copied, with all that it refers to.
        indices.first { self[$0].matches(start) }.map { self[$0] }
    }
}
