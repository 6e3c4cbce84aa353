import Glibc

/// A file, opened once and read by offset; never mapped, so that a file which shrinks is an error
/// and not a signal.
public final class FileSource: RandomSource {
    /// What is remembered of a file to see whether it changed.
    private struct Mark: Equatable {
        /// Which file it is, and its bytes.
        let device, inode, size: UInt64
        /// Nanoseconds since 1970 of content and of status: the latter cannot be set by a program.
        let modified, changed: Int64

        /// Takes the mark from `fstat`; a negative size counts as none.
        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = UInt64(max(0, status.st_size))
            modified =
                Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
            changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
        }
    }

    /// Open for as long as the source lives.
    private let descriptor: Int32
    /// What `fstat` said when the file was opened.
    private let mark: Mark

    /// As of the opening: bytes that are added later are not read.
    public let size: UInt64

    /// Opens a regular file for reading.
    ///
    /// - Parameters:
    ///   - keepsAccessTime: asks the system to leave the access time alone (`O_NOATIME`); where it
    ///     refuses, the file is opened all the same.
    ///   - followsLinks: whether a symbolic link stands for its target.
    /// - Throws: ``SourceError`` with code `io`.
    public convenience init(
        path: ByteString, keepsAccessTime: Bool = false, followsLinks: Bool = true
    ) throws(SourceError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
        var descriptor: Int32 = -1
        if keepsAccessTime { descriptor = FileSource.open(path, flags | 0o1000000) }
        if descriptor < 0 { descriptor = FileSource.open(path, flags) }
        guard descriptor >= 0 else {
            throw SourceError(.io, "cannot open \(path.escaped): \(errorText(errno))")
        }
        try self.init(descriptor: descriptor, name: path.escaped)
    }

    /// Takes over an open descriptor of a regular file, and closes it in the end.
    public init(
        descriptor: Int32, name: @autoclosure () -> String
    ) throws(SourceError) {
        var status = stat()
        let result = unsafe fstat(descriptor, &status)
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else {
            let reason = result == 0 ? "it is not a regular file" : errorText(errno)
            close(descriptor)
            throw SourceError(.io, "cannot read \(name()): \(reason)")
        }
        self.descriptor = descriptor
        mark = Mark(status)
        size = mark.size
    }

    deinit { close(descriptor) }

    /// Returns -1 and sets `errno` on failure.
    private static func open(_ path: ByteString, _ flags: Int32) -> Int32 {
        unsafe Glibc.open(path.terminated, flags)
    }

    /// Reads with `pread`, so threads do not disturb each other.
    public func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        guard range.end <= size else {
            throw SourceError(.truncated, at: size, "the file ends at \(size)")
        }
        return try FileSource.read(descriptor, range)
    }

    /// Checks that size, times and identity are what they were when the file was opened.
    ///
    /// - Throws: ``SourceError`` with code `changed`.
    public func checkUnchanged() throws(SourceError) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, Mark(status) == mark else {
            throw SourceError(
                .changed,
                "the file changed while it was read; compare a copy that nobody writes to")
        }
    }

    /// Fills `buffer` with the bytes from `offset` on, which the file has.
    ///
    /// - Throws: ``SourceError`` if reading fails or the file became shorter.
    public func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SourceError) {
        let filled = try unsafe FileSource.read(descriptor, offset, buffer)
        guard filled == buffer.count else { throw FileSource.shrunk(at: offset + UInt64(filled)) }
    }

    /// Reads all of `range` from a descriptor.
    static func read(_ descriptor: Int32, _ range: ByteRange) throws(SourceError) -> [UInt8] {
        let wanted = Int(range.length)
        var failure: SourceError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            do throws(SourceError) {
                filled = try unsafe read(
                    descriptor, range.start, UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == wanted else { throw shrunk(at: range.start + UInt64(bytes.count)) }
        return bytes
    }

    /// Reads with `pread` until `buffer` is full or the file ends; returns how many bytes there
    /// are.
    private static func read(
        _ descriptor: Int32, _ start: UInt64, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SourceError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let space = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = unsafe pread(
                descriptor, space.baseAddress, space.count, off_t(start) + off_t(filled))
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                throw SourceError(.io, at: start, "reading failed: \(errorText(errno))")
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// What a file that ends before its time is.
    private static func shrunk(at offset: UInt64) -> SourceError {
        SourceError(
            .changed, at: offset,
            "the file became shorter while it was read; compare a copy that nobody writes to")
    }
}

/// What the system calls an error number, in English whatever the locale.
public func errorText(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: text, as: UTF8.self)
}
