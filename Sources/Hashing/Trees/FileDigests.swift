import Bytes

/// The SHA-256 of all files of a tree, each read once.
///
/// Many files go through the lanes of a kernel, several at once; a file that is too large for that
/// is a stream for libcrypto. Memory: about 1 MiB per job.
public struct FileDigests: Sendable {
    private let tree: Tree
    private let jobs: Int
    private let kernel: SHA256Kernel?

    /// - Parameters:
    ///   - jobs: threads that read and hash.
    ///   - kernel: hashes many files; without one libcrypto does, file by file.
    public init(_ tree: Tree, jobs: Int = 1, kernel: SHA256Kernel? = .best) {
        self.tree = tree
        self.jobs = jobs
        self.kernel = kernel
    }

    /// The digests in the order of the tree's nodes; `nil` for nodes that are no files.
    ///
    /// - Throws: of several files that cannot be read, what is wrong with the first.
    public func all() throws(SourceError) -> [Digest?] {
        let tree = tree
        let sizes = tree.nodes.map { $0.kind == .file ? $0.size : nil }
        let shared =
            kernel?.digests(sizes: sizes, jobs: jobs) { (index: Int) throws(SourceError) in
                FileInput(try tree.open(tree.nodes[index]))
            } ?? sizes.map { _ in .success(nil) }
        let rest = sizes.indices.filter {
            sizes[$0] != nil && (try? shared[$0].get()) == .some(nil)
        }
        let alone = Worker.map(rest.count, jobs: jobs) { index in
            Result { () throws(SourceError) in
                try SHA256.digest(of: try tree.open(tree.nodes[rest[index]]))
            }
        }
        var all = shared
        for (index, digest) in zip(rest, alone) { all[index] = digest.map { $0 } }
        var digests: [Digest?] = []
        for digest in all { digests.append(try digest.get()) }
        return digests
    }
}
