import Bytes

/// One build, as whoever ran it saw it: what SLSA provenance is written from.
///
/// It says nothing of outputs: those are the subjects of the statement, by their exact bytes.
public struct BuildRecord: Hashable, Sendable {
    /// Something that went into the build, or came out beside its outputs.
    public struct Resource: Hashable, Sendable {
        /// Its name; `nil` for none.
        public var name: ByteString?
        /// Where it is from; `nil` if that is not known.
        public var uri: ByteString?
        /// The SHA-256 of its bytes.
        public var sha256: Digest?
        /// The commit of a source repository, 40 or 64 lowercase hexadecimal digits.
        public var gitCommit: ByteString?

        /// A resource.
        public init(
            name: ByteString? = nil, uri: ByteString? = nil, sha256: Digest? = nil,
            gitCommit: ByteString? = nil
        ) {
            self.name = name
            self.uri = uri
            self.sha256 = sha256
            self.gitCommit = gitCommit
        }
    }

    /// A part of the builder, and its version.
    public struct Component: Hashable, Sendable {
        /// What it is called.
        public var name: ByteString
        /// Its version.
        public var version: ByteString

        /// A component.
        public init(name: ByteString, version: ByteString) {
            self.name = name
            self.version = version
        }
    }

    /// Who built, a URI.
    public var builder: ByteString
    /// What the builder consists of; each name once.
    public var components: [Component] = []
    /// How, a URI that says what the parameters mean.
    public var buildType: ByteString
    /// What was asked for from outside, an object.
    public var parameters: JSON
    /// What the builder set on its own, an object; `nil` for nothing.
    public var internalParameters: JSON?
    /// What went in.
    public var dependencies: [Resource] = []
    /// What came out beside the outputs, as logs.
    public var byproducts: [Resource] = []
    /// What the builder calls this run; `nil` for nothing.
    public var invocation: ByteString?
    /// When it began and ended, in seconds since 1970; `nil` if that is not to be said.
    public var started, finished: Int64?

    /// A record with nothing but what it must have.
    public init(builder: ByteString, buildType: ByteString, parameters: JSON) {
        self.builder = builder
        self.buildType = buildType
        self.parameters = parameters
    }
}
