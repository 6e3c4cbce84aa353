import Bytes
import Glibc
import Hashing

/// What a build is put together from on this machine.
enum Disk {
    /// A path as C has it.
    private static func text(_ path: ByteString) -> [CChar] {
        path.bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// The path of something in a folder.
    static func join(_ folder: ByteString, _ name: ByteString) -> ByteString {
        let slash = UInt8(ascii: "/")
        return ByteString(
            folder.bytes + (folder.bytes.last == slash ? [] : [slash]) + name.bytes)
    }

    /// The error of the call that failed last.
    private static func failure(_ what: String, _ path: ByteString) -> RebuildError {
        RebuildError(.io, "cannot \(what) \(path.escaped): \(errorText(errno))")
    }

    /// The absolute path without links that a path leads to.
    static func resolved(_ path: ByteString) throws(RebuildError) -> ByteString {
        guard let found = unsafe realpath(text(path), nil) else { throw failure("find", path) }
        defer { unsafe free(found) }
        return unsafe ByteString(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    /// The permissions of what a path leads to.
    static func mode(_ path: ByteString) throws(RebuildError) -> UInt32 {
        var status = stat()
        guard unsafe stat(text(path), &status) == 0 else { throw failure("look at", path) }
        return UInt32(status.st_mode)
    }

    /// Whether a path is a folder, and not a link; `nil` for a link.
    static func isFolder(_ path: ByteString) throws(RebuildError) -> Bool? {
        var status = stat()
        guard unsafe lstat(text(path), &status) == 0 else { throw failure("look at", path) }
        let kind = status.st_mode & S_IFMT
        return kind == S_IFLNK ? nil : kind == S_IFDIR
    }

    /// The names in a folder, sorted.
    static func names(in folder: ByteString) throws(RebuildError) -> [ByteString] {
        guard let handle = unsafe opendir(text(folder)) else { throw failure("list", folder) }
        defer { unsafe closedir(handle) }
        var names: [ByteString] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe ByteString(bytes.prefix { $0 != 0 })
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder with exactly these permissions.
    static func makeFolder(_ path: ByteString, mode: UInt32 = 0o755) throws(RebuildError) {
        guard unsafe mkdir(text(path), mode) == 0 else { throw failure("make", path) }
        guard unsafe chmod(text(path), mode) == 0 else { throw failure("make", path) }
    }

    /// Makes folders inside each other where they are not there yet; returns the last.
    @discardableResult
    static func makeFolders(
        _ names: some Sequence<ByteString>, in folder: ByteString
    ) throws(RebuildError) -> ByteString {
        var path = folder
        for name in names {
            path = join(path, name)
            var status = stat()
            if unsafe lstat(text(path), &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                continue
            }
            try makeFolder(path)
        }
        return path
    }

    /// Makes a symbolic link, changed at `time`.
    static func makeLink(
        _ path: ByteString, to target: ByteString, time: Int64? = nil
    ) throws(RebuildError) {
        guard unsafe symlink(text(target), text(path)) == 0 else { throw failure("make", path) }
        if let time { try setTime(path, time) }
    }

    /// Sets both times of a file, folder or link, in seconds since 1970.
    static func setTime(_ path: ByteString, _ time: Int64) throws(RebuildError) {
        let stamp = timespec(tv_sec: Int(time), tv_nsec: 0)
        guard unsafe utimensat(AT_FDCWD, text(path), [stamp, stamp], AT_SYMLINK_NOFOLLOW) == 0
        else { throw failure("date", path) }
    }

    /// Writes a new file with exactly these permissions.
    static func write(
        _ bytes: [UInt8], to path: ByteString, mode: UInt32 = 0o644
    ) throws(RebuildError) {
        try copy(MemorySource(bytes), to: path, mode: mode)
    }

    /// Writes all that a source has into a new file.
    static func copy(
        _ source: any RandomSource, to path: ByteString, mode: UInt32
    ) throws(RebuildError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let file = unsafe open(text(path), flags, 0o600)
        guard file >= 0 else { throw failure("make", path) }
        defer { close(file) }
        let reader = RangeSource(source)
        while let chunk = try next(reader, path) { try write(chunk, to: file, path) }
        guard fchmod(file, mode) == 0 else { throw failure("make", path) }
    }

    private static func next(
        _ reader: RangeSource, _ path: ByteString
    ) throws(RebuildError) -> Chunk? {
        do throws(SourceError) {
            return try reader.next()
        } catch {
            throw RebuildError(.input, "cannot copy to \(path.escaped): \(error.message)")
        }
    }

    private static func write(
        _ bytes: Chunk, to file: Int32, _ path: ByteString
    ) throws(RebuildError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            done += count
        }
    }
}
