import Bytes
import CLauncher
import Glibc

/// A file in memory, without a name, out of the way of the descriptors that a child gets.
final class MemoryFile {
    /// Above all descriptors that a child is given.
    let descriptor: Int32

    /// The first descriptor that it may have.
    private static let firstFree: Int32 = 32

    /// A file with that content, to be read from its beginning.
    init(_ content: [UInt8]) throws(ProgramError) {
        let file = tally_memory_file()
        guard file >= 0 else { throw MemoryFile.failure(errno) }
        defer { close(file) }
        guard Posix.write(content[...], to: file), lseek(file, 0, SEEK_SET) == 0 else {
            throw MemoryFile.failure(errno)
        }
        descriptor = fcntl(file, F_DUPFD_CLOEXEC, MemoryFile.firstFree)
        guard descriptor >= 0 else { throw MemoryFile.failure(errno) }
    }

    deinit { close(descriptor) }

    private static func failure(_ number: Int32) -> ProgramError {
        ProgramError("no memory for a file: \(errorText(number))")
    }
}
