import Bytes
import Glibc

/// A file that appears whole or not at all: written beside its place, then put there.
enum OutputFile {
    /// Writes `bytes` to `path`. A device or pipe is written to as it is.
    ///
    /// - Parameter mode: the permissions of a new file.
    /// - Throws: ``Trouble``; then nothing is left behind.
    static func write(_ bytes: [UInt8], to path: Path, mode: UInt32 = 0o644) throws {
        var status = stat()
        let exists = unsafe stat(path.terminated, &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw Trouble("cannot write \(path.shown): it is a folder")
            }
            return try writeThrough(bytes, path)
        }
        let temporary = beside(path)
        let descriptor = unsafe open(
            temporary.terminated, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Trouble("cannot write \(path.shown): \(errorText(errno))")
        }
        do {
            try Console.write(bytes, to: descriptor, path.shown)
            guard fsync(descriptor) == 0 || errno == EINVAL, close(descriptor) == 0,
                unsafe rename(temporary.terminated, path.terminated) == 0
            else { throw Trouble("cannot write \(path.shown): \(errorText(errno))") }
        } catch {
            unsafe unlink(temporary.terminated)
            throw error
        }
    }

    /// Creates a file that must not be there yet.
    static func create(_ bytes: [UInt8], at path: Path, mode: UInt32) throws {
        let descriptor = unsafe open(path.terminated, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Trouble("cannot create \(path.shown): \(errorText(errno))")
        }
        do {
            // The mask of the process must not widen or narrow what was asked for.
            fchmod(descriptor, mode)
            try Console.write(bytes, to: descriptor, path.shown)
            close(descriptor)
        } catch {
            unsafe unlink(path.terminated)
            throw error
        }
    }

    private static func writeThrough(_ bytes: [UInt8], _ path: Path) throws {
        let descriptor = unsafe open(path.terminated, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Trouble("cannot write \(path.shown): \(errorText(errno))")
        }
        defer { close(descriptor) }
        try Console.write(bytes, to: descriptor, path.shown)
    }

    private static func beside(_ path: Path) -> Path {
        // The system's generator: nobody can guess the name and put a file there first.
        let noise = UInt64.random(in: .min ... .max)
        return path.appending(".tally-" + Hex.encode(noise, width: 16))
    }

}
