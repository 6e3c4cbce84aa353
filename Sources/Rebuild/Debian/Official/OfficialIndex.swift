import Bytes
import Codecs
import Hashing

/// What an archive says is official: indexes of packages that its signed `InRelease` lists.
///
/// It is the anchor of the word *official*. A `.buildinfo` says what someone built; only an index
/// that is signed by the archive's keys says what the archive ships.
public struct OfficialIndex: Sendable {
    /// A package that the archive ships.
    public struct Package: Hashable, Sendable {
        /// Its name, version and architecture.
        public let package: PackageReference
        /// Its file: the last name of its path in the archive, its size and its digest.
        public let file: ListedFile
        /// The signed list that it is from: an index in ``OfficialIndex/releases``.
        public let release: Int
    }

    /// The signed lists.
    public let releases: [Release]
    /// Packages by the names of their files; of several lists the first that has a file.
    private let packages: [ByteString: Package]
    /// The digests of all files of packages that were asked for.
    private let digests: Set<Digest>

    /// Reads and checks an index.
    ///
    /// - Parameters:
    ///   - paths: `InRelease` files and indexes (`Packages`, plain or as `.xz`, `.zst`, `.lz4` or
    ///     `.bz2`), or folders of them; known by what is in them.
    ///   - keyring: the archive's keys, as `gpgv` reads them.
    ///   - time: the time as of which the lists have to count; `nil` for any.
    ///   - names: the packages that are asked for.
    /// - Throws: ``RebuildError`` with code `input` if a list is not signed by these keys, an index
    /// is in no list, or two lists disagree about a file.
    public init(
        paths: [ByteString], keyring: ByteString, time: Int64?, names: Set<ByteString>
    ) throws(RebuildError) {
        var releases: [Release] = []
        var indexes: [ByteString] = []
        for path in try OfficialIndex.files(paths) {
            guard try OfficialIndex.isSigned(path) else {
                indexes.append(path)
                continue
            }
            let document = try Files.read(path, atMost: OfficialIndex.sizeLimit)
            releases.append(try Release(document, path: path, keyring: keyring, time: time))
        }
        guard !releases.isEmpty else {
            throw RebuildError(.input, "there is no InRelease among the official files")
        }
        var packages: [ByteString: Package] = [:]
        for path in indexes {
            let index = try PackagesIndex(path: path, names: names)
            guard let release = releases.firstIndex(where: { index.isListed(in: $0) }) else {
                // A folder of apt's has more than indexes of packages.
                if index.looksLikeIndex { throw OfficialIndex.unlisted(path) }
                continue
            }
            try OfficialIndex.add(index, of: release, to: &packages)
        }
        self.releases = releases
        self.packages = packages
        digests = Set(packages.values.map(\.file.sha256))
    }

    /// Adds the packages of an index, none of which may be known with other bytes.
    private static func add(
        _ index: PackagesIndex, of release: Int, to packages: inout [ByteString: Package]
    ) throws(RebuildError) {
        for entry in index.entries {
            let package = Package(package: entry.package, file: entry.file, release: release)
            let other = packages.updateValue(package, forKey: entry.file.name)
            guard let other, other.file != entry.file else { continue }
            throw RebuildError(
                .input, "the official lists disagree about \(entry.file.name.escaped)")
        }
    }

    /// What the archive ships under that file name; `nil` for nothing.
    public func package(file: ByteString) -> Package? { packages[file] }

    /// Whether the archive ships a file with that digest, among the packages that were asked for.
    public func ships(_ digest: Digest) -> Bool { digests.contains(digest) }

    /// The largest `InRelease` that is read, in bytes.
    private static let sizeLimit: UInt64 = 64 << 20

    private static func unlisted(_ path: ByteString) -> RebuildError {
        RebuildError(
            .input,
            "\(path.escaped) is in no signed list that was given; give the InRelease that belongs to "
                + "it, of the same day")
    }

    /// Files, those of folders in order; keys among them are left out.
    private static func files(_ paths: [ByteString]) throws(RebuildError) -> [ByteString] {
        var files: [ByteString] = []
        for path in paths {
            if let names = try? Files.names(in: path) {
                files += names.map { path.appending($0) }.filter {
                    (try? FileSource(path: $0)) != nil
                }
            } else {
                files.append(path)
            }
        }
        return files
    }

    private static func isSigned(_ path: ByteString) throws(RebuildError) -> Bool {
        do throws(SourceError) {
            let file = try FileSource(path: path)
            let start = Array("-----BEGIN PGP SIGNED".utf8)
            guard file.size > UInt64(start.count) else { return false }
            return try file.read(ByteRange(start: 0, length: UInt64(start.count))) == start
        } catch {
            throw RebuildError(.io, error.message)
        }
    }
}
