import Archives
import Bytes
import Glibc
import Hashing

/// Unpacks archives into a folder of this machine, out of which nothing in them can lead. Of modes
/// there is no more than whether a file may be executed; owners are not kept.
struct Unpacking {
    /// What messages call the archive.
    let title: String
    /// Starts the readers of archives.
    let launcher: ArchiveLauncher
    /// Whether it may be another archive than a tar.
    var isAnyKind = false

    /// A member and how to get at its content.
    struct Member {
        let member: ArchiveMember
        let place: RootPath
        fileprivate let reader: ArchiveReader

        /// Whether it is a device, pipe or socket.
        var isSpecial: Bool {
            !member.isHardLink && ![S_IFREG, S_IFDIR, S_IFLNK].contains(member.mode & S_IFMT)
        }

        /// Whether it is a folder.
        var isFolder: Bool { !member.isHardLink && member.mode & S_IFMT == S_IFDIR }
    }

    /// An error about the archive.
    func failure(_ message: String) -> RebuildError { RebuildError(.input, "\(title): \(message)") }

    /// Hands over every member of an archive, in order.
    func visit(
        _ file: FileSource, _ body: (Member) throws(RebuildError) -> Void
    ) throws(RebuildError) {
        do throws(SourceError) {
            let (reader, first) = try begin(file)
            var next = first
            while let member = next {
                do throws(RebuildError) {
                    guard let place = RootPath(member.name, isMerged: false) else {
                        throw failure("\(member.name.escaped) in it leads out of it")
                    }
                    try body(Member(member: member, place: place, reader: reader))
                } catch {
                    throw SourceError(.unsupported, error.message)
                }
                next = try reader.nextMember()
            }
            try file.checkUnchanged()
        } catch {
            // An error of `body` has its words already.
            throw error.code == .unsupported
                ? RebuildError(.input, error.message) : failure(error.message)
        }
    }

    /// The archive's first member: of a tar, or else of what else libarchive is let read.
    private func begin(
        _ file: FileSource
    ) throws(SourceError) -> (ArchiveReader, ArchiveMember?) {
        do throws(SourceError) {
            let reader = try launcher.read(file, kind: .tar)
            return (reader, try reader.nextMember())
        } catch {
            guard error.code == .malformed, isAnyKind else { throw error }
            let reader = try launcher.read(file, kind: .longTail)
            return (reader, try reader.nextMember())
        }
    }

    /// Puts a member where it belongs.
    func add(_ item: Member, to tree: RootTree) throws(RebuildError) {
        let member = item.member
        do throws(RebuildError) {
            if member.isHardLink {
                guard let other = RootPath(member.link ?? "", isMerged: false) else {
                    throw failure("\(member.name.escaped) in it leads out of it")
                }
                try tree.addHardLink(item.place, to: other, by: 0)
            } else if item.isFolder {
                try tree.addFolder(item.place, mode: 0o755, time: member.time, by: 0)
            } else if member.mode & S_IFMT == S_IFLNK {
                try tree.addLink(item.place, to: member.link ?? "", time: member.time, by: 0)
            } else if item.isSpecial {
                throw failure("\(member.name.escaped) in it is a device, pipe or socket")
            } else {
                try addFile(item, to: tree)
            }
        } catch {
            throw error.message.hasPrefix(title) ? error : failure(error.message)
        }
    }

    private func addFile(_ item: Member, to tree: RootTree) throws(RebuildError) {
        let (file, _) = try tree.beginFile(item.place, time: item.member.time, by: 0)
        guard let file else { throw failure("\(item.place.shown) is in it twice") }
        defer { close(file) }
        while let chunk = try next(item.reader) {
            try Files.write(chunk, to: file, item.place.text)
        }
        let mode: UInt32 = item.member.mode & 0o111 != 0 ? 0o755 : 0o644
        try tree.folder.finish(file, mode: mode, time: item.member.time, item.place)
    }

    private func next(_ reader: ArchiveReader) throws(RebuildError) -> Chunk? {
        do throws(SourceError) {
            return try reader.nextChunk()
        } catch {
            throw failure(error.message)
        }
    }
}
