import Bytes

/// Bytes with a named meaning: one tile of a layer.
public struct Field: Hashable, Sendable {
    /// What the bytes are good for when two sides are compared.
    public enum Role: Hashable, Sendable {
        /// They stand for themselves: any other byte is a difference.
        case own
        /// They write down a value. Other bytes for the same value differ in encoding only.
        case value(attribute: String, canonical: [UInt8])
        /// They follow from other bytes of the same side, and were checked to.
        case derived(from: String)
    }

    /// The field's name, as `tar.header.mtime`; one of the format's ``Format/fields``.
    public let id: String
    /// Where it is in the layer.
    public let range: ByteRange
    /// Its bytes.
    public let bytes: ArraySlice<UInt8>
    /// What it is good for.
    public let role: Role
    /// Whether rights or an installation hang on the value, so that no profile tolerates a
    /// difference and only a rule named by the user does.
    public let isGuarded: Bool

    /// A field.
    public init(
        _ id: String, _ range: ByteRange, _ bytes: ArraySlice<UInt8>, _ role: Role,
        isGuarded: Bool = false
    ) {
        self.id = id
        self.range = range
        self.bytes = bytes
        self.role = role
        self.isGuarded = isGuarded
    }
}

/// Adjacent fields, as raw bytes until somebody needs to look into them.
///
/// Equal runs need no look: most runs of two builds are equal, and taking them apart costs more
/// than comparing them.
public struct FieldRun: Hashable, Sendable {
    /// The run's name, as `tar.header`.
    public let id: String
    /// The member that the run describes; `nil` for the container itself.
    public let member: ByteString?
    /// Where it is in the layer.
    public let range: ByteRange
    /// The bytes; empty where ``isZeros`` says what they are.
    public let bytes: [UInt8]
    /// Whether all bytes are zero and none are held: a run of padding may be long.
    public let isZeros: Bool
    /// What the member's place in other containers says of it.
    public let traits: Traits

    /// A run of bytes at `start`.
    public init(
        _ id: String, member: ByteString? = nil, start: UInt64, bytes: [UInt8], traits: Traits = []
    ) {
        self.id = id
        self.member = member
        range = ByteRange(start: start, length: UInt64(bytes.count))
        self.bytes = bytes
        isZeros = false
        self.traits = traits
    }

    /// A run of no length at `place`: what the layer says of a member without having bytes for it,
    /// as which member is another name of it.
    public init(_ id: String, member: ByteString?, at place: UInt64, saying bytes: [UInt8]) {
        self.id = id
        self.member = member
        range = ByteRange(start: place, length: 0)
        self.bytes = bytes
        isZeros = false
        traits = []
    }

    /// A run of zeros.
    public init(zeros id: String, member: ByteString? = nil, _ range: ByteRange) {
        self.id = id
        self.member = member
        self.range = range
        bytes = []
        isZeros = true
        traits = []
    }

    /// A field at `offset` of the run.
    public func field(
        _ id: String, _ offset: Int, _ length: Int, _ role: Field.Role, isGuarded: Bool = false
    ) -> Field {
        Field(
            id, ByteRange(start: range.start + UInt64(offset), length: UInt64(length)),
            bytes[offset..<offset + length], role, isGuarded: isGuarded)
    }

    /// Whether two runs have the same bytes, wherever they are.
    public func hasSameBytes(as other: FieldRun) -> Bool {
        id == other.id && range.length == other.range.length && isZeros == other.isZeros
            && bytes == other.bytes
    }
}

/// What the place of a member in a container says of it, and of what is in it.
public struct Traits: OptionSet, Hashable, Sendable {
    /// The set as bits.
    public let rawValue: Int

    /// A set of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// What is installed gets its owners from here, as from `data.tar` of a .deb.
    public static let installsOwners = Traits(rawValue: 1)
    /// The bytes are not those of a file, though they may look like one: nobody looks into them.
    public static let opaque = Traits(rawValue: 1 << 1)
    /// Where the member stands among the others has a meaning, as for the manifest of a jar.
    public static let keepsPlace = Traits(rawValue: 1 << 8)
}
