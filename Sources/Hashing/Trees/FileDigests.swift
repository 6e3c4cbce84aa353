import Bytes

/// The SHA-256 of all files of a tree, each read once.
///
/// Small files are read into one buffer and hashed together, several at once; a large one is a stream
/// for libcrypto. Memory: about ``batchSize`` per job, and ``fileLimit`` more.
public struct FileDigests: Sendable {
    private let tree: Tree
    private let jobs: Int
    private let kernel: SHA256Kernel?

    /// Bytes of files that are hashed together.
    private static let batchSize: UInt64 = 4 << 20
    /// A file of more bytes is hashed by itself.
    private static let fileLimit: UInt64 = 1 << 20
    /// Files that are hashed together.
    private static let countLimit = 1024

    /// - Parameters:
    ///   - jobs: threads that read and hash.
    ///   - kernel: hashes small files; without one libcrypto does, file by file.
    public init(_ tree: Tree, jobs: Int = 1, kernel: SHA256Kernel? = .best) {
        self.tree = tree
        self.jobs = jobs
        self.kernel = kernel
    }

    /// The digests in the order of the tree's nodes; `nil` for nodes that are no files.
    ///
    /// - Throws: of several files that cannot be read, what is wrong with the first.
    public func all() throws(SourceError) -> [Digest?] {
        let batches = batches()
        let found = Worker.map(batches.count, jobs: jobs) { digests(of: batches[$0]) }
        var all = [Digest?](repeating: nil, count: tree.nodes.count)
        for (batch, found) in zip(batches, found) {
            for (index, digest) in zip(batch, found) { all[index] = try digest.get() }
        }
        return all
    }

    /// Files by their places in the tree, in its order; each batch is hashed together.
    private func batches() -> [[Int]] {
        var batches: [[Int]] = []
        var batch: [Int] = []
        var size: UInt64 = 0
        for (index, node) in tree.nodes.enumerated() where node.kind == .file {
            let isFull =
                size + node.size > FileDigests.batchSize || batch.count >= FileDigests.countLimit
            if isFull, !batch.isEmpty {
                batches.append(batch)
                batch = []
                size = 0
            }
            batch.append(index)
            size += node.size
        }
        return batch.isEmpty ? batches : batches + [batch]
    }

    /// The digests of a batch, in its order.
    private func digests(of batch: [Int]) -> [Result<Digest, SourceError>] {
        guard let kernel else {
            return batch.map { index in
                Result { () throws(SourceError) in try stream(index) }
            }
        }
        var bytes: [UInt8] = []
        let messages = batch.map { index in
            Result { () throws(SourceError) in try read(index, into: &bytes) }
        }
        var digests = kernel.digests(of: messages.compactMap { (try? $0.get()) ?? nil }, in: bytes)[
            ...]
        return zip(batch, messages).map { index, message in
            Result { () throws(SourceError) in
                if try message.get() != nil, let digest = digests.popFirst() { return digest }
                return try stream(index)
            }
        }
    }

    /// Reads a file to the end of `bytes`, and says where; `nil` if it is a large one.
    private func read(_ index: Int, into bytes: inout [UInt8]) throws(SourceError) -> Range<Int>? {
        let file = try tree.open(tree.nodes[index])
        guard file.size <= FileDigests.fileLimit else { return nil }
        let start = bytes.count
        bytes += try file.read(ByteRange(start: 0, length: file.size))
        try file.checkUnchanged()
        return start..<bytes.count
    }

    /// The digest of one file, by libcrypto.
    private func stream(_ index: Int) throws(SourceError) -> Digest {
        try SHA256.digest(of: try tree.open(tree.nodes[index]))
    }
}
