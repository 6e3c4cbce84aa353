import Anatomy
import Bytes
import Findings

extension LayerComparison {
    /// Compares two leaves of one format. What is text is walked to see whether rules cover all
    /// that differs; if not, its lines are shown, which say more to people.
    func compareLeaves(_ format: Format, _ pair: Pair) {
        let before = collector.mark
        if isTextual(pair.left), isTextual(pair.right) {
            let tolerated = tolerated(format, pair)
            guard let tolerated, !tolerated.isEmpty else { return compareLeaf(pair) }
            for item in tolerated {
                guard let rule = format.rules.first(where: { $0.name == item.rule }) else {
                    return compareLeaf(pair)
                }
                collector.tolerate(rule, at: item.location, left: item.left, right: item.right)
            }
            return
        }
        walk(format, pair)
        if collector.mark == before { compareLeaf(pair) }
    }

    /// What rules tolerate of two leaves; `nil` if anything else differs, or cannot be read.
    private func tolerated(_ format: Format, _ pair: Pair) -> [Tolerated]? {
        var items: [Tolerated] = []
        let scratch = Collector(limits: left.limits) { items.append($0) }
        let start = scratch.mark
        LayerComparison(
            left: left, right: right, profile: profile, collector: scratch, makesDigests: false
        ).walk(format, pair)
        return scratch.hasOnlyTolerated(since: start) ? items : nil
    }

    /// Walks two leaves; what differs goes to the collector.
    private func walk(_ format: Format, _ pair: Pair) {
        do throws(SidedError) {
            try LeafWalk(self, format, pair).run()
        } catch {
            add(error, in: pair.chain)
        }
    }
}

/// The walk through two leaves of one format. All parts of both are listed first and paired by
/// name, so that a part which only one side has does not put the rest out of step.
struct LeafWalk {
    /// Locates what differs in contents, and has the collector.
    private let comparison: LayerComparison
    private let format: Format
    private let pair: LayerComparison.Pair

    init(_ comparison: LayerComparison, _ format: Format, _ pair: LayerComparison.Pair) {
        self.comparison = comparison
        self.format = format
        self.pair = pair
    }

    /// What two sides are paired by: the name of a part and how many of that name came before it.
    private struct Key: Hashable {
        /// That of a run; `nil` for a member.
        let run: String?
        let member: ByteString?
        let occurrence: Int
    }

    /// A part with its key.
    private struct Item {
        enum Body {
            case run(FieldRun)
            case member(Member)
        }
        let key: Key
        let body: Body
    }

    /// Fields that differ and follow from others, with their place.
    private typealias Derived = (chain: [ByteString], left: Field?, right: Field?)

    /// Compares all parts, in the order of the left and then of those that only the right has.
    func run() throws(SidedError) {
        let start = comparison.collector.mark
        let left = try onSide(.left) { () throws(SourceError) in
            try items(pair.left, comparison.left)
        }
        let right = try onSide(.right) { () throws(SourceError) in
            try items(pair.right, comparison.right)
        }
        let leftKeys = Set(left.map(\.key))
        let rightByKey = Dictionary(uniqueKeysWithValues: right.map { ($0.key, $0) })
        var derived: [Derived] = []
        for item in left { try compare(item, rightByKey[item.key], &derived) }
        for item in right where !leftKeys.contains(item.key) { try compare(nil, item, &derived) }
        let order = right.map(\.key).filter { leftKeys.contains($0) }
        if left.map(\.key).filter({ rightByKey[$0] != nil }) != order { reportOrder() }
        settle(derived, since: start)
    }

    /// The parts of one side. Runs that a member carries come with it.
    private func items(_ layer: Layer, _ engine: Engine) throws(SourceError) -> [Item] {
        let dissector = try format.dissector(of: layer, engine.limits)
        var items: [Item] = []
        var counts: [Key: Int] = [:]
        func add(_ run: String?, _ member: ByteString?, _ body: Item.Body) {
            let name = Key(run: run, member: member, occurrence: 0)
            let count = counts[name, default: 0]
            counts[name] = count + 1
            items.append(Item(key: Key(run: run, member: member, occurrence: count), body: body))
        }
        while let part = try dissector.next() {
            switch part {
            case .fields(let run): add(run.id, run.member, .run(run))
            case .member(let member): add(nil, member.name, .member(member))
            case .carried, .content, .encoding: break
            }
        }
        return items
    }

    // MARK: Parts

    /// Compares a part with its twin, or reports that it has none.
    private func compare(
        _ left: Item?, _ right: Item?, _ derived: inout [Derived]
    ) throws(SidedError) {
        switch (left?.body, right?.body) {
        case (.run(let a), .run(let b)): compareRuns([a], [b], of: a.member, &derived)
        case (.run(let run), nil): compareRuns([run], [], of: run.member, &derived)
        case (nil, .run(let run)): compareRuns([], [run], of: run.member, &derived)
        case (.member(let a), .member(let b)): try compareMembers(a, b, &derived)
        case (.member(let member), nil): reportMissing(member, isLeft: true)
        case (nil, .member(let member)): reportMissing(member, isLeft: false)
        default: break
        }
    }

    private func chain(_ member: ByteString?) -> [ByteString] {
        pair.chain + (member.map { [$0] } ?? [])
    }

    private func fields(_ chain: [ByteString]) -> FieldComparison {
        FieldComparison(
            format: format, profile: comparison.profile, collector: comparison.collector,
            chain: chain)
    }

    /// Compares runs, paired by their names in order. A run without a twin that says nothing of its
    /// own follows from the rest.
    private func compareRuns(
        _ left: [FieldRun], _ right: [FieldRun], of member: ByteString?, _ derived: inout [Derived]
    ) {
        let chain = chain(member)
        var rest = right
        func compare(_ a: FieldRun?, _ b: FieldRun?) {
            if a == nil || b == nil {
                let lone = (a.map { format.expand($0) } ?? []) + (b.map { format.expand($0) } ?? [])
                if lone.allSatisfy({ $0.isDerived }) {
                    derived += lone.map { (chain, a == nil ? nil : $0, a == nil ? $0 : nil) }
                    return
                }
            }
            let outcome = fields(chain).compare(a, b, isTimed: false)
            derived += outcome.derived.map { (chain, $0.left, $0.right) }
        }
        for run in left {
            let index = rest.firstIndex { $0.id == run.id }
            compare(run, index.map { rest.remove(at: $0) })
        }
        for run in rest { compare(nil, run) }
    }

    /// Compares what members say of themselves, and their bytes.
    private func compareMembers(
        _ a: Member, _ b: Member, _ derived: inout [Derived]
    ) throws(SidedError) {
        compareRuns(a.runs, b.runs, of: a.name, &derived)
        guard case .stored(let left) = a.storage, case .stored(let right) = b.storage else {
            if a.hasContent || b.hasContent {
                reportMissing(a.hasContent ? a : b, isLeft: a.hasContent)
            }
            return
        }
        guard try !isSame(left, right) else { return }
        comparison.compareLeaf(
            LayerComparison.Pair(
                left: pair.left.part(left, traits: []), right: pair.right.part(right, traits: []),
                chain: chain(a.name), depth: pair.depth + 1))
    }

    /// Bytes that are read at once to see whether they are the same; longer ones are compared as
    /// streams.
    private static let glance: UInt64 = 64 * 1024

    /// Whether two short contents are the same. Most are, and this costs less than a pass.
    private func isSame(_ left: ByteRange, _ right: ByteRange) throws(SidedError) -> Bool {
        guard left.length == right.length, left.length <= LeafWalk.glance else { return false }
        let a = try onSide(.left) { () throws(SourceError) in
            try pair.left.random().read(left)
        }
        let b = try onSide(.right) { () throws(SourceError) in
            try pair.right.random().read(right)
        }
        return a == b
    }

    // MARK: Findings

    /// Records a member, or the content of one, that only one side has.
    private func reportMissing(_ member: Member, isLeft: Bool) {
        let chain = chain(member.name)
        var finding = Finding(id: findingID(chain, nil, .member), path: chain, kind: .member)
        var length: UInt64 = 0
        if case .stored(let range) = member.storage { length = range.length }
        let extent = Extent(ByteRange(start: 0, length: length))
        if isLeft { finding.left = extent } else { finding.right = extent }
        if isLeft { finding.leftValue = "\(length) bytes" }
        if !isLeft { finding.rightValue = "\(length) bytes" }
        comparison.collector.add(finding)
    }

    /// Records that the parts which both sides have come in another order.
    private func reportOrder() {
        let field = "\(format.name).order"
        var finding = Finding(
            id: findingID(pair.chain, field, .order), path: pair.chain, field: field, kind: .order)
        finding.note = "the same parts come in another order"
        comparison.collector.add(finding)
    }

    /// What follows from others hangs on the first root; beside tolerated differences alone it
    /// needs no word; and if nothing else differs, it stands for itself.
    private func settle(_ derived: [Derived], since start: Collector.Mark) {
        let isAlone = comparison.collector.mark == start
        let root = comparison.collector.firstRoot(since: start)
        for (chain, left, right) in derived {
            if let root {
                fields(chain).derive([(left, right)], from: root)
            } else if isAlone, let field = left ?? right {
                report(field, left, right, chain)
            }
        }
    }

    /// Records a root about a field that follows from nothing else that differs.
    private func report(_ field: Field, _ left: Field?, _ right: Field?, _ chain: [ByteString]) {
        var finding = Finding(
            id: findingID(chain, field.id, .field), path: chain, field: field.id, kind: .field)
        finding.left = left.map { Extent($0.range) }
        finding.right = right.map { Extent($0.range) }
        finding.leftValue = left.map { "0x" + Hex.encode($0.bytes.prefix(32)) }
        finding.rightValue = right.map { "0x" + Hex.encode($0.bytes.prefix(32)) }
        comparison.collector.add(finding)
    }
}

extension Field {
    /// Whether the bytes follow from others.
    fileprivate var isDerived: Bool {
        if case .derived = role { true } else { false }
    }
}
