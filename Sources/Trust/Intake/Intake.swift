import Bytes
import Glibc
import Hashing

/// Reads artifacts, each byte once: what is hashed is what is written to the delivery.
///
/// Nothing is mapped, no link is followed, no device or pipe is opened for reading.
public struct Intake {
    /// What was read of one path.
    public struct Taken: Sendable {
        /// The file, or the folder by its listing.
        public let whole: Artifact
        /// The files of a folder; none for a file.
        public let files: [Artifact]
        /// What in a folder is neither file nor folder, and why that is a *no*.
        public let strays: [VerificationResult.Check]
        /// Whether it is a folder.
        public let isFolder: Bool

        /// A file that was read already.
        public init(file: Artifact) {
            self.init(whole: file, files: [], strays: [], isFolder: false)
        }

        init(
            whole: Artifact, files: [Artifact], strays: [VerificationResult.Check], isFolder: Bool
        ) {
            self.whole = whole
            self.files = files
            self.strays = strays
            self.isFolder = isFolder
        }
    }

    /// Where the bytes are written; `nil` for nowhere.
    private let delivery: Delivery?
    /// Which facts about a folder its listing counts.
    private let view: TreeView
    /// Whether a path that is a link itself may be read.
    private let followsLinks: Bool
    /// Threads that read.
    private let jobs: Int

    /// An intake.
    public init(delivery: Delivery?, view: TreeView, followsLinks: Bool, jobs: Int) {
        self.delivery = delivery
        self.view = view
        self.followsLinks = followsLinks
        self.jobs = jobs
    }

    /// Reads a file or a folder.
    ///
    /// - Throws: ``SourceError`` for what cannot be read, or cannot be written to the delivery.
    public func take(_ path: ByteString) throws(SourceError) -> Taken {
        var status = stat()
        let name = path.terminated
        let result = followsLinks ? unsafe stat(name, &status) : unsafe lstat(name, &status)
        guard result == 0 else {
            throw SourceError(.io, "cannot look at \(path.escaped): \(errorText(errno))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return try folder(path)
        case S_IFLNK:
            throw SourceError(
                .io, "\(path.escaped) is a link, which is not followed; name what it leads to")
        default: return try file(path, name)
        }
    }

    private func file(_ path: ByteString, _ name: [CChar]) throws(SourceError) -> Taken {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
        let descriptor = unsafe open(name, flags)
        guard descriptor >= 0 else {
            throw SourceError(.io, "cannot open \(path.escaped): \(errorText(errno))")
        }
        var status = stat()
        let isExecutable = unsafe fstat(descriptor, &status) == 0 && status.st_mode & 0o111 != 0
        let digests = try Intake.digests(
            of: descriptor, named: path, to: try delivery?.file(for: path, isExecutable))
        let artifact = Artifact(name: path, sha256: digests.sha256, sha512: digests.sha512)
        return Taken(file: artifact)
    }

    /// Digests of all that a descriptor has, which are written to `output` as they pass; takes over
    /// the descriptor.
    static func digests(
        of descriptor: Int32, named name: ByteString, to output: DeliveredFile?
    ) throws(SourceError) -> ArtifactDigests {
        let file = try FileSource(descriptor: descriptor, name: name.escaped)
        let digests = try ArtifactDigests(of: CopyingSource(RangeSource(file), to: output))
        try file.checkUnchanged()
        try output?.finish()
        return digests
    }

    // MARK: Folders

    private func folder(_ path: ByteString) throws(SourceError) -> Taken {
        let tree = try Tree(root: path)
        let root = try Folder(path)
        if let delivery {
            for node in tree.nodes where node.kind == .directory {
                try delivery.folder(for: path, node.path)
            }
        }
        let nodes = tree.nodes.filter { $0.kind == .file }
        let delivery = self.delivery
        let read = Worker.map(nodes.count, jobs: jobs) { index in
            Result { () throws(SourceError) in
                try Intake.read(nodes[index], of: root, at: path, to: delivery)
            }
        }
        var listing = TreeListing(view: view)
        var files: [Artifact] = []
        var rest = read[...]
        for node in tree.nodes {
            guard node.kind == .file, let result = rest.popFirst() else {
                listing.add(node, content: nil)
                continue
            }
            let artifact = try result.get()
            listing.add(node, content: artifact.sha256)
            files.append(artifact)
        }
        let digests = listing.digests()
        return Taken(
            whole: Artifact(name: path, sha256: digests.sha256, sha512: digests.sha512),
            files: files, strays: Intake.strays(tree, path), isFolder: true)
    }

    private static func read(
        _ node: TreeNode, of root: Folder, at path: ByteString, to delivery: Delivery?
    ) throws(SourceError) -> Artifact {
        let name = Intake.join(path, node.path)
        let descriptor = try root.open(node.path)
        let output = try delivery?.file(for: path, node.path, node.mode & 0o111 != 0)
        let digests = try digests(of: descriptor, named: name, to: output)
        return Artifact(name: name, sha256: digests.sha256, sha512: digests.sha512)
    }

    /// A folder and a path below it, with one slash between them.
    static func join(_ folder: ByteString, _ path: ByteString) -> ByteString {
        let slash = UInt8(ascii: "/")
        let base = folder.bytes.last == slash ? Array(folder.bytes.dropLast()) : folder.bytes
        return ByteString(base + [slash] + path.bytes)
    }

    private static func strays(
        _ tree: Tree, _ path: ByteString
    ) -> [VerificationResult.Check] {
        tree.nodes.filter { $0.kind != .file && $0.kind != .directory }.map {
            .init(
                .contents, .notMet(.denied),
                "\(join(path, $0.path).escaped) is a \($0.kind.rawValue), which nothing can cover")
        }
    }
}

/// A source that writes what passes through it.
private final class CopyingSource: Source {
    private let base: any Source
    private let output: DeliveredFile?

    init(_ base: any Source, to output: DeliveredFile?) {
        self.base = base
        self.output = output
    }

    func next() throws(SourceError) -> Chunk? {
        let chunk = try base.next()
        if let chunk { try output?.write(chunk) }
        return chunk
    }

    /// Not used: all that is read is written.
    func skip(_ count: UInt64) throws(SourceError) -> UInt64 {
        var left = count
        while left > 0, let chunk = try next() { left -= min(left, UInt64(chunk.count)) }
        return count - left
    }
}
