import Bytes

/// Which member of which layer of an image a path stands for in the end: what upper layers replace
/// or take away is never unpacked (OCI Image Format 1.1, "Image Layer Filesystem Changeset").
struct LayerPlan {
    /// A member, by its layer and number there.
    struct Member: Hashable {
        let layer, number: Int
    }

    /// A path and all below it.
    private final class Node {
        var member: Member?
        var children: [ByteString: Node] = [:]
    }

    private let root = Node()
    /// Folders of the present layer whose lower content is gone already.
    private var cleared: Set<RootPath> = []
    private var layer = 0

    /// Goes on with the next layer above.
    mutating func beginLayer(_ number: Int) {
        layer = number
        cleared = []
    }

    /// Takes note of a member; what has a name that takes others away is no member of its own.
    mutating func add(_ place: RootPath, number: Int, isFolder: Bool) {
        let mark = ".wh."
        guard let parent = place.parent else { return }
        if place.name == ".wh..wh..opq" {
            if cleared.insert(parent).inserted { clear(parent) }
        } else if place.name.hasPrefix(mark) {
            let name = ByteString(place.name.bytes.dropFirst(mark.utf8.count))
            remove(name, in: parent)
        } else {
            var node = root
            for name in place.text.components {
                let next = node.children[name] ?? Node()
                node.children[name] = next
                node = next
            }
            node.member = Member(layer: layer, number: number)
            if !isFolder { node.children = [:] }
        }
    }

    /// Whether a member is what its path stands for.
    func has(_ place: RootPath, layer: Int, number: Int) -> Bool {
        node(place)?.member == Member(layer: layer, number: number)
    }

    private func node(_ place: RootPath) -> Node? {
        var node = root
        for name in place.text.components {
            guard let next = node.children[name] else { return nil }
            node = next
        }
        return node
    }

    /// Takes away what lower layers have in a folder.
    private func clear(_ place: RootPath) {
        guard let node = node(place) else { return }
        LayerPlan.clear(node, below: layer)
    }

    /// A path of Linux has at most 4,096 bytes, but a name in an archive may have more levels.
    private static func clear(_ node: Node, below layer: Int) {
        var waiting = [node]
        while let node = waiting.popLast() {
            for child in node.children.values {
                if let member = child.member, member.layer < layer { child.member = nil }
                waiting.append(child)
            }
        }
    }

    /// Takes away what lower layers have at a name, and below it.
    private func remove(_ name: ByteString, in parent: RootPath) {
        guard let child = node(parent)?.children[name] else { return }
        if let member = child.member, member.layer < layer { child.member = nil }
        LayerPlan.clear(child, below: layer)
    }
}
