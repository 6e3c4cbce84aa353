import Bytes
import Glibc

/// An open folder below which files are opened name by name, so that no link leads out of it.
final class Folder: Sendable {
    private let descriptor: Int32

    /// Opens a folder.
    init(_ path: ByteString) throws(SourceError) {
        descriptor = unsafe Glibc.open(path.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SourceError(.io, "cannot open \(path.escaped): \(errorText(errno))")
        }
    }

    deinit { close(descriptor) }

    /// Opens a file for reading; the caller closes it. It may be anything by now but a link, and
    /// opening it does not block.
    func open(_ path: ByteString) throws(SourceError) -> Int32 {
        let parts = path.bytes.split(separator: UInt8(ascii: "/"))
        guard let last = parts.last else { throw SourceError(.io, "a file has no name") }
        var folder = descriptor
        defer { if folder != descriptor { close(folder) } }
        for part in parts.dropLast() {
            let next = try open(part, in: folder, O_DIRECTORY, path)
            if folder != descriptor { close(folder) }
            folder = next
        }
        return try open(last, in: folder, O_NONBLOCK | O_NOCTTY, path)
    }

    private func open(
        _ name: ArraySlice<UInt8>, in folder: Int32, _ flags: Int32, _ path: ByteString
    ) throws(SourceError) -> Int32 {
        let name = ByteString(name).terminated
        let opened = unsafe openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
        guard opened >= 0 else {
            throw SourceError(.io, "cannot open \(path.escaped): \(errorText(errno))")
        }
        return opened
    }
}
