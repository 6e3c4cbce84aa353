import Bytes
import Glibc

/// Files that appear in a folder all at once, if the answer is yes, and not at all otherwise.
///
/// They are written into a hidden folder beside their places, which only this user can open, and
/// moved in the end. Files that are there already are never touched.
public final class Delivery: Sendable {
    private let folder: ByteString
    private let hidden: ByteString
    /// The last names of the artifacts, in the order given.
    private let names: [ByteString]

    /// Begins a delivery of artifacts at some paths into a folder, which is made if need be.
    ///
    /// - Throws: ``SourceError`` if a name is there already, two are one, or one has none.
    public init(_ paths: [ByteString], to folder: ByteString) throws(SourceError) {
        var names: [ByteString] = []
        for path in paths {
            let name = try Delivery.name(of: path)
            guard !names.contains(name) else {
                throw SourceError(.io, "two artifacts would be delivered as \(name.escaped)")
            }
            names.append(name)
        }
        _ = unsafe mkdir(folder.terminated, 0o755)
        for name in names {
            let place = Intake.join(folder, name)
            var status = stat()
            guard unsafe lstat(place.terminated, &status) != 0 else {
                throw SourceError(
                    .io, "\(place.escaped) is there already; deliver into another folder")
            }
        }
        let random = Hex.encode(UInt64.random(in: .min ... .max), width: 16)
        hidden = Intake.join(folder, ByteString(".tally-\(random)"))
        self.folder = folder
        self.names = names
        guard unsafe mkdir(hidden.terminated, 0o700) == 0 else {
            throw SourceError(.io, "cannot write into \(folder.escaped): \(errorText(errno))")
        }
    }

    /// Takes away what was not moved.
    deinit {
        for name in names { Delivery.remove(Intake.join(hidden, name)) }
        unsafe rmdir(hidden.terminated)
    }

    /// Moves everything to its place.
    ///
    /// - Throws: ``SourceError`` for a place that was taken meanwhile; what was moved goes back.
    public func commit() throws(SourceError) {
        var moved: [ByteString] = []
        for name in names {
            let place = Intake.join(folder, name)
            guard Delivery.move(Intake.join(hidden, name), to: place) else {
                let reason = errorText(errno)
                for name in moved {
                    unsafe rename(
                        Intake.join(folder, name).terminated,
                        Intake.join(hidden, name).terminated)
                }
                throw SourceError(.io, "cannot deliver \(place.escaped): \(reason)")
            }
            moved.append(name)
        }
    }

    /// Moves without replacing anything: an empty file or folder takes the place first, which fails
    /// where there is one, and only that is replaced.
    private static func move(_ source: ByteString, to place: ByteString) -> Bool {
        let (from, to) = (source.terminated, place.terminated)
        var status = stat()
        guard unsafe lstat(from, &status) == 0 else { return false }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            guard unsafe mkdir(to, 0o700) == 0 else { return false }
        } else {
            let reserved = unsafe open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard reserved >= 0 else { return false }
            close(reserved)
        }
        if unsafe rename(from, to) == 0 { return true }
        let reason = errno
        _ = isFolder ? unsafe rmdir(to) : unsafe unlink(to)
        errno = reason
        return false
    }

    // MARK: Writing

    /// A file for an artifact that is one.
    func file(for path: ByteString, _ isExecutable: Bool) throws(SourceError) -> DeliveredFile {
        try DeliveredFile(
            Intake.join(hidden, try Delivery.name(of: path)), isExecutable: isExecutable)
    }

    /// A file of an artifact that is a folder.
    func file(
        for path: ByteString, _ inner: ByteString, _ isExecutable: Bool
    ) throws(SourceError) -> DeliveredFile {
        let root = Intake.join(hidden, try Delivery.name(of: path))
        return try DeliveredFile(Intake.join(root, inner), isExecutable: isExecutable)
    }

    /// A folder of an artifact that is one; its own comes first, under the empty path.
    func folder(for path: ByteString, _ inner: ByteString) throws(SourceError) {
        let root = Intake.join(hidden, try Delivery.name(of: path))
        let place = inner.isEmpty ? root : Intake.join(root, inner)
        guard unsafe mkdir(place.terminated, 0o755) == 0 else {
            throw SourceError(.io, "cannot make \(place.escaped): \(errorText(errno))")
        }
    }

    // MARK: Names

    /// The last name of a path.
    private static func name(of path: ByteString) throws(SourceError) -> ByteString {
        let name = ByteString(path.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
        guard !name.isEmpty, name != ".", name != ".." else {
            throw SourceError(
                .io, "\(path.escaped) has no name to deliver it under; name the folder itself")
        }
        return name
    }

    /// Removes what this delivery wrote: files and folders, never a link's target.
    private static func remove(_ path: ByteString) {
        if unsafe unlink(path.terminated) == 0 { return }
        for name in Posix.names(in: path) ?? [] { remove(Intake.join(path, name)) }
        unsafe rmdir(path.terminated)
    }
}

/// A file of a delivery in the making.
final class DeliveredFile {
    private let path: ByteString
    private let descriptor: Int32
    private let mode: mode_t

    init(_ path: ByteString, isExecutable: Bool) throws(SourceError) {
        self.path = path
        mode = isExecutable ? 0o755 : 0o644
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        descriptor = unsafe open(path.terminated, flags, 0o600)
        guard descriptor >= 0 else { throw failure() }
    }

    deinit { close(descriptor) }

    /// Reads `errno`, so it has to come right after the call that failed.
    private func failure() -> SourceError {
        SourceError(.io, "cannot write \(path.escaped): \(errorText(errno))")
    }

    /// Writes all of a chunk.
    func write(_ chunk: Chunk) throws(SourceError) {
        guard Posix.write(chunk, to: descriptor) else { throw failure() }
    }

    /// Makes the file what it will be: its rights, and its bytes on the disk.
    func finish() throws(SourceError) {
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure() }
    }
}
