import Bytes

/// What a policy needs of a SLSA provenance predicate v1 or v0.2, whoever wrote it.
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

    /// Who built, `runDetails.builder.id`; in v0.2 `builder.id`.
    public let builder: ByteString
    /// How, `buildDefinition.buildType`; in v0.2 `buildType`.
    public let buildType: ByteString
    /// What went in, `buildDefinition.resolvedDependencies`; in v0.2 `materials`.
    public let dependencies: [Dependency]
    /// When the build ended, else when it began; `nil` if it says neither.
    public let time: Timestamp?

    /// The most dependencies that are read.
    static let dependencyLimit = 16_384

    /// Provenance from a statement; `nil` if it is of another type.
    ///
    /// - Throws: ``AttestationError`` as ``init(_:)``.
    public init?(of statement: Statement) throws(AttestationError) {
        switch statement.predicateType {
        case PredicateType.provenance: try self.init(statement.predicate)
        case PredicateType.olderProvenance: try self.init(older: statement.predicate)
        default: return nil
        }
    }

    /// Provenance from a predicate v1. What a policy does not look at is not read.
    ///
    /// - Throws: ``AttestationError`` without a builder or a build type, and for a field of the
    ///   wrong kind.
    public init(_ json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        let definition = try fields.fields("buildDefinition")
        let run = try fields.fields("runDetails")
        builder = try run.fields("builder").text("id")
        buildType = try definition.text("buildType")
        dependencies = try Provenance.dependencies(definition, "resolvedDependencies")
        let metadata = try run.optional("metadata")?.fields("metadata")
        let end = try metadata?.moment("finishedOn")
        let start = try metadata?.moment("startedOn")
        time = end ?? start
    }

    /// Provenance from a predicate v0.2, as GitLab and older builders of GitHub write it. What it
    /// says of its own completeness is not looked at, as in v1, where it is gone.
    private init(older json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        builder = try fields.fields("builder").text("id")
        buildType = try fields.text("buildType")
        dependencies = try Provenance.dependencies(fields, "materials")
        let metadata = try fields.optional("metadata")?.fields("metadata")
        let end = try metadata?.moment("buildFinishedOn")
        let start = try metadata?.moment("buildStartedOn")
        time = end ?? start
    }

    private static func dependencies(
        _ fields: Fields, _ name: String
    ) throws(AttestationError) -> [Dependency] {
        guard let list = fields.optional(name) else { return [] }
        return try list.list(name, atMost: dependencyLimit).map {
            fields throws(AttestationError) in try Dependency(fields)
        }
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
    /// A time as other programs write it (RFC 3339): a fraction of a second is cut off, and an
    /// offset from UTC reckoned in.
    func moment(_ name: String) throws(AttestationError) -> Timestamp? {
        guard let text = try optional(name)?.text(name) else { return nil }
        guard let time = Timestamp(foreign: text) else {
            throw failure(name, "a time as 2026-01-31T12:00:00Z")
        }
        return time
    }
}

extension Timestamp {
    /// The characters of a time without fraction and offset.
    private static let plainLength = 19

    /// A time in any form of RFC 3339, section 5.6, that has capital letters; `nil` for any other.
    fileprivate init?(foreign text: ByteString) {
        let bytes = text.bytes
        guard bytes.count > Timestamp.plainLength else { return nil }
        var rest = bytes[Timestamp.plainLength...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest[digits.endIndex...]
        }
        let plain = bytes[..<Timestamp.plainLength] + [UInt8(ascii: "Z")]
        guard let time = Timestamp(ByteString(plain)), let offset = Timestamp.offset(Array(rest))
        else { return nil }
        self.init(seconds: time.seconds - offset)
    }

    /// The seconds of `Z`, `+01:00` or `-05:30`.
    private static func offset(_ text: [UInt8]) -> Int64? {
        if text == [UInt8(ascii: "Z")] { return 0 }
        guard text.count == 6, text[3] == UInt8(ascii: ":") else { return nil }
        let digits = [1, 2, 4, 5].map { text[$0] }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let numbers = digits.map { Int64($0) - 0x30 }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard hours < 24, minutes < 60 else { return nil }
        switch text[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}
