import Bytes
internal import CKernels
import Glibc

/// A directory tree as it was listed: all nodes in order of their paths' bytes. Links are never
/// followed.
public struct Tree: Sendable {
    /// The path of the root.
    public let root: ByteString
    /// The nodes; the root comes first, under the empty path.
    public let nodes: [TreeNode]
    /// The patterns that were left out.
    public let excluded: [ByteString]
    /// Whether access times are to be left alone.
    public let keepsAccessTimes: Bool

    /// Lists the tree at `root`.
    ///
    /// - Parameters:
    ///   - exclude: patterns of paths below the root to leave out, as in ``Glob``.
    ///   - jobs: folders that are listed at once.
    /// - Throws: ``SourceError`` with code `io`, naming the folder that cannot be read.
    public init(
        root: ByteString, exclude: [ByteString] = [], keepsAccessTimes: Bool = false, jobs: Int = 1
    ) throws(SourceError) {
        self.root = root
        self.keepsAccessTimes = keepsAccessTimes
        excluded = exclude
        var nodes = [try Tree.node("", below: root)]
        var folders: [ByteString] = [""]
        while !folders.isEmpty {
            let level = folders
            folders = []
            // One folder is not worth a thread, and a chain of folders may be long.
            let listings = Worker.map(level.count, jobs: level.count == 1 ? 0 : jobs) { index in
                Result { () throws(SourceError) in
                    try Tree.list(level[index], below: root, without: exclude)
                }
            }
            for listing in listings {
                let listed = try listing.get()
                nodes += listed
                folders += listed.lazy.filter { $0.kind == .directory }.map(\.path)
            }
        }
        self.nodes = nodes.sorted { $0.path < $1.path }
    }

    /// What is in a folder, in whatever order the system has it.
    private static func list(
        _ folder: ByteString, below root: ByteString, without exclude: [ByteString]
    ) throws(SourceError) -> [TreeNode] {
        var nodes: [TreeNode] = []
        for name in try names(in: join(root, folder)) {
            let path = folder.isEmpty ? name : join(folder, name)
            guard !exclude.contains(where: { Glob.matches($0, path) }) else { continue }
            nodes.append(try node(path, below: root))
        }
        return nodes
    }

    /// Some files below `root`, by their paths, as nodes of which nothing but the content counts.
    init(root: ByteString, files: [ByteString]) throws(SourceError) {
        self.root = root
        keepsAccessTimes = false
        excluded = []
        var nodes: [TreeNode] = []
        for path in files {
            let node = try Tree.node(path, below: root)
            guard node.kind == .file else {
                throw SourceError(
                    .io,
                    "\(path.escaped) is a \(node.kind.rawValue), not a file; put the file there")
            }
            nodes.append(TreeNode(file: path, size: node.size))
        }
        self.nodes = nodes.sorted { $0.path < $1.path }
    }

    /// Some nodes of another tree.
    private init(_ other: Tree, nodes: [TreeNode]) {
        root = other.root
        keepsAccessTimes = other.keepsAccessTimes
        excluded = other.excluded
        self.nodes = nodes
    }

    /// The tree without the nodes at some paths.
    public func without(_ paths: Set<ByteString>) -> Tree {
        Tree(self, nodes: nodes.filter { !paths.contains($0.path) })
    }

    /// The bytes of a file of the tree.
    public func open(_ node: TreeNode) throws(SourceError) -> FileSource {
        try FileSource(
            path: Tree.join(root, node.path), keepsAccessTime: keepsAccessTimes,
            followsLinks: false)
    }

    /// The bytes of all files.
    public var size: UInt64 { nodes.reduce(0) { $0 + $1.size } }

    /// Two paths with a slash between them.
    static func join(_ folder: ByteString, _ name: ByteString) -> ByteString {
        if name.isEmpty { return folder }
        let slash = UInt8(ascii: "/")
        let base = folder.bytes.last == slash ? Array(folder.bytes.dropLast()) : folder.bytes
        return ByteString(base + [slash] + name.bytes)
    }

    /// Whether there is anything at a path.
    static func exists(_ path: ByteString, below root: ByteString) -> Bool {
        var status = stat()
        return unsafe lstat(join(root, path).terminated, &status) == 0
    }

    /// The names in a folder, in whatever order the system has them.
    private static func names(in folder: ByteString) throws(SourceError) -> [ByteString] {
        guard let names = Posix.names(in: folder) else {
            throw SourceError(.io, "cannot list \(folder.escaped): \(errorText(errno))")
        }
        return names
    }

    /// A node as `lstat` sees it, only the root by `stat`. Between this and ``open(_:)`` a path may
    /// be replaced; a link put in its place is refused there.
    private static func node(_ path: ByteString, below root: ByteString) throws(SourceError)
        -> TreeNode
    {
        // The root may be reached by a link, which the dot leads through; nothing below it may.
        let full = join(root, path.isEmpty ? "." : path)
        var status = stat()
        guard unsafe lstat(full.terminated, &status) == 0 else {
            throw SourceError(.io, "cannot look at \(full.escaped): \(errorText(errno))")
        }
        let kind = try kind(of: status, full)
        let isDevice = kind == .blockDevice || kind == .characterDevice
        return TreeNode(
            path: path, kind: kind, mode: UInt32(status.st_mode) & 0o7777,
            size: kind == .file ? UInt64(status.st_size) : 0,
            link: kind == .symlink ? try target(of: full) : nil,
            device: isDevice ? UInt64(status.st_rdev) : nil,
            user: status.st_uid, group: status.st_gid,
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000
                + Int64(status.st_mtim.tv_nsec),
            blocks: UInt64(status.st_blocks),
            identity: status.st_nlink > 1 && kind == .file
                ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil,
            attributes: kind == .symlink ? [:] : try attributes(of: full))
    }

    /// - Throws: ``SourceError`` with code `io` for a type that POSIX does not have.
    private static func kind(of status: stat, _ path: ByteString) throws(SourceError)
        -> TreeNode.Kind
    {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .symlink
        case S_IFCHR: .characterDevice
        case S_IFBLK: .blockDevice
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: throw SourceError(.io, "\(path.escaped) is of a kind that tally does not know")
        }
    }

    /// A link's target, cut at 4,096 bytes: Linux has none that is longer.
    private static func target(of path: ByteString) throws(SourceError) -> ByteString {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path.terminated, &buffer, buffer.count)
        guard count >= 0 else {
            throw SourceError(.io, "cannot read the link \(path.escaped): \(errorText(errno))")
        }
        return ByteString(buffer.prefix(count).map { UInt8(bitPattern: $0) })
    }

    /// All extended attributes that this user may list, security and ACLs among them; none for a
    /// file system that has no such thing. Values go up to 64 KiB, which is Linux's own limit.
    private static func attributes(of path: ByteString) throws(SourceError) -> [ByteString: [UInt8]]
    {
        // Most nodes have none, which takes no buffer to find out.
        var size = unsafe tally_list_attributes(path.terminated, nil, 0)
        if size == 0 { return [:] }
        var list = [CChar](repeating: 0, count: 65_536)
        size = unsafe tally_list_attributes(path.terminated, &list, list.count)
        guard size >= 0 else {
            // File systems without attributes say so; anything else hides something.
            guard errno == ENOTSUP else {
                throw SourceError(
                    .io, "cannot list the attributes of \(path.escaped): \(errorText(errno))")
            }
            return [:]
        }
        var attributes: [ByteString: [UInt8]] = [:]
        for name in list.prefix(size).split(separator: 0) {
            var value = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe tally_get_attribute(
                path.terminated, Array(name) + [0], &value, value.count)
            guard count >= 0 else {
                throw SourceError(
                    .io, "cannot read an attribute of \(path.escaped): \(errorText(errno))")
            }
            attributes[ByteString(name.map { UInt8(bitPattern: $0) })] = Array(value.prefix(count))
        }
        return attributes
    }
}
