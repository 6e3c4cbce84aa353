import Bytes
import Glibc

/// A file that appears whole or not at all: written without a name where the file system can, then
/// put in its place. A device or pipe is written to as it is.
final class OutputFile {
    /// Where the file will be, as typed.
    private let path: Path
    /// Of the unnamed or temporary file, or of the device itself.
    private let descriptor: Int32
    /// The name beside the place, where the file system has no unnamed files.
    private var temporary: Path?
    /// Whether the path is a device or pipe, which is written to directly and never replaced.
    private let isPlaced: Bool
    /// Bytes not written yet, up to ``blockSize``.
    private var pending: [UInt8] = []

    /// Writes `bytes` to `path`.
    ///
    /// - Throws: ``Trouble``; then nothing is left behind.
    static func write(_ bytes: [UInt8], to path: Path) throws {
        let file = try OutputFile(path)
        try file.append(bytes)
        try file.commit()
    }

    /// Begins a file that will be at `path`.
    init(_ path: Path) throws {
        self.path = path
        var status = stat()
        let exists = unsafe stat(path.terminated, &status) == 0
        let isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
        guard !isSpecial || status.st_mode & S_IFMT != S_IFDIR else {
            throw Trouble("cannot write \(path.shown): it is a folder")
        }
        isPlaced = isSpecial
        if isSpecial {
            descriptor = unsafe open(path.terminated, O_WRONLY | O_CLOEXEC)
        } else {
            // O_TMPFILE: a run that is interrupted leaves nothing behind.
            let canName = unsafe access("/proc/self/fd", X_OK) == 0
            let flags = O_WRONLY | O_CLOEXEC | 0o20200000
            var unnamed = canName ? unsafe open(path.folder.terminated, flags, 0o644) : -1
            if unnamed < 0 {
                let beside = path.beside
                unnamed = unsafe open(
                    beside.terminated, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
                if unnamed >= 0 { temporary = beside }
            }
            descriptor = unnamed
        }
        guard descriptor >= 0 else { throw failure() }
    }

    /// An uncommitted file disappears.
    deinit {
        close(descriptor)
        if let temporary { unsafe unlink(temporary.terminated) }
    }

    /// Reads `errno`, so it has to come right after the call that failed.
    private func failure() -> Trouble { Trouble("cannot write \(path.shown): \(errorText(errno))") }

    /// Adds bytes at the end.
    func append(_ bytes: [UInt8]) throws {
        pending += bytes
        if pending.count >= blockSize { try flush() }
    }

    /// Writes what waits.
    private func flush() throws {
        try Console.write(pending, to: descriptor, path.shown)
        pending.removeAll(keepingCapacity: true)
    }

    /// Puts the file in its place.
    func commit() throws {
        try flush()
        guard !isPlaced else { return }
        guard fsync(descriptor) == 0 else { throw failure() }
        let name = temporary ?? path.beside
        if temporary == nil {
            let unnamed = Path(ByteString("/proc/self/fd/\(descriptor)"))
            guard
                unsafe linkat(
                    AT_FDCWD, unnamed.terminated, AT_FDCWD, name.terminated, AT_SYMLINK_FOLLOW) == 0
            else { throw failure() }
            temporary = name
        }
        guard unsafe rename(name.terminated, path.terminated) == 0 else { throw failure() }
        temporary = nil
    }

    /// Creates a file that must not be there yet, with exactly the permissions `mode`.
    static func create(_ bytes: [UInt8], at path: Path, mode: UInt32) throws {
        let descriptor = unsafe open(path.terminated, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Trouble("cannot create \(path.shown): \(errorText(errno))")
        }
        defer { close(descriptor) }
        do {
            // The mask of the process must not widen or narrow what was asked for.
            fchmod(descriptor, mode)
            try Console.write(bytes, to: descriptor, path.shown)
        } catch {
            unsafe unlink(path.terminated)
            throw error
        }
    }
}

extension Path {
    /// The folder that the path is in.
    fileprivate var folder: Path {
        let slash = UInt8(ascii: "/")
        guard let index = name.bytes.lastIndex(of: slash) else { return Path(".") }
        return Path(ByteString(name.bytes[...index]))
    }

    /// A name beside this one that nobody can guess and take first.
    fileprivate var beside: Path {
        appending(".tally-" + Hex.encode(UInt64.random(in: .min ... .max), width: 16))
    }
}
