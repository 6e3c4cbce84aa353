import Bytes

/// What a container carries: a name, metadata, and content.
public struct Member: Sendable {
    /// What a member is in a file system.
    public enum Kind: String, Sendable {
        /// Content with a name.
        case file
        /// A folder.
        case directory
        /// A link by name.
        case symlink
        /// A second name of an earlier member.
        case hardlink
        /// A device, a pipe, or what the format has beyond these.
        case other
    }

    /// How the content lies in the container's layer.
    public enum Storage: Hashable, Sendable {
        /// As it is, in one run.
        case stored(ByteRange)
        /// Encoded by the named codec; the content is what the decoder yields.
        case encoded(codec: String)
        /// There is none.
        case none
    }

    /// The name; empty for the one member of a compressed file.
    public let name: ByteString
    /// What it is.
    public let kind: Kind
    /// The target of a link.
    public let link: ByteString?
    /// The permission bits with setuid, setgid and sticky, where the format has them.
    public let permissions: UInt32?
    /// The fields that describe the member, wherever in the layer they are.
    public let runs: [FieldRun]
    /// How its content is stored.
    public let storage: Storage
    /// The run of its encoded bytes, where the format knows it beforehand.
    public let encodedRange: ByteRange?
    /// What its place says of what is in it.
    public let traits: Traits
    /// Opens the content again at any time, in formats with random access.
    public let reopen: (@Sendable () throws(SourceError) -> any Source)?

    /// A member.
    public init(
        name: ByteString, kind: Kind = .file, link: ByteString? = nil,
        permissions: UInt32? = nil, runs: [FieldRun] = [],
        storage: Storage, encodedRange: ByteRange? = nil, traits: Traits = [],
        reopen: (@Sendable () throws(SourceError) -> any Source)? = nil
    ) {
        self.name = name
        self.kind = kind
        self.link = link
        self.permissions = permissions
        self.runs = runs
        self.storage = storage
        self.encodedRange = encodedRange
        self.traits = traits
        self.reopen = reopen
    }

    /// The codec's name, where the content is encoded.
    public var codec: String? {
        guard case .encoded(let codec) = storage else { return nil }
        return codec
    }

    /// Whether there is content to open.
    public var hasContent: Bool { storage != .none }
}
