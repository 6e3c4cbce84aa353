import Bytes

extension MerkleFolder {
    /// A path at which two folders differ.
    struct Difference: Hashable, Sendable {
        /// How they differ.
        enum Kind: String, Sendable {
            /// Only the folder before has it.
            case missing
            /// Only the folder now has it.
            case extra
            /// Both have it.
            case changed
        }

        let path: ByteString
        let kind: Kind
    }

    /// Where this folder is another than `before`, in the order of paths; a folder that one side
    /// lacks is a single difference.
    func differences(from before: MerkleFolder) -> [Difference] {
        var found: [Difference] = []
        collect(before, "", &found)
        return found
    }

    private func collect(
        _ before: MerkleFolder, _ prefix: ByteString, _ found: inout [Difference]
    ) {
        for name in Set(nodes.keys).union(before.nodes.keys).sorted() {
            let path = ByteString(prefix.bytes + name.bytes)
            switch (before.nodes[name], nodes[name]) {
            case (.folder(let old), .folder(let new)):
                if old != new { new.collect(old, ByteString(path.bytes + [0x2f]), &found) }
            case (nil, nil): break
            case (nil, _): found.append(Difference(path: path, kind: .extra))
            case (_, nil): found.append(Difference(path: path, kind: .missing))
            case (let old, let new):
                if old != new { found.append(Difference(path: path, kind: .changed)) }
            }
        }
    }
}
