import Archives
import Bytes
import Glibc

/// A folder of `.deb` files, each known by what it says inside and never by its file name.
public struct Pool: Sendable {
    /// A package in the pool.
    public struct Entry: Hashable, Sendable {
        /// Its file.
        public let path: ByteString
        /// The file's size in bytes.
        public let size: UInt64
        /// Its name, version and architecture.
        public let package: PackageReference
    }

    /// The folder.
    public let folder: ByteString
    /// All packages, ordered by name, version, architecture and path.
    public let entries: [Entry]
    /// Why files that look like packages are none, one sentence each.
    public let unreadable: [String]

    /// Looks into each file of `folder` and of the folders in it.
    ///
    /// - Parameters:
    ///   - launcher: starts the readers of archives.
    ///   - jobs: files that are read at once.
    /// - Throws: ``RebuildError`` with code `io` if the folder cannot be read.
    public init(
        folder: ByteString, launcher: ArchiveLauncher, jobs: Int
    ) throws(RebuildError) {
        self.folder = folder
        let paths = try Pool.files(in: folder)
        let results = Worker.map(paths.count, jobs: jobs) { index in
            Pool.look(at: paths[index], launcher)
        }
        var entries: [Entry] = []
        var unreadable: [String] = []
        for result in results {
            switch result {
            case .success(let entry): if let entry { entries.append(entry) }
            case .failure(let error): unreadable.append(error.message)
            }
        }
        self.entries = entries.sorted { ($0.package, $0.path) < ($1.package, $1.path) }
        self.unreadable = unreadable
    }

    /// All regular files, links to such included, in the folder and those below.
    private static func files(in folder: ByteString) throws(RebuildError) -> [ByteString] {
        var found: [ByteString] = []
        for name in try Files.names(in: folder) {
            let path = folder.appending(name)
            var status = stat()
            guard unsafe lstat(path.terminated, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += try files(in: path)
            } else {
                found.append(path)
            }
        }
        return found
    }

    /// What a `.deb` begins with.
    private static let start = Array("!<arch>\ndebian-binary".utf8)

    /// The package that a file is; `nil` if it is none and does not look like one.
    private static func look(
        at path: ByteString, _ launcher: ArchiveLauncher
    ) -> Result<Entry?, RebuildError> {
        do throws(RebuildError) {
            let isNamedSo = path.hasSuffix(".deb") || path.hasSuffix(".udeb")
            guard isNamedSo || begins(path) else { return .success(nil) }
            let deb = try DebFile(path: path)
            let control = try PackageControl(deb, launcher)
            return .success(Entry(path: path, size: deb.size, package: control.reference))
        } catch {
            return .failure(error)
        }
    }

    private static func begins(_ path: ByteString) -> Bool {
        guard let file = try? FileSource(path: path), file.size > UInt64(start.count),
            let bytes = try? file.read(ByteRange(start: 0, length: UInt64(start.count)))
        else { return false }
        return bytes == start
    }
}

extension Pool {
    /// The packages that `wanted` names, in its order.
    ///
    /// - Parameter architecture: that of the build, for packages that name none.
    /// - Throws: ``RebuildError`` with code `input` that names all packages that are not there, or
    /// two files that are the same package in other bytes.
    func select(
        _ wanted: [PackageReference], architecture: ByteString
    ) throws(RebuildError) -> [Entry] {
        let missing = missing(wanted, architecture: architecture)
        guard missing.isEmpty else {
            let names = missing.map { package in
                "\(package.shown) (\((package.architecture ?? architecture).escaped))"
            }
            let hint = unreadable.isEmpty ? "" : "; \(unreadable.count) files in it are unreadable"
            throw RebuildError(
                .input,
                "\(missing.count) of \(wanted.count) declared packages are not in the pool "
                    + "\(folder.escaped)\(hint); fetch them with 'tally pool fetch': "
                    + names.joined(separator: ", "))
        }
        var selected: [Entry] = []
        for package in wanted {
            selected.append(try only(candidates(package, architecture), package))
        }
        return selected
    }

    /// Those of `wanted` that are not in the pool.
    public func missing(
        _ wanted: [PackageReference], architecture: ByteString
    ) -> [PackageReference] {
        wanted.filter { candidates($0, architecture).isEmpty }
    }

    /// The newest version of a package that nobody declared a version of; `nil` if there is none.
    func newest(_ name: ByteString, architecture: ByteString) throws(RebuildError) -> Entry? {
        let found = entries.filter { entry in
            entry.package.name == name
                && [architecture, "all"].contains(entry.package.architecture ?? "all")
        }
        let newest = found.max { left, right in
            guard let old = DebianVersion(left.package.version),
                let new = DebianVersion(right.package.version)
            else { return false }
            return old < new
        }
        guard let newest else { return nil }
        return try only(found.filter { $0.package == newest.package }, newest.package)
    }

    private func candidates(_ wanted: PackageReference, _ architecture: ByteString) -> [Entry] {
        var architectures = [architecture, "all"]
        if let own = wanted.architecture { architectures = [own] }
        return architectures.flatMap { architecture -> ArraySlice<Entry> in
            entries(
                of: PackageReference(
                    name: wanted.name, version: wanted.version, architecture: architecture))
        }
    }

    /// The entries of exactly that package, found by halving.
    private func entries(of package: PackageReference) -> ArraySlice<Entry> {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].package < package { low = middle + 1 } else { high = middle }
        }
        return entries[low...].prefix { $0.package == package }
    }

    /// The first of files that all have to have the same bytes.
    private func only(
        _ candidates: [Entry], _ package: PackageReference
    ) throws(RebuildError) -> Entry {
        guard let first = candidates.first else {
            throw RebuildError(.input, "\(package.shown) is not in the pool \(folder.escaped)")
        }
        guard candidates.count > 1 else { return first }
        let digest = try DebFile(path: first.path).digest()
        for other in candidates.dropFirst() {
            guard try DebFile(path: other.path).digest() == digest else {
                throw RebuildError(
                    .input,
                    "\(first.path.escaped) and \(other.path.escaped) are both \(package.shown), and "
                        + "their bytes differ; remove the one that is not the archive's")
            }
        }
        return first
    }
}
