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
    /// Which path each set of hard links was first seen under.
    private var firstNames: [[UInt64]: ByteString] = [:]

    /// The listing of a tree in a view.
    public init(view: TreeView) {
        self.view = view
        write(Array("tallystick/tree/v1".utf8) + [0] + Array(view.rawValue.utf8) + [0])
    }

    /// Adds a node; nodes come in order of their paths.
    ///
    /// - Parameter content: for a file, the digest of its bytes, or of their normal form.
    public mutating func add(_ node: TreeNode, content: Digest?) {
        var items: [[UInt8]] = [node.path.bytes]
        for (name, value) in node.counted(in: view) {
            items.append(Array(name.utf8))
            // Values may hold a NUL; digits do not.
            items.append(Array(Hex.encode(value).utf8))
        }
        if view == .full {
            // How a folder is allocated depends on what it once held.
            if node.kind == .file {
                items += [Array("blocks".utf8), Array(String(node.blocks).utf8)]
            }
            if let identity = node.identity {
                let first = firstNames[identity] ?? node.path
                firstNames[identity] = first
                items += [Array("hardlink".utf8), Array(Hex.encode(first.bytes).utf8)]
            }
        }
        if let content { items += [Array("sha256".utf8), Array(content.hex.utf8)] }
        items.append([])
        write(items.flatMap { $0 + [0] })
    }

    /// Both digests are made in one pass over the listing.
    private mutating func write(_ bytes: [UInt8]) {
        hash.update(bytes)
        long.update(bytes)
    }

    /// The digest of the listing.
    public consuming func finish() -> Digest { digests().sha256 }

    /// The digests of the listing under which a tree is a subject.
    public consuming func digests() -> ArtifactDigests {
        ArtifactDigests(sha256: hash.finish(), sha512: long.finish())
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
