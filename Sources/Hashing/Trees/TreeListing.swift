import Bytes
import LibCrypto

/// The canonical listing of a tree, whose SHA-256 is the tree's digest (`Docs/NormalForm.md`,
/// "Trees").
public struct TreeListing: ~Copyable {
    /// Which facts of a node are written; its name is part of the listing.
    private let view: TreeView
    /// SHA-256 of the listing so far.
    private var hash = SHA256()
    /// SHA-512 of the same bytes, which stands beside it in a subject.
    private var long = MessageDigest(.sha512)
    /// What was written and not yet hashed.
    private var pending: [UInt8] = []
    /// Bytes that are hashed together.
    private static let blockSize = 1 << 16
    /// Which path each set of hard links was first seen under.
    private var firstNames: [[UInt64]: ByteString] = [:]

    /// The listing of a tree in a view.
    public init(view: TreeView) {
        self.view = view
        write("tallystick/tree/v1")
        write(view.rawValue)
    }

    /// Adds a node; nodes come in order of their paths.
    ///
    /// - Parameter content: for a file, the digest of its bytes, or of their normal form.
    public mutating func add(_ node: TreeNode, content: Digest?) {
        write(node.path.bytes)
        for (name, value) in node.counted(in: view) {
            write(name)
            // Values may hold a NUL; digits do not.
            write(hex: value)
        }
        if view == .full {
            // How a folder is allocated depends on what it once held.
            if node.kind == .file {
                write("blocks")
                write(String(node.blocks))
            }
            if let identity = node.identity {
                let first = firstNames[identity] ?? node.path
                firstNames[identity] = first
                write("hardlink")
                write(hex: first.bytes)
            }
        }
        if let content {
            write("sha256")
            write(hex: content.bytes)
        }
        write("")
        if pending.count >= TreeListing.blockSize { hashPending() }
    }

    /// Adds an item with its end.
    private mutating func write(_ bytes: [UInt8]) {
        pending += bytes
        pending.append(0)
    }

    /// Adds an item with its end.
    private mutating func write(_ text: String) {
        pending += text.utf8
        pending.append(0)
    }

    /// Adds an item as digits, with its end.
    private mutating func write(hex bytes: [UInt8]) {
        Hex.append(bytes, to: &pending)
        pending.append(0)
    }

    /// Both digests are made in one pass over the listing.
    private mutating func hashPending() {
        hash.update(pending)
        long.update(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// The digest of the listing.
    public consuming func finish() -> Digest { digests().sha256 }

    /// The digests of the listing under which a tree is a subject.
    public consuming func digests() -> ArtifactDigests {
        hashPending()
        return ArtifactDigests(sha256: hash.finish(), sha512: long.finish())
    }
}

extension TreeListing {
    /// The digests of a whole tree's listing, all its files read once.
    ///
    /// - Parameters:
    ///   - jobs: threads that read and hash.
    ///   - kernel: hashes small files; see ``FileDigests``.
    public static func digests(
        of tree: Tree, view: TreeView, jobs: Int = 1, kernel: SHA256Kernel? = .best
    ) throws(SourceError) -> ArtifactDigests {
        var listing = TreeListing(view: view)
        let contents = try FileDigests(tree, jobs: jobs, kernel: kernel).all()
        for (node, content) in zip(tree.nodes, contents) { listing.add(node, content: content) }
        return listing.digests()
    }
}
