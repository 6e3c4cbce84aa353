import Bytes
import CLauncher
import Glibc
import Rebuild

/// A folder of this run alone, which goes with this object, whatever builds have left in it.
final class WorkFolder {
    /// Its path.
    let path: ByteString

    /// A folder in `place`, else in `TMPDIR`, else in `/var/tmp`.
    init(in place: Path?) throws {
        let base = place?.name ?? Console.environment("TMPDIR").map { ByteString($0) } ?? "/var/tmp"
        var text = ByteString(base.bytes + Array("/tally-XXXXXX".utf8)).terminated
        guard unsafe mkdtemp(&text) != nil else {
            throw Trouble(
                "cannot make a folder in \(base.escaped): \(errorText(errno)); name another with "
                    + "--work")
        }
        path = ByteString(text.dropLast().map { UInt8(bitPattern: $0) })
        Sweeper.start(path)
    }

    deinit { Sweeper.remove(path) }

}

/// Removes a work folder when the program that uses it has gone, however it went.
enum Sweeper {
    /// The argument that makes this program a sweeper; the next ones are the folder and the number
    /// of the process that uses it.
    static let argument = "--sweep-when-input-ends"

    /// `POSIX_SPAWN_SETSID`.
    private static let ownSession: Int16 = 0x80

    /// Starts a process that waits until this one has ended, then removes the folder. It stays when
    /// this one is killed, and finds nothing to do when this one has cleaned up itself.
    static func start(_ folder: ByteString) {
        var ends: [Int32] = [-1, -1]
        // The end that is kept open by this process alone is the sign of its life.
        guard unsafe pipe(&ends) == 0 else { return }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        // A session of its own: what interrupts this process must not end that one.
        unsafe posix_spawnattr_setflags(&attributes, Sweeper.ownSession)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup("tally"), strdup(argument), strdup(Path(folder).terminated),
            strdup(String(getpid())), nil,
        ]
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        var child: pid_t = 0
        _ = unsafe posix_spawn(
            &child, Program.path, &actions, &attributes, &words, &environment)
        unsafe words.forEach { unsafe free($0) }
        unsafe posix_spawnattr_destroy(&attributes)
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[0])
    }

    /// Waits for the end of standard input, then removes what is left.
    static func run(_ folder: String, of process: Int32) {
        var byte: UInt8 = 0
        while unsafe read(0, &byte, 1) > 0 || errno == EINTR { errno = 0 }
        Removal.remove(Path(argument: folder).name, of: process)
    }

    /// Removes a folder with all that is in it.
    static func remove(_ folder: ByteString) { Removal.remove(folder) }
}
