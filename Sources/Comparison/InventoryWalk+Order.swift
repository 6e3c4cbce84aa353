import Anatomy
import Bytes
import Findings

extension InventoryWalk {
    /// Judges members that both sides have in another order.
    func judgeOrder() throws(SidedError) {
        let left = try guarding(walk.pair.left, walk.comparison.left, .left)
        let right = try guarding(walk.pair.right, walk.comparison.right, .right)
        let first = [left.first, right.first].compactMap { $0 }
        let isPinned =
            left.first != right.first
            && first.contains { walk.format.firstNames.contains($0) }
        let location = Location(walk.pair.chain, field: "\(walk.format.name).order")
        if let rule = walk.format.orderRule, walk.comparison.profile.allows(rule),
            left.permitsAnyOrder, right.permitsAnyOrder, !isPinned
        {
            collector.tolerate(rule, at: location, left: nil, right: nil)
            return
        }
        var finding = Finding(
            id: findingID(walk.pair.chain, location.field, .order), path: walk.pair.chain,
            field: location.field, kind: .order)
        finding.note = "members come in another order, which here can change what is unpacked"
        collector.add(finding)
    }

    private func guarding(
        _ layer: Layer, _ engine: Engine, _ side: Unread.Place
    ) throws(SidedError) -> OrderGuard {
        try onSide(side) { () throws(SourceError) in
            var guarding = OrderGuard()
            let cursor = try Cursor(layer, walk.format, engine)
            while let item = cursor.head {
                if case .member(let member) = item {
                    guarding.add(name: member.name, kind: member.kind, link: member.link)
                }
                try cursor.advance()
            }
            return guarding
        }
    }
}
