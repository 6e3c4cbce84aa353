import Bytes
import Glibc

/// An open folder. Everything in it is reached from here, one name at a time and never through a
/// symbolic link, so that nothing that is put there can lead out of it.
final class Folder {
    /// The descriptor, closed with this object.
    let descriptor: Int32

    /// Takes over a descriptor.
    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens a folder by its path, whose links are followed.
    convenience init(path: ByteString) throws(RebuildError) {
        let file = unsafe open(path.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw Folder.failure("open the folder", path) }
        self.init(descriptor: file)
    }

    /// What the system says of a call that has just failed.
    static func failure(_ verb: String, _ path: ByteString) -> RebuildError {
        RebuildError(.io, "cannot \(verb) \(path.escaped): \(errorText(errno))")
    }

    /// What a name stands for.
    enum Kind { case file, folder, link, other }

    /// What is known of a name; `nil` if there is none.
    func status(_ name: ByteString) -> stat? {
        var status = stat()
        let result = unsafe fstatat(descriptor, name.terminated, &status, AT_SYMLINK_NOFOLLOW)
        return result == 0 ? status : nil
    }

    /// What kind of thing a status describes.
    static func kind(_ status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }

    /// A folder in this one.
    func folder(_ name: ByteString) throws(RebuildError) -> Folder {
        let file = unsafe openat(
            descriptor, name.terminated, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw Folder.failure("open the folder", name) }
        return Folder(descriptor: file)
    }

    /// A folder some levels down; each is made if `makes` and it is not there.
    func folder(at path: ByteString, makes: Bool = false) throws(RebuildError) -> Folder {
        var place = self
        for name in path.components {
            guard name != ".." else {
                throw RebuildError(
                    .declaration, "\(path.escaped) leads upward; write it without ..")
            }
            if makes { place.make(name) }
            place = try place.folder(name)
        }
        return place
    }

    /// Makes a folder; that it is there already is found out by whoever opens it.
    private func make(_ name: ByteString) {
        _ = unsafe mkdirat(descriptor, name.terminated, 0o755)
    }

    /// All names but `.` and `..`, ascending by their bytes.
    func names() throws(RebuildError) -> [ByteString] {
        let file = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let names = Posix.names(in: file) else { throw Folder.failure("list", ".") }
        return names.sorted()
    }

    /// Opens a regular file to read; waits for nobody at the other end of a pipe.
    func openFile(_ name: ByteString) throws(RebuildError) -> Int32 {
        let file = unsafe openat(
            descriptor, name.terminated, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == EACCES {
            throw RebuildError(.input, "\(name.escaped) has a mode that lets nobody read it")
        }
        guard file >= 0 else { throw Folder.failure("open", name) }
        return file
    }

    /// Makes a new file to write.
    func makeFile(_ name: ByteString, mode: UInt32) throws(RebuildError) -> Int32 {
        let file = unsafe openat(
            descriptor, name.terminated, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard file >= 0 else { throw Folder.failure("make", name) }
        return file
    }

    /// The target of a symbolic link.
    func target(_ name: ByteString) throws(RebuildError) -> ByteString {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlinkat(descriptor, name.terminated, &buffer, buffer.count)
        guard count >= 0 else { throw Folder.failure("read the link", name) }
        return ByteString(buffer.prefix(count).map { UInt8(bitPattern: $0) })
    }

    /// Makes what something is mounted on, with the folders above it: an empty file for a file,
    /// else a folder. One that is there already stays.
    func makePoint(at path: ByteString, isFile: Bool) throws(RebuildError) {
        guard isFile, let (above, name) = path.parted else {
            _ = try folder(at: path, makes: true)
            return
        }
        let parent = try folder(at: above, makes: true)
        if parent.status(name) == nil { close(try parent.makeFile(name, mode: 0o644)) }
    }

    /// Makes a symbolic link.
    func makeLink(_ name: ByteString, to target: ByteString) throws(RebuildError) {
        let result = unsafe symlinkat(target.terminated, descriptor, name.terminated)
        guard result == 0 else { throw Folder.failure("make the link", name) }
    }
}

extension ByteString {
    /// The names between slashes; empty ones and `.` are left out.
    var components: [ByteString] {
        bytes.split(separator: UInt8(ascii: "/")).map { ByteString($0) }.filter { $0 != "." }
    }

    /// The path of the folder that the last name is in, and that name; `nil` if there are no names.
    var parted: (folder: ByteString, name: ByteString)? {
        let names = components
        guard let name = names.last else { return nil }
        let root: ByteString = bytes.first == UInt8(ascii: "/") ? "/" : ""
        return (names.dropLast().reduce(root) { $0.appending($1) }, name)
    }

    /// The name behind the last slash; empty for a path that ends in one.
    var lastName: ByteString {
        ByteString(bytes[((bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
    }

    /// What is behind a folder on the way to this path: nothing for the folder itself; `nil` if
    /// this is not in it.
    func rest(below folder: ByteString) -> ByteString? {
        guard bytes.starts(with: folder.bytes) else { return nil }
        let rest = bytes.dropFirst(folder.count)
        guard let slash = rest.first else { return "" }
        return slash == UInt8(ascii: "/") ? ByteString(rest.dropFirst()) : nil
    }

    /// The path of a name in a folder.
    func appending(_ name: ByteString) -> ByteString {
        if isEmpty || self == "." { return name }
        return ByteString(bytes + (bytes.last == UInt8(ascii: "/") ? [] : [0x2f]) + name.bytes)
    }
}
