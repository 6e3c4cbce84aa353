import Bytes

/// What a new Debian machine has besides the files of its packages: what the scripts of the
/// essential ones make, kept here as data.
struct Furnishing {
    let tree: RootTree
    let isMerged: Bool

    /// Folders, with the modes of those that are not ordinary. The last ones are for the sandbox.
    private static let folders: [(path: ByteString, mode: UInt32)] = [
        ("mnt", 0o755), ("srv", 0o755), ("opt", 0o755), ("etc/opt", 0o755), ("var/opt", 0o755),
        ("media", 0o755), ("var/mail", 0o775), ("run/lock", 0o1777), ("usr/local", 0o755),
        ("usr/local/share", 0o755), ("usr/local/share/man", 0o755), ("usr/local/bin", 0o755),
        ("usr/local/games", 0o755), ("usr/local/lib", 0o755), ("usr/local/include", 0o755),
        ("usr/local/sbin", 0o755), ("usr/local/src", 0o755), ("usr/local/etc", 0o755),
        ("build", 0o755), ("dev", 0o755), ("proc", 0o555), ("sys", 0o555), ("tmp", 0o1777),
        ("run", 0o755), ("home", 0o755),
    ]

    /// Files that begin as copies of what a package has.
    private static let copies: [(from: ByteString, to: ByteString)] = [
        ("usr/share/base-passwd/passwd.master", "etc/passwd"),
        ("usr/share/base-passwd/group.master", "etc/group"),
        ("usr/share/libc-bin/nsswitch.conf", "etc/nsswitch.conf"),
        ("usr/share/base-files/profile", "etc/profile"),
        ("usr/share/base-files/motd", "etc/motd"),
        ("usr/share/base-files/dot.profile", "root/.profile"),
        ("usr/share/base-files/dot.bashrc", "root/.bashrc"),
        ("usr/share/base-files/info.dir", "usr/share/info/dir"),
    ]

    /// Links, each made only if what it leads to is there.
    private static let links: [(place: ByteString, target: ByteString, there: ByteString)] = [
        ("etc/dpkg/origins/default", "debian", "etc/dpkg/origins/debian"),
        ("bin/sh", "dash", "bin/dash"),
        ("etc/localtime", "/usr/share/zoneinfo/Etc/UTC", "usr/share/zoneinfo/Etc/UTC"),
        ("usr/local/man", "share/man", "usr/local/share/man"),
        ("var/spool/mail", "../mail", "var/mail"),
    ]

    /// The names of this machine by which programs under test reach it.
    private static let hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"

    /// The largest file that is copied, in bytes.
    private static let copyLimit: UInt64 = 1 << 20

    /// Adds all that is not there yet.
    func add() throws(RebuildError) {
        for (path, mode) in Furnishing.folders {
            guard let place = located(path), tree.claim(place) == nil else { continue }
            try tree.addFolder(place, mode: mode, time: 0, by: RootTree.made)
        }
        for (from, to) in Furnishing.copies {
            guard let from = located(from), let to = located(to), tree.claim(from)?.kind == .file,
                tree.claim(to) == nil
            else { continue }
            try tree.addFile(to, try read(from))
        }
        for link in Furnishing.links {
            guard let place = located(link.place), let there = located(link.there),
                tree.claim(there) != nil, tree.claim(place) == nil
            else { continue }
            try tree.addLink(place, to: link.target, time: tree.latest, by: RootTree.made)
        }
        if let hosts = located("etc/hosts"), tree.claim(hosts) == nil {
            try tree.addFile(hosts, Array(Furnishing.hosts.utf8))
        }
    }

    private func located(_ text: ByteString) -> RootPath? { RootPath(text, isMerged: isMerged) }

    private func read(_ place: RootPath) throws(RebuildError) -> [UInt8] {
        let file = try tree.folder.read(place)
        do throws(SourceError) {
            guard file.size <= Furnishing.copyLimit else {
                throw SourceError(.limit, "\(place.shown) is larger than anyone expects")
            }
            return try file.read(ByteRange(start: 0, length: file.size))
        } catch {
            throw RebuildError(.input, error.message)
        }
    }
}
