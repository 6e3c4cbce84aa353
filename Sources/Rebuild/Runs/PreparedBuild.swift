import Bytes
import Findings

/// A build that is ready to be run: what was declared, resolved and checked.
public struct PreparedBuild: Sendable {
    /// What is built, and how.
    public var job: BuildJob
    /// The recipe or `.buildinfo`, with the digest of its bytes.
    public var declaration: NamedDigest
    /// How it was declared: a URI for provenance.
    public var buildType: ByteString
    /// All that goes in, with the digests of the very bytes in use.
    public var inputs: [BuildRecord.Resource]
    /// The digest over all inputs as a tree of the Remote Execution API; `nil` where there is none.
    public var declaredInputs: Digest?
    /// What has to come out, where that was declared.
    public var expected: [ListedFile] = []
    /// When what was shipped was built, where that was declared.
    public var date: Timestamp?
    /// Under which circumstances it is built when it is to give what was shipped.
    public internal(set) var conditions = Conditions()
    /// When the build's clock begins under these; `nil` for when it is.
    public internal(set) var clock: Timestamp?
    /// What a reader of the result has to know, one sentence each without a full stop.
    public var notes: [String] = []
    /// What the build may use.
    public var limits = SandboxLimits()
    /// Whether sockets may be made that reach nobody but the build itself.
    public var allowsLoopback = false

    /// Looks, after the last build, whether inputs that were used in place are still what they
    /// were.
    public var checkInputs: @Sendable () throws(RebuildError) -> Void = { () throws(RebuildError) in
    }

    /// A build with no more than it must have.
    public init(
        job: BuildJob, declaration: NamedDigest, buildType: ByteString,
        inputs: [BuildRecord.Resource]
    ) {
        self.job = job
        self.declaration = declaration
        self.buildType = buildType
        self.inputs = inputs
    }
}

extension DebianBuild {
    /// Makes everything ready in `work`, as ``prepare(in:)`` does.
    ///
    /// - Parameter name: what the `.buildinfo` is called in reports.
    public func ready(in work: ByteString, name: ByteString) throws(RebuildError) -> PreparedBuild {
        let prepared = try prepare(in: work)
        var build = PreparedBuild(
            job: prepared.job,
            declaration: NamedDigest(name: name, digest: buildInfoDigest),
            buildType: "https://tallystick.dev/buildtypes/debian-buildinfo/v1",
            inputs: prepared.inputs)
        build.expected = prepared.expected
        build.date = buildInfo.date.flatMap { ArchiveDate.timestamp($0) }
        build.notes = prepared.notes
        // Tests of packages talk to themselves.
        build.allowsLoopback = true
        return build
    }
}
