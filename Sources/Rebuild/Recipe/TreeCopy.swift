import Bytes
import Hashing

/// A copy of a tree in which nothing depends on this machine: files have mode 0644 or 0755, and all
/// have one time.
struct TreeCopy {
    /// What messages call it.
    let title: String
    /// In seconds since 1970.
    let time: Int64
    /// Files that are copied at once.
    let jobs: Int

    /// Copies a tree to a folder that is not there yet.
    ///
    /// - Throws: ``RebuildError`` with code `input` for what cannot be copied, or `io`.
    func copy(_ tree: Tree, to target: ByteString) throws(RebuildError) {
        for node in tree.nodes where node.kind != .file { try make(node, in: target) }
        let files = tree.nodes.filter { $0.kind == .file }
        let copied = Worker.map(files.count, jobs: jobs) { index in
            Result { () throws(RebuildError) in try copy(files[index], of: tree, to: target) }
        }
        for result in copied { try result.get() }
        for node in tree.nodes.reversed() where node.kind == .directory {
            try Disk.setTime(path(node, target), time)
        }
    }

    private func path(_ node: TreeNode, _ target: ByteString) -> ByteString {
        node.path.isEmpty ? target : Disk.join(target, node.path)
    }

    private func make(_ node: TreeNode, in target: ByteString) throws(RebuildError) {
        switch node.kind {
        case .file: break
        case .directory: try Disk.makeFolder(path(node, target))
        case .symlink: try Disk.makeLink(path(node, target), to: node.link ?? "", time: time)
        case .characterDevice, .blockDevice, .pipe, .socket:
            throw MerkleFolder.unfit(node, title)
        }
    }

    private func copy(
        _ node: TreeNode, of tree: Tree, to target: ByteString
    ) throws(RebuildError) {
        do throws(SourceError) {
            try copy(try tree.open(node), to: path(node, target), isExecutable: node.mode & 0o111 != 0)
        } catch {
            throw RebuildError(.input, "\(title): \(error.message)")
        }
    }

    /// Copies an open file.
    func copy(
        _ file: FileSource, to target: ByteString, isExecutable: Bool
    ) throws(SourceError) {
        do throws(RebuildError) {
            try Disk.copy(file, to: target, mode: isExecutable ? 0o755 : 0o644)
            try Disk.setTime(target, time)
        } catch {
            throw SourceError(.io, error.message)
        }
        try file.checkUnchanged()
    }
}
