import Bytes
import Findings

/// A build as the predicate of SLSA provenance v1, which all of 1.0 to 1.2 share, and back.
extension BuildRecord {
    /// The most dependencies, byproducts or components.
    public static let entryLimit = 16_384

    /// The predicate: exactly the fields of v1, and of those only what is known. Always the same
    /// for the same record.
    public var provenance: JSON {
        .record([
            "buildDefinition": .record([
                "buildType": .string(buildType),
                "externalParameters": parameters,
                "internalParameters": internalParameters,
                "resolvedDependencies": list(dependencies),
            ]),
            "runDetails": .record([
                "builder": .record([
                    "id": .string(builder),
                    "version": components.isEmpty
                        ? nil
                        : .object(components.map { JSON.Entry($0.name, .string($0.version)) }),
                ]),
                "metadata": metadata,
                "byproducts": list(byproducts),
            ]),
        ])
    }

    /// Names and times of the run; `nil` if none is known.
    private var metadata: JSON? {
        let record = JSON.record([
            "invocationId": invocation.map { .string($0) },
            "startedOn": moment(started), "finishedOn": moment(finished),
        ])
        return record == .record([:]) ? nil : record
    }

    private func moment(_ seconds: Int64?) -> JSON? {
        seconds.flatMap { Timestamp(seconds: $0) }.map { .text($0.text) }
    }

    private func list(_ resources: [Resource]) -> JSON? {
        resources.isEmpty ? nil : .array(resources.map(\.json))
    }

    /// A record from a predicate. Fields that are not known are ignored, and so are digests of
    /// other kinds.
    ///
    /// - Throws: ``AttestationError`` without a builder, a build type or parameters, and for a
    ///   field of the wrong kind.
    public init(provenance json: JSON) throws(AttestationError) {
        let fields = try Fields(json, "predicate")
        let definition = try fields.fields("buildDefinition")
        let run = try fields.fields("runDetails")
        let builder = try run.fields("builder")
        self.init(
            builder: try builder.text("id"), buildType: try definition.text("buildType"),
            parameters: try definition.fields("externalParameters").json)
        internalParameters = try definition.optional("internalParameters")?
            .fields("internalParameters").json
        components = try BuildRecord.components(builder)
        dependencies = try BuildRecord.resources("resolvedDependencies", of: definition)
        byproducts = try BuildRecord.resources("byproducts", of: run)
        guard let metadata = try run.optional("metadata")?.fields("metadata") else { return }
        invocation = try metadata.optional("invocationId")?.text("invocationId")
        started = try metadata.moment("startedOn")?.seconds
        finished = try metadata.moment("finishedOn")?.seconds
    }

    private static func components(_ builder: Fields) throws(AttestationError) -> [Component] {
        guard let versions = try builder.optional("version")?.fields("version") else { return [] }
        var components: [Component] = []
        for entry in versions.json.object ?? [] {
            guard let version = entry.value.string else {
                throw versions.failure(entry.key.escaped, "a text")
            }
            components.append(Component(name: entry.key, version: version))
        }
        return components
    }

    private static func resources(
        _ name: String, of fields: Fields
    ) throws(AttestationError) -> [Resource] {
        guard let present = fields.optional(name) else { return [] }
        var resources: [Resource] = []
        for entry in try present.list(name, atMost: entryLimit) {
            resources.append(try Resource(entry))
        }
        return resources
    }
}

extension BuildRecord.Resource {
    /// The resource as an in-toto resource descriptor.
    fileprivate var json: JSON {
        let digest = JSON.record([
            "sha256": sha256.map { .text($0.hex) }, "gitCommit": gitCommit.map { .string($0) },
        ])
        return .record([
            "name": name.map { .string($0) }, "uri": uri.map { .string($0) },
            "digest": digest == .record([:]) ? nil : digest,
        ])
    }

    /// A resource as read.
    fileprivate init(_ fields: Fields) throws(AttestationError) {
        self.init(
            name: try fields.optional("name")?.text("name"),
            uri: try fields.optional("uri")?.text("uri"))
        guard let digests = try fields.optional("digest")?.fields("digest") else { return }
        sha256 = try digests.optional("sha256")?.digest("sha256")
        gitCommit = try digests.optional("gitCommit")?.text("gitCommit")
    }
}

extension Statement {
    /// The statement that `subjects` came out of a build.
    ///
    /// - Throws: ``AttestationError`` with code `limit` for too many subjects, or more in the
    ///   record than is read again.
    public init(_ record: BuildRecord, subjects: [Subject]) throws(AttestationError) {
        let counts = [
            record.dependencies.count, record.byproducts.count, record.components.count,
        ]
        guard counts.allSatisfy({ $0 <= BuildRecord.entryLimit }) else {
            throw AttestationError(
                .limit, "a build has at most \(BuildRecord.entryLimit) dependencies and byproducts")
        }
        try self.init(
            subjects: subjects, predicateType: PredicateType.provenance,
            predicate: record.provenance)
    }
}

extension Statement {
    /// Where some files come from: SLSA provenance v1.
    ///
    /// - Throws: ``AttestationError`` as ``init(subjects:predicateType:predicate:)``.
    public init(provenance build: BuildRecord, subjects: [Subject]) throws(AttestationError) {
        try self.init(
            subjects: subjects, predicateType: PredicateType.provenance, predicate: build.provenance
        )
    }
}
