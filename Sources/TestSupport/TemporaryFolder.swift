import Bytes
import Glibc

/// A call of the system that failed.
public struct DiskError: Error, CustomStringConvertible {
    /// What was tried, and what the system said.
    public let description: String

    init(_ what: String) { description = "\(what): \(errorText(errno))" }
}

/// Files written by tests.
enum Disk {
    static func write(_ bytes: [UInt8], to path: ByteString, mode: UInt32 = 0o644) throws {
        let file = unsafe open(path.terminated, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw DiskError("cannot write \(path.escaped)") }
        defer { close(file) }
        guard Posix.write(bytes[...], to: file) else {
            throw DiskError("cannot write \(path.escaped)")
        }
    }
}

extension Disk {
    /// Removes a file, or a folder with all that is in it; links are not followed.
    static func remove(_ path: ByteString) {
        // A link to a folder is a name, which goes; what it leads to stays.
        if unsafe unlink(path.terminated) == 0 { return }
        for name in Posix.names(in: path) ?? [] {
            remove(ByteString(path.bytes + [0x2f] + name.bytes))
        }
        unsafe rmdir(path.terminated)
    }
}

/// A folder that is removed with all that is in it when nobody holds it any more.
public final class TemporaryFolder: Sendable {
    /// The folder's path.
    public let path: ByteString

    /// A new, empty folder.
    public init() throws {
        var template = ByteString("/tmp/tally-test-XXXXXX").terminated
        guard unsafe mkdtemp(&template) != nil else { throw DiskError("no temporary folder") }
        path = ByteString(template.dropLast().map { UInt8(bitPattern: $0) })
    }

    deinit { Disk.remove(path) }

    /// The path of `name` in the folder.
    public func path(of name: ByteString) -> ByteString {
        ByteString(path.bytes + [0x2f] + name.bytes)
    }

    private func check(_ result: Int32, _ what: String, _ name: ByteString) throws {
        guard result == 0 else { throw DiskError("cannot \(what) \(name.escaped)") }
    }

    /// Writes a file, and gives it exactly `mode`, whatever the mask.
    @discardableResult
    public func file(
        _ name: ByteString, _ bytes: [UInt8], mode: UInt32 = 0o644
    ) throws -> ByteString {
        let path = path(of: name)
        try Disk.write(bytes, to: path)
        try check(unsafe chmod(path.terminated, mode), "change", name)
        return path
    }

    /// Removes what is there under `name`.
    public func remove(_ name: ByteString) { Disk.remove(path(of: name)) }

    /// Makes a folder.
    public func folder(_ name: ByteString, mode: UInt32 = 0o755) throws {
        try check(unsafe mkdir(path(of: name).terminated, 0o755), "make", name)
        try check(unsafe chmod(path(of: name).terminated, mode), "change", name)
    }

    /// Makes a symbolic link.
    public func link(_ name: ByteString, to target: ByteString) throws {
        try check(
            unsafe symlink(target.terminated, path(of: name).terminated), "link", name)
    }

    /// Makes a second name of a file.
    public func hardLink(_ name: ByteString, to other: ByteString) throws {
        try check(
            unsafe Glibc.link(path(of: other).terminated, path(of: name).terminated), "link", name)
    }

    /// Makes a named pipe.
    public func pipe(_ name: ByteString) throws {
        try check(unsafe mkfifo(path(of: name).terminated, 0o644), "make", name)
    }

    /// Sets the access and modification times, in whole seconds, of a link itself.
    public func setTime(_ name: ByteString, _ seconds: Int) throws {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        let times = [time, time]
        try check(
            unsafe utimensat(AT_FDCWD, path(of: name).terminated, times, AT_SYMLINK_NOFOLLOW),
            "set the time of", name)
    }
}
