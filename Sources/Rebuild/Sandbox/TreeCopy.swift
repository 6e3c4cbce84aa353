import Bytes
import Glibc

/// Copies files into and out of sandboxes: regular files, folders and symbolic links, and nothing
/// else.
struct TreeCopy {
    /// In which order the names of a folder are made. In memory, readdir(3) yields the latest
    /// first.
    var order = Conditions.Order.sorted
    /// Who owns the copies; `nil` for whoever copies.
    var owner: UInt32?
    /// The time of all copies, in seconds since 1970; `nil` for that of the original.
    var time: Int64?
    /// Whether modes become 0755 where the owner may execute and 0644 elsewhere.
    var usesPlainModes = false
    /// Bytes that may be copied yet.
    var room: UInt64 = .max

    /// Copies what a name stands for in one folder to a name in another.
    ///
    /// - Throws: ``RebuildError`` for what is no file, folder or link, for a name that is taken,
    ///   past `room`, and for what the system refuses.
    mutating func copy(
        _ name: ByteString, in source: Folder, to target: Folder, as newName: ByteString
    ) throws(RebuildError) {
        guard let status = source.status(name) else { throw Folder.failure("find", name) }
        switch Folder.kind(status) {
        case .file: try copyFile(name, in: source, to: target, as: newName)
        case .folder:
            _ = unsafe mkdirat(target.descriptor, newName.terminated, 0o700)
            let inner = try target.folder(newName)
            try copyAll(of: try source.folder(name), to: inner)
            try finish(inner.descriptor, status, newName)
        case .link:
            try target.makeLink(newName, to: try source.target(name))
            var times = moments(status)
            unsafe utimensat(target.descriptor, newName.terminated, &times, AT_SYMLINK_NOFOLLOW)
            if let owner {
                _ = unsafe fchownat(
                    target.descriptor, newName.terminated, owner, owner, AT_SYMLINK_NOFOLLOW)
            }
        case .other:
            throw RebuildError(
                .input, "\(name.escaped) is a device, a pipe or a socket, which is not copied")
        }
    }

    /// Copies all that is in a folder.
    mutating func copyAll(of source: Folder, to target: Folder) throws(RebuildError) {
        let names = try source.names()
        for name in order == .sorted ? names.reversed() : names {
            try copy(name, in: source, to: target, as: name)
        }
    }

    private mutating func copyFile(
        _ name: ByteString, in source: Folder, to target: Folder, as newName: ByteString
    ) throws(RebuildError) {
        let input = try source.openFile(name)
        defer { close(input) }
        var status = stat()
        guard unsafe fstat(input, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw RebuildError(.io, "\(name.escaped) changed while it was copied")
        }
        let output = try target.makeFile(newName, mode: 0o600)
        defer { close(output) }
        try copyBytes(from: input, to: output, name)
        try finish(output, status, newName)
    }

    private mutating func copyBytes(
        from input: Int32, to output: Int32, _ name: ByteString
    ) throws(RebuildError) {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe read(input, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Folder.failure("read", name) }
            if count == 0 { return }
            guard UInt64(count) <= room else {
                throw RebuildError(.build, "\(name.escaped) is larger than the limit allows")
            }
            room -= UInt64(count)
            guard Posix.write(buffer[..<count], to: output) else {
                throw Folder.failure("write", name)
            }
        }
    }

    /// Gives a copy its mode, owner and time, in this order: a new owner takes setuid bits away.
    private func finish(
        _ file: Int32, _ status: stat, _ name: ByteString
    ) throws(RebuildError) {
        var mode = status.st_mode & 0o777
        if usesPlainModes { mode = mode & 0o100 != 0 ? 0o755 : 0o644 }
        var times = moments(status)
        if let owner, fchown(file, owner, owner) != 0 { throw Folder.failure("give away", name) }
        guard fchmod(file, mode) == 0, unsafe futimens(file, &times) == 0 else {
            throw Folder.failure("set the mode of", name)
        }
    }

    private func moments(_ status: stat) -> [timespec] {
        let moment = time.map { timespec(tv_sec: Int($0), tv_nsec: 0) } ?? status.st_mtim
        return [moment, moment]
    }
}
