import Archives
import Bytes
import Hashing

/// A `.deb`, opened once: its framing, read strictly (deb(5)).
final class DebFile: Sendable {
    /// Its path, for messages and the record.
    let path: ByteString
    /// Read for the digest and for both archives.
    private let file: FileSource
    /// Where the archives of control files and of the package's files are.
    private let control, data: ByteRange

    /// Its size in bytes.
    var size: UInt64 { file.size }

    /// Opens a file and reads its framing.
    ///
    /// - Throws: ``RebuildError`` with code `input` if it is no such package, or `io`.
    init(path: ByteString) throws(RebuildError) {
        self.path = path
        do throws(SourceError) {
            file = try FileSource(path: path)
            var frame = DebFrame(file)
            try frame.read()
            control = frame.control
            data = frame.data
        } catch {
            throw DebFile.failure(error, path)
        }
    }

    /// What is wrong with a `.deb`.
    fileprivate static func failure(_ error: SourceError, _ path: ByteString) -> RebuildError {
        error.code == .io
            ? RebuildError(.io, error.message)
            : RebuildError(.input, "\(path.escaped) cannot be read as a .deb: \(error.message)")
    }

    /// The digest of the whole file.
    func digest() throws(RebuildError) -> Digest {
        do throws(SourceError) {
            return try SHA256.digest(of: file)
        } catch {
            throw DebFile.failure(error, path)
        }
    }

    /// The control files, by their names, without `./`.
    func controlFiles(_ launcher: ArchiveLauncher) throws(RebuildError) -> [ByteString: [UInt8]] {
        if let plain = ControlArchive(WindowSource(file, control)) { return plain.files }
        var files: [ByteString: [UInt8]] = [:]
        var room = DebFile.controlLimit
        try visit(control, launcher) { entry throws(RebuildError) in
            guard entry.kind == .file else { return }
            let given = entry.member.name
            let name = ByteString(given.bytes.dropFirst(given.hasPrefix("./") ? 2 : 0))
            var content: [UInt8] = []
            while let chunk = try entry.nextChunk() {
                room -= chunk.count
                guard room >= 0 else {
                    throw self.broken("its control files are larger than 64 MiB")
                }
                content += chunk
            }
            guard name.isFileName, files.updateValue(content, forKey: name) == nil else {
                throw self.broken("it has a control file \(given.escaped) too many")
            }
        }
        return files
    }

    /// Visits the package's files in their order.
    func visitData(
        _ launcher: ArchiveLauncher, _ body: (DebEntry) throws(RebuildError) -> Void
    ) throws(RebuildError) {
        try visit(data, launcher, body)
    }

    /// Checks that the file is still what it was when it was opened.
    func checkUnchanged() throws(RebuildError) {
        do throws(SourceError) {
            try file.checkUnchanged()
        } catch {
            throw DebFile.failure(error, path)
        }
    }

    private func visit(
        _ range: ByteRange, _ launcher: ArchiveLauncher,
        _ body: (DebEntry) throws(RebuildError) -> Void
    ) throws(RebuildError) {
        let reader: ArchiveReader
        do throws(SourceError) {
            reader = try launcher.read(WindowSource(file, range), kind: .tar)
        } catch {
            throw DebFile.failure(error, path)
        }
        while let entry = try DebEntry(reader, self) { try body(entry) }
    }

    /// That the file is not what it has to be.
    func broken(_ what: String) -> RebuildError {
        DebFile.failure(SourceError(.malformed, what), path)
    }

    /// Bytes of all control files together.
    private static let controlLimit = 64 << 20
}

/// A member of one of a package's two archives, while it is visited.
struct DebEntry {
    /// What a member is.
    enum Kind: Hashable {
        /// A file with content, a folder, a symbolic link, another name of a file.
        case file, folder, link, hardLink
        /// A device, pipe or socket.
        case special
    }

    /// What the archive says of it.
    let member: ArchiveMember
    private let reader: ArchiveReader
    private let deb: DebFile

    /// The next member of `reader`; `nil` after the last.
    fileprivate init?(_ reader: ArchiveReader, _ deb: DebFile) throws(RebuildError) {
        do throws(SourceError) {
            guard let member = try reader.nextMember() else { return nil }
            self.member = member
        } catch {
            throw DebFile.failure(error, deb.path)
        }
        self.reader = reader
        self.deb = deb
    }

    /// The next piece of its content; `nil` at its end.
    func nextChunk() throws(RebuildError) -> Chunk? {
        do throws(SourceError) {
            return try reader.nextChunk()
        } catch {
            throw DebFile.failure(error, deb.path)
        }
    }

    /// What it is.
    var kind: Kind {
        if member.isHardLink { return .hardLink }
        switch member.mode & 0o170000 {
        case 0o100000: return .file
        case 0o040000: return .folder
        case 0o120000: return .link
        default: return .special
        }
    }
}
