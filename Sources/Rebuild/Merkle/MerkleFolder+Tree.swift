import Bytes
import Hashing

extension MerkleFolder {
    /// The folder that a tree is.
    ///
    /// - Parameters:
    ///   - contents: the digests of its files, in the order of its nodes.
    ///   - title: what messages call it.
    /// - Throws: ``RebuildError`` with code `input` for what the form cannot hold: names and
    ///   targets that are not UTF-8, devices, pipes and sockets.
    public init(
        _ tree: Tree, contents: [Digest?], title: String
    ) throws(RebuildError) {
        var nodes: [(path: ByteString, node: Node)] = []
        nodes.reserveCapacity(tree.nodes.count)
        for (node, content) in zip(tree.nodes, contents) where !node.path.isEmpty {
            let (_, name) = MerkleFolder.split(node.path)
            try MerkleFolder.checkText(name, node, title)
            nodes.append((node.path, try MerkleFolder.node(node, content, title)))
        }
        self.init(nodes)
    }

    /// The folder of nodes by their paths, each behind the folder that it is in; folders come
    /// empty.
    init(_ nodes: [(path: ByteString, node: Node)]) {
        var folders: [ByteString: MerkleFolder] = [:]
        // Backwards, so that all of a folder is there before the folder comes.
        for (path, node) in nodes.reversed() {
            let (parent, name) = MerkleFolder.split(path)
            var node = node
            if case .folder = node, let folder = folders.removeValue(forKey: path) {
                node = .folder(folder)
            }
            folders[parent, default: MerkleFolder()].nodes[name] = node
        }
        self = folders[""] ?? MerkleFolder()
    }

    /// One node of a tree.
    private static func node(
        _ node: TreeNode, _ content: Digest?, _ title: String
    ) throws(RebuildError) -> Node {
        switch node.kind {
        case .file:
            guard let content else {
                throw RebuildError(.io, "\(node.path.escaped) of \(title) has no digest")
            }
            return .file(
                MerkleDigest(sha256: content, size: node.size), isExecutable: node.mode & 0o111 != 0
            )
        case .directory: return .folder(MerkleFolder())
        case .symlink:
            let target = node.link ?? ""
            try checkText(target, node, title)
            return .link(target)
        case .characterDevice, .blockDevice, .pipe, .socket:
            throw unfit(node, title)
        }
    }

    /// The error for a node that is no file, folder or link.
    static func unfit(_ node: TreeNode, _ title: String) -> RebuildError {
        RebuildError(
            .input,
            "\(node.path.escaped) of \(title) is a \(node.kind.rawValue), which no input can have; "
                + "remove or exclude it")
    }

    private static func checkText(
        _ text: ByteString, _ node: TreeNode, _ title: String
    ) throws(RebuildError) {
        guard !text.bytes.allSatisfy({ $0 < 0x80 }),
            String(validating: text.bytes, as: UTF8.self) == nil
        else { return }
        let what = node.kind == .symlink ? "the link \(node.path.escaped)" : node.path.escaped
        throw RebuildError(
            .input,
            "\(what) of \(title) is not UTF-8, which an input's names have to be; rename "
                + "or exclude it")
    }

    /// A path's folder and last name.
    private static func split(_ path: ByteString) -> (parent: ByteString, name: ByteString) {
        guard let slash = path.bytes.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (ByteString(path.bytes[..<slash]), ByteString(path.bytes[(slash + 1)...]))
    }

    /// Bytes of all files, and how many they are.
    public var amount: (files: UInt64, bytes: UInt64) {
        var (files, bytes): (UInt64, UInt64) = (0, 0)
        for node in nodes.values {
            switch node {
            case .file(let digest, _): (files, bytes) = (files + 1, bytes + digest.size)
            case .link: break
            case .folder(let folder):
                let inner = folder.amount
                (files, bytes) = (files + inner.files, bytes + inner.bytes)
            }
        }
        return (files, bytes)
    }
}
