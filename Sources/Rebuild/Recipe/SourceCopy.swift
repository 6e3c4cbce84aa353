import Bytes
import Hashing

/// A copy of a tree to hash and to build from, which nobody else writes to. Of modes it has no more
/// than whether a file may be executed, and of times nothing: a build gets its own.
struct SourceCopy {
    /// What messages call the tree.
    let title: String
    /// Files that are copied at once.
    let jobs: Int

    /// Copies a tree to a folder that is not there yet.
    ///
    /// - Throws: ``RebuildError`` with code `input` for what cannot be copied, or `io`.
    func copy(_ tree: Tree, to target: ByteString) throws(RebuildError) {
        let folder = try make(target)
        for node in tree.nodes where node.kind != .file && !node.path.isEmpty {
            switch node.kind {
            case .directory: try Files.makeFolder(target.appending(node.path), mode: 0o755)
            case .symlink: try folder.makeLink(node.path, to: node.link ?? "")
            default: throw MerkleFolder.unfit(node, title)
            }
        }
        let files = tree.nodes.filter { $0.kind == .file }
        let copied = Worker.map(files.count, jobs: jobs) { index in
            Result { () throws(RebuildError) in
                let path = target.appending(files[index].path)
                try copyFile(isExecutable: files[index].mode & 0o111 != 0, to: path) {
                    () throws(SourceError) in try tree.open(files[index])
                }
            }
        }
        for result in copied { try result.get() }
    }

    private func make(_ target: ByteString) throws(RebuildError) -> Folder {
        try Files.makeFolder(target, mode: 0o755)
        return try Folder(path: target)
    }

    /// Copies a file, which must be the same before and after.
    func copyFile(
        isExecutable: Bool, to target: ByteString, _ open: () throws(SourceError) -> FileSource
    ) throws(RebuildError) {
        let mode: UInt32 = isExecutable ? 0o755 : 0o644
        let file: FileSource
        do throws(SourceError) {
            file = try open()
        } catch {
            throw RebuildError(.input, "\(title): \(error.message)")
        }
        _ = try Files.copy(file, ByteString(title), to: target, mode: mode)
        do throws(SourceError) {
            try file.checkUnchanged()
        } catch {
            throw RebuildError(.input, "\(title): \(error.message)")
        }
    }
}
