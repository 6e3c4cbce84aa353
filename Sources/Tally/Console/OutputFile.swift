import Bytes
import Glibc

/// A file that appears whole or not at all: written beside its place, then put there.
enum OutputFile {
    /// Writes `bytes` to `path`. A device or pipe is written to as it is.
    ///
    /// - Parameter mode: the permissions of a new file.
    /// - Throws: ``Trouble``; then nothing is left behind.
    static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws {
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw Trouble("cannot write \(shown(path)): it is a folder")
            }
            return try writeThrough(bytes, path)
        }
        let temporary = beside(path)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Trouble("cannot write \(shown(path)): \(errorText(errno))")
        }
        do {
            try Console.write(bytes, to: descriptor, shown(path))
            guard fsync(descriptor) == 0 || errno == EINVAL, close(descriptor) == 0,
                unsafe rename(temporary, path) == 0
            else { throw Trouble("cannot write \(shown(path)): \(errorText(errno))") }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    /// Creates a file that must not be there yet.
    static func create(_ bytes: [UInt8], at path: String, mode: UInt32) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Trouble("cannot create \(shown(path)): \(errorText(errno))")
        }
        do {
            // The mask of the process must not widen or narrow what was asked for.
            fchmod(descriptor, mode)
            try Console.write(bytes, to: descriptor, shown(path))
            close(descriptor)
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    private static func writeThrough(_ bytes: [UInt8], _ path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Trouble("cannot write \(shown(path)): \(errorText(errno))")
        }
        defer { close(descriptor) }
        try Console.write(bytes, to: descriptor, shown(path))
    }

    private static func beside(_ path: String) -> String {
        // The system's generator: nobody can guess the name and put a file there first.
        let noise = UInt64.random(in: .min ... .max)
        return path + ".tally-" + Hex.encode(noise, width: 16)
    }

    private static func shown(_ path: String) -> String { ByteString(path).escaped }
}
