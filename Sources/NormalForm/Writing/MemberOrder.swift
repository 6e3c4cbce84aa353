import Anatomy
import Bytes

/// The order in which members are written where it is free: those that keep their place, then
/// folders before what they hold, names by their bytes, each hard link right behind its target.
struct MemberOrder {
    /// What the order depends on.
    struct Item {
        let name: ByteString
        let kind: Member.Kind
        let link: ByteString?
    }

    private let items: [Item]
    /// Paths as ``OrderGuard`` has them, with the slash below every other byte, so that what a
    /// folder holds follows it at once.
    private let keys: [[UInt8]]

    init(_ items: [Item]) {
        self.items = items
        keys = items.map { item in
            OrderGuard.canonical(item.name).bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
        }
    }

    /// The indices of the members in the order to be written. It depends on the set of members
    /// only, as long as their paths are unique, and on the first `pinned`, which stay.
    func sorted(pinned: Int) -> [Int] {
        let plain = items.indices.dropFirst(pinned).sorted {
            keys[$0].lexicographicallyPrecedes(keys[$1])
        }
        let fixed = Array(items.indices.prefix(pinned))
        let first = withLinksBehindTargets(fixed + plain)
        if permits(first) { return first }
        // A folder may be the parent of a path in other letters only: then depth decides.
        let depths = keys.map { key in key.count { $0 == 0 } }
        return withLinksBehindTargets(
            fixed
                + plain.sorted {
                    depths[$0] != depths[$1]
                        ? depths[$0] < depths[$1] : keys[$0].lexicographicallyPrecedes(keys[$1])
                })
    }

    private func permits(_ order: [Int]) -> Bool {
        var guarding = OrderGuard()
        for index in order {
            let item = items[index]
            guarding.add(name: item.name, kind: item.kind, link: item.link)
        }
        return guarding.pinnedCount != nil
    }

    /// Moves hard links that come before their targets right behind these.
    private func withLinksBehindTargets(_ order: [Int]) -> [Int] {
        var placed: Set<ByteString> = []
        var waiting: [ByteString: [Int]] = [:]
        var result: [Int] = []
        for index in order {
            var ready = [index]
            while let next = ready.popLast() {
                let path = OrderGuard.canonical(items[next].name)
                if let target = target(of: next), target != path, !placed.contains(target) {
                    waiting[target, default: []].append(next)
                    continue
                }
                result.append(next)
                placed.insert(path)
                ready += (waiting.removeValue(forKey: path) ?? []).reversed()
            }
        }
        // Links whose targets are nowhere; the guard lets no such member through.
        return result + waiting.values.flatMap { $0 }.sorted()
    }

    private func target(of index: Int) -> ByteString? {
        guard items[index].kind == .hardlink, let link = items[index].link else { return nil }
        return OrderGuard.canonical(link)
    }
}
