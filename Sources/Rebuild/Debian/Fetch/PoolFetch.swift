import Archives
import Bytes
import Glibc
import Programs

/// Brings what a `.buildinfo` declares into a pool: the one thing here that uses the network,
/// through the machine's own apt or a program of the user's.
public struct PoolFetch: Sendable {
    /// What came of it.
    public struct Outcome: Sendable {
        /// Packages that were there before.
        public var present = 0
        /// Packages that came.
        public var fetched: [PackageReference] = []
        /// What is still not there, each with its name, version and architecture, and the source.
        public var missing: [String] = []
        /// What went wrong on the way, one sentence each.
        public var problems: [String] = []
    }

    /// What declares the packages and the source.
    public var buildInfo: BuildInfo
    /// The folder for the packages; made if it is not there.
    public var pool: ByteString
    /// The folder for the source; `nil` for no source.
    public var source: ByteString?
    /// A program and its arguments, run once for each package in a folder of its own, where it has
    /// to put the file: `{name}`, `{version}` and `{architecture}` in its words are put in; for the
    /// source the architecture is `source`. `nil` for apt.
    public var command: [ByteString]?
    /// What programs get as their environment, as `NAME=VALUE`; what they say has to be in English.
    public var environment: [ByteString]
    /// Starts the readers of archives.
    public var launcher: ArchiveLauncher
    /// Files that are read at once.
    public var jobs: Int

    /// A fetch of all that `buildInfo` declares, by apt.
    public init(
        buildInfo: BuildInfo, pool: ByteString, environment: [ByteString],
        launcher: ArchiveLauncher, jobs: Int
    ) {
        self.environment = environment
        self.buildInfo = buildInfo
        self.pool = pool
        self.launcher = launcher
        self.jobs = jobs
    }

    /// Fetches what is not there yet. What comes is taken only if it is, by its content, what was
    /// asked for.
    ///
    /// - Throws: ``RebuildError`` with code `io` if a folder or a program cannot be used. What is
    /// missing in the end is no error here.
    public func run() throws(RebuildError) -> Outcome {
        var outcome = Outcome()
        try PoolFetch.ensure(pool)
        let before = try Pool(folder: pool, launcher: launcher, jobs: jobs)
        outcome.problems = before.unreadable
        let wanted = try wanted(before)
        outcome.present = buildInfo.dependencies.count - wanted.filter { $0.version != "" }.count
        if !wanted.isEmpty { try fetch(wanted, &outcome) }
        if let source { try fetchSource(into: source, &outcome) }
        let after = try Pool(folder: pool, launcher: launcher, jobs: jobs)
        outcome.missing += try self.wanted(after).map { package in
            let architecture = package.architecture ?? buildInfo.buildArchitecture
            return "\(package.version.isEmpty ? package.name.escaped : package.shown)"
                + " (\(architecture.escaped))"
        }
        return outcome
    }

    /// Makes a folder if it is not there.
    private static func ensure(_ folder: ByteString) throws(RebuildError) {
        if unsafe mkdir(folder.terminated, 0o755) != 0, errno != EEXIST {
            throw RebuildError(.io, "cannot make \(folder.escaped): \(errorText(errno))")
        }
    }

    /// What is declared and not in the pool; what builds use besides, without a version.
    private func wanted(_ pool: Pool) throws(RebuildError) -> [PackageReference] {
        let architecture = buildInfo.buildArchitecture
        var wanted = pool.missing(buildInfo.dependencies, architecture: architecture)
        for name in DebianBuild.undeclared {
            let isDeclared = buildInfo.dependencies.contains { $0.name == name }
            let isThere = try pool.newest(name, architecture: architecture) != nil
            guard !isDeclared, !isThere else { continue }
            wanted.append(PackageReference(name: name, version: ""))
        }
        return wanted
    }

    /// Fetches packages into a folder beside, and takes over those that are what was asked for.
    private func fetch(
        _ wanted: [PackageReference], _ outcome: inout Outcome
    ) throws(RebuildError) {
        let folder = try newFolder()
        defer { Files.remove(folder) }
        if let command {
            for package in wanted {
                let words = command.map { filled($0, package) }
                try run(words, in: folder, &outcome)
            }
        } else {
            let apt = Apt(folder: folder, environment: environment)
            try outcome.problems += apt.download(wanted)
        }
        let came = try Pool(folder: folder, launcher: launcher, jobs: jobs)
        outcome.problems += came.unreadable
        for package in wanted {
            guard let entry = try came.entry(of: package, buildInfo.buildArchitecture) else {
                continue
            }
            try Files.move(entry.path, to: pool.appending(entry.package.fileName))
            outcome.fetched.append(entry.package)
        }
    }

    /// Fetches the source if it is not there, and takes it over if it is whole.
    private func fetchSource(
        into target: ByteString, _ outcome: inout Outcome
    ) throws(RebuildError) {
        try PoolFetch.ensure(target)
        let (name, version) = (buildInfo.source, buildInfo.sourceVersion)
        if (try? SourcePackage.find(name, version, in: target)) != nil { return }
        let folder = try newFolder()
        defer { Files.remove(folder) }
        let reference = PackageReference(name: name, version: version, architecture: "source")
        if let command {
            try run(command.map { filled($0, reference) }, in: folder, &outcome)
        } else {
            try outcome.problems += Apt(folder: folder, environment: environment).downloadSource(
                reference)
        }
        do throws(RebuildError) {
            let source = try SourcePackage.find(name, version, in: folder)
            let whole = folder.appending("whole")
            try Files.makeFolder(whole)
            try source.copy(to: whole)
            for file in source.files + [source.description]
            where unsafe access(target.appending(file.name).terminated, F_OK) != 0 {
                try Files.move(whole.appending(file.name), to: target.appending(file.name))
            }
        } catch {
            outcome.problems.append(error.message)
            outcome.missing.append("the source \(name.escaped)=\(version.escaped)")
        }
    }

    /// A folder in the pool that no reader of pools looks into.
    private func newFolder() throws(RebuildError) -> ByteString {
        let name = ".fetch-" + Hex.encode(UInt64.random(in: .min ... .max), width: 16)
        let folder = pool.appending(ByteString(name))
        try Files.makeFolder(folder)
        return folder
    }

    private func filled(_ word: ByteString, _ package: PackageReference) -> ByteString {
        let values: [(String, ByteString)] = [
            ("{name}", package.name), ("{version}", package.version),
            ("{architecture}", package.architecture ?? buildInfo.buildArchitecture),
        ]
        return values.reduce(word) { word, pair in word.replacing(pair.0, with: pair.1) }
    }

    private func run(
        _ words: [ByteString], in folder: ByteString, _ outcome: inout Outcome
    ) throws(RebuildError) {
        var program = ChildProgram(words)
        program.folder = folder
        program.environment = environment
        let result = try program.outcome()
        if result.status != 0 {
            let name = words.map(\.escaped).joined(separator: " ")
            outcome.problems.append("\(name): \(result.reason)")
        }
    }
}

extension ByteString {
    /// With `value` in place of every `mark`.
    fileprivate func replacing(_ mark: String, with value: ByteString) -> ByteString {
        let mark = Array(mark.utf8)
        var result: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if rest.starts(with: mark) {
                result += value.bytes
                rest = rest.dropFirst(mark.count)
            } else {
                result += rest.prefix(1)
                rest = rest.dropFirst()
            }
        }
        return ByteString(result)
    }
}

extension Pool {
    /// The file of a package, in any version if none is asked for; `nil` if there is none.
    fileprivate func entry(
        of package: PackageReference, _ architecture: ByteString
    ) throws(RebuildError) -> Entry? {
        if package.version.isEmpty { return try newest(package.name, architecture: architecture) }
        guard missing([package], architecture: architecture).isEmpty else { return nil }
        return try select([package], architecture: architecture).first
    }
}

extension PackageReference {
    /// A name for its file; a colon in the version as apt writes it.
    fileprivate var fileName: ByteString {
        let version = ByteString(
            version.bytes.flatMap { $0 == UInt8(ascii: ":") ? Array("%3a".utf8) : [$0] })
        return name + "_" + version + "_" + (architecture ?? "all") + ".deb"
    }
}
