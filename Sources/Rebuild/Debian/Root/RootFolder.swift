import Bytes
import CLauncher
import Glibc

/// A folder of this machine that becomes a root file system.
///
/// Everything in it is reached from its descriptor by names that are no links (`openat2` with
/// `RESOLVE_BENEATH` and `RESOLVE_NO_SYMLINKS`), so that no archive can place anything elsewhere.
final class RootFolder: Sendable {
    /// Where it is on this machine.
    let path: ByteString
    private let descriptor: Int32

    /// Makes the folder, which must not be there yet.
    init(new path: ByteString) throws(RebuildError) {
        self.path = path
        try Files.makeFolder(path, mode: 0o755)
        descriptor = unsafe open(path.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw RebuildError(.io, "cannot open \(path.escaped): \(errorText(errno))")
        }
        // Whatever the mask: others than the owner look into a root, too.
        fchmod(descriptor, 0o755)
    }

    deinit { close(descriptor) }

    /// The error of the call that failed last.
    private func failure(_ what: String, _ place: RootPath) -> RebuildError {
        RebuildError(.io, "cannot \(what) \(place.shown) in \(path.escaped): \(errorText(errno))")
    }

    /// `O_PATH`, a macro that does not reach Swift.
    private static let byPath: Int32 = 0o10000000

    /// Runs `body` with the open folder at `place`.
    private func inFolder<Result>(
        _ place: RootPath, _ body: (Int32) throws(RebuildError) -> Result
    ) throws(RebuildError) -> Result {
        let flags = RootFolder.byPath | O_DIRECTORY | O_CLOEXEC
        let name = place == .root ? "." : place.text
        let folder = unsafe tally_open_beneath(descriptor, name.terminated, flags)
        guard folder >= 0 else { throw failure("open", place) }
        defer { close(folder) }
        return try body(folder)
    }

    /// Runs `body` with the folder that `place` is in, and its name there.
    private func beside<Result>(
        _ place: RootPath, _ body: (Int32, [CChar]) throws(RebuildError) -> Result
    ) throws(RebuildError) -> Result {
        guard let parent = place.parent else {
            throw RebuildError(.input, "the root itself is a folder and nothing else")
        }
        return try inFolder(parent) { folder throws(RebuildError) in
            try body(folder, place.name.terminated)
        }
    }

    /// Makes a folder, for its owner alone until its mode is set.
    func makeFolder(_ place: RootPath) throws(RebuildError) {
        try beside(place) { folder, name throws(RebuildError) in
            guard unsafe mkdirat(folder, name, 0o700) == 0 else { throw failure("make", place) }
        }
    }

    /// Makes a file that must not be there yet; its descriptor, to be closed by the caller.
    func makeFile(_ place: RootPath) throws(RebuildError) -> Int32 {
        try beside(place) { folder, name throws(RebuildError) in
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            let file = unsafe openat(folder, name, flags, 0o600)
            guard file >= 0 else { throw failure("make", place) }
            return file
        }
    }

    /// Makes a symbolic link, changed at `time`.
    func makeLink(_ place: RootPath, to target: ByteString, time: Int64) throws(RebuildError) {
        try beside(place) { folder, name throws(RebuildError) in
            guard unsafe symlinkat(target.terminated, folder, name) == 0 else {
                throw failure("make", place)
            }
            let times = RootFolder.times(time)
            guard unsafe utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw failure("date", place)
            }
        }
    }

    /// Makes another name of a file.
    func makeHardLink(_ place: RootPath, to other: RootPath) throws(RebuildError) {
        try beside(other) { from, old throws(RebuildError) in
            try beside(place) { folder, name throws(RebuildError) in
                guard unsafe linkat(from, old, folder, name, 0) == 0 else {
                    throw failure("make", place)
                }
            }
        }
    }

    /// Removes a file or link.
    func remove(_ place: RootPath) throws(RebuildError) {
        try beside(place) { folder, name throws(RebuildError) in
            guard unsafe unlinkat(folder, name, 0) == 0 else { throw failure("remove", place) }
        }
    }

    /// Sets mode and time of a folder; its owner keeps the right to change and leave it.
    func setFolder(_ place: RootPath, mode: UInt32, time: Int64) throws(RebuildError) {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let name = place == .root ? "." : place.text
        let folder = unsafe tally_open_beneath(descriptor, name.terminated, flags)
        guard folder >= 0 else { throw failure("open", place) }
        defer { close(folder) }
        try finish(folder, mode: mode & 0o1777 | 0o700, time: time, place)
    }

    /// Sets mode and time of an open file or folder.
    func finish(
        _ file: Int32, mode: UInt32, time: Int64, _ place: RootPath
    ) throws(RebuildError) {
        guard fchmod(file, mode) == 0, unsafe futimens(file, RootFolder.times(time)) == 0 else {
            throw failure("set mode and time of", place)
        }
    }

    /// Opens a file for reading.
    func read(_ place: RootPath) throws(RebuildError) -> FileSource {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        let file = unsafe tally_open_beneath(descriptor, place.text.terminated, flags)
        guard file >= 0 else { throw failure("read", place) }
        do throws(SourceError) {
            return try FileSource(descriptor: file, name: place.shown)
        } catch {
            throw RebuildError(.io, error.message)
        }
    }

    /// No access time, and a modification time in seconds.
    private static func times(_ time: Int64) -> [timespec] {
        // The access time is never looked at, and one in the future would be odd.
        let stamp = timespec(tv_sec: Int(time), tv_nsec: 0)
        return [stamp, stamp]
    }
}
