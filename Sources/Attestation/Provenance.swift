import Bytes

/// What a policy needs of a SLSA provenance v1 predicate, whoever wrote it.
public struct Provenance: Hashable, Sendable {
    /// Something that went into the build: an in-toto resource descriptor.
    public struct Dependency: Hashable, Sendable {
        /// Its name, where it has one.
        public let name: ByteString?
        /// Where it is from, as `git+https://example.org/repo@refs/tags/v1`.
        public let uri: ByteString?
        /// Its digests as written, by algorithm: `sha256`, `gitCommit`, and others.
        public let digests: [ByteString: ByteString]
    }

    /// Who built, `runDetails.builder.id`.
    public let builder: ByteString
    /// How, `buildDefinition.buildType`.
    public let buildType: ByteString
    /// What went in, `buildDefinition.resolvedDependencies`.
    public let dependencies: [Dependency]
    /// When the build ended, else when it began; `nil` if it says neither.
    public let time: Timestamp?

    /// The most dependencies that are read.
    static let dependencyLimit = 16_384

    /// Provenance from a statement's predicate. What a policy does not look at is not read.
    ///
    /// - Throws: ``AttestationError`` without a builder or a build type, and for a field of the
    ///   wrong kind.
    public init(_ json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        let definition = try fields.fields("buildDefinition")
        let run = try fields.fields("runDetails")
        builder = try run.fields("builder").text("id")
        buildType = try definition.text("buildType")
        var dependencies: [Dependency] = []
        if let list = definition.optional("resolvedDependencies") {
            for entry in try list.list(
                "resolvedDependencies", atMost: Provenance.dependencyLimit)
            {
                dependencies.append(try Dependency(entry))
            }
        }
        self.dependencies = dependencies
        let metadata = try run.optional("metadata")?.fields("metadata")
        let end = try metadata?.moment("finishedOn")
        let start = try metadata?.moment("startedOn")
        time = end ?? start
    }
}

extension Provenance.Dependency {
    /// A dependency; entries of its digest set that are no texts are `malformed`.
    init(_ fields: Fields) throws(AttestationError) {
        name = try fields.optional("name")?.text("name")
        uri = try fields.optional("uri")?.text("uri")
        var digests: [ByteString: ByteString] = [:]
        if let set = try fields.optional("digest")?.fields("digest") {
            for entry in set.json.object ?? [] {
                guard let value = entry.value.string else {
                    throw set.failure(entry.key.escaped, "a text")
                }
                digests[entry.key] = value
            }
        }
        self.digests = digests
    }
}

extension Fields {
    /// A time in UTC as other programs write it: a fraction of a second is cut off.
    func moment(_ name: String) throws(AttestationError) -> Timestamp? {
        guard let text = try optional(name)?.text(name) else { return nil }
        var bytes = text.bytes
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")), bytes.last == UInt8(ascii: "Z"),
            bytes[(point + 1)...].dropLast().allSatisfy({ (0x30...0x39).contains($0) })
        {
            bytes.removeSubrange(point..<bytes.count - 1)
        }
        guard let time = Timestamp(ByteString(bytes)) else {
            throw failure(name, "a UTC time as 2026-01-31T12:00:00Z")
        }
        return time
    }
}
