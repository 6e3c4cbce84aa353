import Archives
import Bytes
import Glibc
import Hashing

/// Makes the root file system of a Debian machine out of packages alone, as any user: no script of
/// a package is run, and no program of this machine.
struct DebianRoot {
    /// A package in the root.
    struct Installed: Sendable {
        /// What it says of itself.
        let control: PackageControl
        /// The file that it came from, and the digest of the bytes that were unpacked.
        let file: ByteString
        let digest: Digest
        /// Its paths as dpkg lists them.
        let list: [ByteString]
    }

    /// Where it is made; not there yet.
    let path: ByteString
    /// Whether `/bin` and the like are links into `/usr`.
    let isMerged: Bool
    /// Starts the readers of archives.
    let launcher: ArchiveLauncher
    /// Packages that are unpacked at once.
    let jobs: Int

    /// Unpacks the packages and writes what their installation would have left.
    ///
    /// - Returns: what was unpacked, in the order of `entries`.
    /// - Throws: ``RebuildError`` with code `input` for what a package must not hold, or `io`.
    func make(of entries: [Pool.Entry]) throws(RebuildError) -> [Installed] {
        let tree = RootTree(try RootFolder(new: path))
        // The first package speaks for a folder that many have.
        let order = entries.indices.sorted { left, right in
            let (left, right) = (entries[left].package, entries[right].package)
            return (left.name == "base-files" ? 0 : 1, left) < (
                right.name == "base-files" ? 0 : 1, right
            )
        }
        let ranked = order.map { entries[$0] }
        let installed = try unpack(ranked, into: tree)
        if isMerged { try addAliases(tree) }
        try PackageDatabase(tree: tree, isMerged: isMerged).write(installed)
        try Furnishing(tree: tree, isMerged: isMerged).add()
        try Alternatives(tree: tree, isMerged: isMerged).add(of: installed.map(\.control))
        try Catalogs(tree: tree, isMerged: isMerged).add(of: installed)
        try tree.finish()
        var byEntry = [Installed?](repeating: nil, count: entries.count)
        for (rank, index) in order.enumerated() { byEntry[index] = installed[rank] }
        return byEntry.compactMap { $0 }
    }

    /// Unpacks all packages, the largest first so that no core waits long for another in the end.
    private func unpack(
        _ entries: [Pool.Entry], into tree: RootTree
    ) throws(RebuildError) -> [Installed] {
        let largest = entries.indices.sorted { (entries[$0].size, $1) > (entries[$1].size, $0) }
        let results = Worker.map(entries.count, jobs: jobs) { turn in
            let index = largest[turn]
            return Package(tree: tree, index: index, isMerged: isMerged, launcher: launcher)
                .unpack(entries[index])
        }
        var installed = [Installed?](repeating: nil, count: entries.count)
        var errors: [(index: Int, error: RebuildError)] = []
        for (turn, result) in results.enumerated() {
            switch result {
            case .success(let package): installed[largest[turn]] = package
            case .failure(let error): errors.append((largest[turn], error))
            }
        }
        if let first = errors.min(by: { $0.index < $1.index }) { throw first.error }
        return installed.compactMap { $0 }
    }

    /// Links at the top for those folders of `/usr` that there are.
    private func addAliases(_ tree: RootTree) throws(RebuildError) {
        for name in RootPath.aliases {
            guard let place = RootPath(name, isMerged: false),
                let target = RootPath(name, isMerged: true), tree.claim(target) != nil,
                tree.claim(place) == nil
            else { continue }
            try tree.addLink(
                place, to: target.text, time: tree.latest, by: RootTree.made)
        }
    }
}

/// One package on its way into a root.
private struct Package {
    let tree: RootTree
    /// Its rank among all.
    let index: Int
    let isMerged: Bool
    let launcher: ArchiveLauncher

    /// Opens the file once, takes its digest, and unpacks the same bytes.
    func unpack(_ entry: Pool.Entry) -> Result<DebianRoot.Installed, RebuildError> {
        do throws(RebuildError) {
            let deb = try DebFile(path: entry.path)
            let digest = try deb.digest()
            let control = try PackageControl(deb, launcher)
            guard control.reference == entry.package else {
                throw RebuildError(.input, "\(entry.path.escaped) is another package than before")
            }
            tree.enter(control, as: index)
            var list: [ByteString] = []
            try deb.visitData(launcher) { member throws(RebuildError) in
                list.append(Package.listed(member.member.name))
                try add(member, deb)
            }
            try deb.checkUnchanged()
            return .success(
                DebianRoot.Installed(
                    control: control, file: entry.path, digest: digest, list: list))
        } catch {
            return .failure(error)
        }
    }

    /// A name as dpkg lists it: absolute, the root as `/.`.
    private static func listed(_ name: ByteString) -> ByteString {
        let names = name.split(at: "/").filter { !$0.isEmpty && $0 != "." }
        guard !names.isEmpty else { return "/." }
        return ByteString(names.flatMap { [UInt8(ascii: "/")] + $0.bytes })
    }

    private func place(_ name: ByteString, _ deb: DebFile) throws(RebuildError) -> RootPath {
        guard let place = RootPath(name, isMerged: isMerged) else {
            throw deb.broken("\(name.escaped) in it leads out of the root")
        }
        return place
    }

    /// Puts a member where it belongs. Where `/usr` is merged, a link that says so is nothing new.
    private func add(_ entry: DebEntry, _ deb: DebFile) throws(RebuildError) {
        let member = entry.member
        let place = try place(member.name, deb)
        switch entry.kind {
        case .folder:
            try tree.addFolder(place, mode: member.mode, time: member.time, by: index)
        case .file: try addFile(entry, place)
        case .link:
            let target = member.link ?? ""
            if isMerged, let top = RootPath(member.name, isMerged: false), top != place,
                place.text == target, top.parent == .root
            {
                return
            }
            try tree.addLink(place, to: target, time: member.time, by: index)
        case .hardLink:
            try tree.addHardLink(place, to: try self.place(member.link ?? "", deb), by: index)
            guard try entry.nextChunk() == nil else {
                throw deb.broken("the link \(member.name.escaped) in it has content of its own")
            }
        case .special:
            throw deb.broken("\(member.name.escaped) in it is a device, pipe or socket")
        }
    }

    /// Writes a file, without the bits that would give it its owner's rights; or sees to it that
    /// another package's file there is the same.
    private func addFile(_ entry: DebEntry, _ place: RootPath) throws(RebuildError) {
        let member = entry.member
        let (file, isShared) = try tree.beginFile(place, time: member.time, by: index)
        defer { if let file { close(file) } }
        var hash = SHA256()
        while let chunk = try entry.nextChunk() {
            if let file { try Files.write(chunk, to: file, place.text) }
            if isShared { hash.update(chunk) }
        }
        if let file {
            try tree.folder.finish(file, mode: member.mode & 0o777, time: member.time, place)
        }
        if isShared {
            tree.expect(RootTree.Shared(place: place, owner: index, digest: hash.finish()))
        }
    }
}
