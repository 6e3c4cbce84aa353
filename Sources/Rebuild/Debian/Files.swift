import Bytes
import Glibc
import Hashing

/// Files and folders of this machine.
enum Files {
    /// All bytes of a file.
    ///
    /// - Throws: ``RebuildError`` with code `io`, or `declaration` if it is larger than `limit`
    /// bytes.
    static func read(_ path: ByteString, atMost limit: UInt64) throws(RebuildError) -> [UInt8] {
        do throws(SourceError) {
            let file = try FileSource(path: path)
            guard file.size <= limit else {
                throw SourceError(
                    .limit, "\(path.escaped) has more than \(limit) bytes, which nobody needs here")
            }
            return try file.read(ByteRange(start: 0, length: file.size))
        } catch {
            throw RebuildError(error.code == .limit ? .declaration : .io, error.message)
        }
    }

    /// The names in a folder, sorted; without those that begin with a dot, unless `all` are wanted.
    static func names(
        in folder: ByteString, all: Bool = false
    ) throws(RebuildError) -> [ByteString] {
        guard let names = Posix.names(in: folder) else {
            throw RebuildError(.io, "cannot read \(folder.escaped): \(errorText(errno))")
        }
        return (all ? names : names.filter { $0.bytes.first != UInt8(ascii: ".") }).sorted()
    }

    /// Makes a folder that must not be there yet, for its owner alone.
    static func makeFolder(_ path: ByteString, mode: UInt32 = 0o700) throws(RebuildError) {
        guard unsafe mkdir(path.terminated, mode) == 0 else {
            throw RebuildError(.io, "cannot make \(path.escaped): \(errorText(errno))")
        }
    }

    /// Removes what is there, with all that is in it, as far as that is possible; links are not
    /// followed.
    static func remove(_ path: ByteString) {
        guard unsafe unlink(path.terminated) != 0 else { return }
        var status = stat()
        guard unsafe lstat(path.terminated, &status) == 0, status.st_mode & S_IFMT == S_IFDIR
        else { return }
        // A build may have left folders that their owner cannot list.
        _ = unsafe chmod(path.terminated, 0o700)
        let names = try? names(in: path, all: true)
        for name in names ?? [] { remove(path.appending(name)) }
        unsafe rmdir(path.terminated)
    }

    /// Gives a file another name, where nothing is yet.
    static func move(_ path: ByteString, to target: ByteString) throws(RebuildError) {
        guard unsafe link(path.terminated, target.terminated) == 0 else {
            throw RebuildError(.io, "cannot make \(target.escaped): \(errorText(errno))")
        }
        unsafe unlink(path.terminated)
    }

    /// Writes a new file.
    static func write(_ bytes: [UInt8], to path: ByteString) throws(RebuildError) {
        let descriptor = try create(path)
        defer { close(descriptor) }
        try write(bytes[...], to: descriptor, path)
    }

    /// Copies a file into a new one; the digest of what was copied.
    static func copy(
        _ source: FileSource, _ path: ByteString, to target: ByteString, mode: UInt32 = 0o644
    ) throws(RebuildError) -> Digest {
        let descriptor = try create(target, mode)
        defer { close(descriptor) }
        var hash = SHA256()
        let reader = RangeSource(source)
        do throws(SourceError) {
            while let chunk = try reader.next() {
                hash.update(chunk)
                do throws(RebuildError) {
                    try write(chunk, to: descriptor, target)
                } catch {
                    throw SourceError(.io, error.message)
                }
            }
        } catch {
            throw RebuildError(.io, "\(path.escaped): \(error.message)")
        }
        return hash.finish()
    }

    private static func create(
        _ path: ByteString, _ mode: UInt32 = 0o644
    ) throws(RebuildError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(path.terminated, flags, mode)
        guard descriptor >= 0 else {
            throw RebuildError(.io, "cannot write \(path.escaped): \(errorText(errno))")
        }
        return descriptor
    }

    /// Writes all of `bytes` to a descriptor.
    static func write(
        _ bytes: Chunk, to descriptor: Int32, _ name: @autoclosure () -> ByteString
    ) throws(RebuildError) {
        guard Posix.write(bytes, to: descriptor) else {
            throw RebuildError(.io, "cannot write \(name().escaped): \(errorText(errno))")
        }
    }
}
