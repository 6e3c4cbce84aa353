import Bytes

extension MerkleFolder {
    /// Puts a folder at a path below this one, in place of what is there, as a mount would.
    mutating func mount(_ node: Node, at path: ArraySlice<ByteString>) {
        guard let first = path.first else {
            if case .folder(let folder) = node { self = folder }
            return
        }
        guard path.count > 1 else {
            nodes[first] = node
            return
        }
        var folder = MerkleFolder()
        if case .folder(let there) = nodes[first] { folder = there }
        folder.mount(node, at: path.dropFirst())
        nodes[first] = .folder(folder)
    }

    /// Adds all of a folder at a path below this one, as copying would.
    ///
    /// - Returns: a path that both have, and that is not a folder in both; `nil` if all went well.
    mutating func merge(_ other: MerkleFolder, at path: ArraySlice<ByteString>) -> [ByteString]? {
        guard let first = path.first else { return merge(other) }
        var folder = MerkleFolder()
        switch nodes[first] {
        case nil: break
        case .folder(let there): folder = there
        case .file, .link: return [first]
        }
        let conflict = folder.merge(other, at: path.dropFirst())
        nodes[first] = .folder(folder)
        return conflict.map { [first] + $0 }
    }

    private mutating func merge(_ other: MerkleFolder) -> [ByteString]? {
        for (name, node) in other.nodes.sorted(by: { $0.key < $1.key }) {
            switch (nodes[name], node) {
            case (nil, _): nodes[name] = node
            case (.folder(var there), .folder(let new)):
                if let conflict = there.merge(new) { return [name] + conflict }
                nodes[name] = .folder(there)
            default: return [name]
            }
        }
        return nil
    }
}
