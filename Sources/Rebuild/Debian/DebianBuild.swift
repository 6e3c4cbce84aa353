import Archives
import Bytes
import Findings
import Glibc
import Hashing

/// A Debian package that is to be built again as a `.buildinfo` says: what it takes, put into a
/// ``BuildJob``.
///
/// Nothing in it touches the network, and no program of this machine is run: the root file system
/// is made from the packages of the pool alone. Missing things are errors with code `input`.
public struct DebianBuild: Sendable {
    /// What a build was made ready from.
    public struct Prepared: Sendable {
        /// What is built, and how.
        public var job: BuildJob
        /// All that went in, with the digests of the very bytes in use: the `.buildinfo` itself,
        /// the source, and every package, in this order.
        public var inputs: [BuildRecord.Resource]
        /// What has to come out, as the `.buildinfo` says.
        public var expected: [ListedFile]
        /// Who signed the `.buildinfo`; empty if that was not checked.
        public var signers: [Signer]
        /// What a reader of the result has to know, one sentence each.
        public var notes: [String]
    }

    /// What is to be built again.
    public var buildInfo: BuildInfo
    /// The SHA-256 of the document that ``buildInfo`` was read from.
    public var buildInfoDigest: Digest
    /// A folder with the packages.
    public var pool: ByteString
    /// A folder with the `.dsc` and its files.
    public var source: ByteString
    /// Starts the readers of archives.
    public var launcher: ArchiveLauncher
    /// Threads at work.
    public var jobs: Int
    /// Keys, as `gpgv` reads them, one of which has to have signed the `.buildinfo`; `nil` for any
    /// or none.
    public var keyring: ByteString?

    /// A build of the `.buildinfo` at `path`.
    ///
    /// - Throws: ``RebuildError`` with code `declaration`, or `io`.
    public init(
        path: ByteString, pool: ByteString, source: ByteString, launcher: ArchiveLauncher, jobs: Int
    ) throws(RebuildError) {
        let document = try Files.read(path, atMost: BuildInfo.sizeLimit)
        buildInfo = try BuildInfo(document, origin: path.escaped)
        buildInfoDigest = SHA256.digest(of: document)
        self.pool = pool
        self.source = source
        self.launcher = launcher
        self.jobs = jobs
    }

    /// Where the build sees the files of its source, read-only.
    static let sourcePlace: ByteString = "/mnt"
    /// The file there that a change of the binary packages alone puts before the changelog.
    static let changesName: ByteString = "binary-only-changes"

    /// Makes everything ready in `work`, an empty folder of this machine, as `root` and `source`.
    ///
    /// - Throws: ``RebuildError`` with code `input` that names all packages that are missing.
    public func prepare(in work: ByteString) throws(RebuildError) -> Prepared {
        guard !buildInfo.packages.isEmpty else {
            throw RebuildError(.declaration, "the .buildinfo lists no .deb to be built again")
        }
        let signers = try signers()
        let source = try SourcePackage.find(
            buildInfo.source, buildInfo.sourceVersion, in: source)
        try checkDescription(of: source)
        let pool = try Pool(folder: pool, launcher: launcher, jobs: jobs)
        let declared = try pool.select(
            buildInfo.dependencies, architecture: buildInfo.buildArchitecture)
        let added = try additions(pool)
        let root = DebianRoot(
            path: work.appending("root"), isMerged: isMerged, launcher: launcher, jobs: jobs)
        let installed = try root.make(of: declared + added)
        let sourceFolder = work.appending("source")
        try Files.makeFolder(sourceFolder, mode: 0o755)
        try source.copy(to: sourceFolder)
        if let changes = buildInfo.binaryOnlyChanges {
            let name = sourceFolder.appending(DebianBuild.changesName)
            try Files.write(changes.bytes + [0x0a], to: name)
        }
        return Prepared(
            job: job(root.path, sourceFolder, source), inputs: inputs(source, installed),
            expected: buildInfo.packages, signers: signers,
            notes: notes(added, installed, source, signers))
    }

    /// The names of all packages that an official index can say something of: of those that come
    /// out and of those that go in.
    public var packageNames: Set<ByteString> {
        let outputs = buildInfo.packages.compactMap { $0.name.split(at: "_").first }
        return Set(outputs + buildInfo.dependencies.map(\.name) + DebianBuild.undeclared)
    }

    /// Checks the signature of the `.buildinfo`, if keys were given.
    private func signers() throws(RebuildError) -> [Signer] {
        guard let keyring else { return [] }
        guard let signed = buildInfo.signed else {
            throw RebuildError(
                .input,
                "the .buildinfo is not signed; leave out its keyring to build it all the same")
        }
        return try signed.signers(keyring: keyring, origin: "the .buildinfo")
    }

    /// A `.buildinfo` of a build with source lists the `.dsc`: then it has to be that one.
    private func checkDescription(of source: SourcePackage) throws(RebuildError) {
        let listed = buildInfo.outputs.filter { $0.name.hasSuffix(".dsc") }
        guard listed.isEmpty || listed.contains(where: { $0.sha256 == source.description.sha256 })
        else {
            throw RebuildError(
                .input,
                "\(source.folder.escaped)/\(source.description.name.escaped) has other bytes than "
                    + "the .buildinfo lists; get the one that it was built from")
        }
    }

    /// Packages that builds use and no `.buildinfo` lists.
    static let undeclared: [ByteString] = ["fakeroot", "libfakeroot"]

    /// What builds use and no `.buildinfo` lists: dpkg runs the clean and install steps under
    /// fakeroot, which is no build dependency.
    private func additions(_ pool: Pool) throws(RebuildError) -> [Pool.Entry] {
        var added: [Pool.Entry] = []
        for name in DebianBuild.undeclared
        where !buildInfo.dependencies.contains(where: { $0.name == name }) {
            guard let entry = try pool.newest(name, architecture: buildInfo.buildArchitecture)
            else {
                throw RebuildError(
                    .input,
                    "\(name.escaped) is not in the pool \(pool.folder.escaped): no .buildinfo names "
                        + "it, and dpkg-buildpackage needs it; fetch it with 'tally pool fetch'")
            }
            added.append(entry)
        }
        return added
    }

    /// Whether the build saw `/bin` and the like as links into `/usr`. dpkg takes that for a taint
    /// as long as no package holds the links; base-files does from 13 on.
    private var isMerged: Bool {
        if buildInfo.taints.contains("merged-usr-via-aliased-dirs") { return true }
        let base = buildInfo.dependencies.first { $0.name == "base-files" }
        guard let version = base.flatMap({ DebianVersion($0.version) }),
            let thirteen = DebianVersion("13")
        else { return false }
        return version >= thirteen
    }
}
