import Anatomy
import Bytes
import Findings
import Hashing

/// The rest of two containers that list different things: an inventory of each, then one more pass
/// per side, in stream order, for the members that differ.
struct InventoryWalk {
    /// The walk in lock-step that got here; its cursors stand at the first item that does not fit.
    private let walk: ContainerWalk
    /// That of the whole comparison: findings come behind those of the walk in lock-step.
    private var collector: Collector { walk.comparison.collector }

    /// Takes over from `walk`, whose cursors it reads to their ends.
    init(_ walk: ContainerWalk) { self.walk = walk }

    /// A member by its name and how many of that name came before it.
    struct Key: Hashable {
        /// The name as the container has it, bytes for bytes.
        let name: ByteString
        /// From 0, counted from where the inventory began.
        let occurrence: Int
    }

    /// What is kept of a member: its key, and digests of its fields, its content and, where it is
    /// encoded, of the encoded bytes.
    struct Entry {
        let key: Key
        /// SHA-256 over the member's runs, in order, those behind its content included.
        var fields: Digest
        /// SHA-256 of the decoded content; `nil` if it has none.
        var content: Digest?
        /// SHA-256 of the encoded bytes; `nil` unless the member is encoded and they can be read
        /// again.
        var encoded: Digest?
        /// Of the decoded content, in bytes.
        var size: UInt64 = 0
    }

    /// What is left of one side.
    struct Inventory {
        /// In the order of the container.
        var members: [Entry] = []
        /// Runs that belong to the container and to no member.
        var runs: [FieldRun] = []
        /// Runs behind the member that both sides still had in step.
        var behind: [FieldRun] = []
        /// Items that came before the inventory began.
        var skipped = 0
    }

    /// Lists both rests, compares again what differs, reports what only one side has, and judges
    /// the order. Members pair by name and occurrence; those left over, by content.
    func run() throws(SidedError) {
        let left = try inventory(walk.left, walk.comparison.left, .left)
        let right = try inventory(walk.right, walk.comparison.right, .right)
        let leftByKey = Dictionary(uniqueKeysWithValues: left.members.map { ($0.key, $0) })
        let rightByKey = Dictionary(uniqueKeysWithValues: right.members.map { ($0.key, $0) })
        let common = left.members.filter { rightByKey[$0.key] != nil }.map(\.key)
        let unequal = common.filter { key in
            guard let a = leftByKey[key], let b = rightByKey[key] else { return false }
            return a.fields != b.fields || a.content != b.content || a.encoded != b.encoded
        }
        for key in common { collector.note(common: walk.chain(key.name)) }
        if !unequal.isEmpty { try compareAgain(unequal, left.skipped, right.skipped) }
        reportMissing(
            left.members.filter { rightByKey[$0.key] == nil },
            right.members.filter { leftByKey[$0.key] == nil })
        let member = (left.behind + right.behind).first?.member
        walk.compareOuterRuns(left.behind, right.behind, member: member)
        walk.compareOuterRuns(left.runs, right.runs, member: nil)
        let order = right.members.map(\.key).filter { leftByKey[$0] != nil }
        if common != order { try judgeOrder() }
    }

    // MARK: The inventory

    /// Reads the rest of one side. Every content is decoded and hashed here, once.
    private func inventory(
        _ cursor: Cursor, _ engine: Engine, _ side: Unread.Place
    ) throws(SidedError) -> Inventory {
        try onSide(side) { () throws(SourceError) in
            var inventory = Inventory()
            var counts: [ByteString: Int] = [:]
            inventory.skipped = cursor.passed
            while let item = cursor.head {
                switch item {
                case .run(let run) where run.member == nil: inventory.runs.append(run)
                case .run(let run):
                    guard let last = inventory.members.indices.last else {
                        inventory.behind.append(run)
                        break
                    }
                    let fields = inventory.members[last].fields
                    inventory.members[last].fields = InventoryWalk.digest([run], after: fields)
                case .member(let member):
                    if member.link != nil { walk.note(link: member.name) }
                    let count = counts[member.name, default: 0]
                    counts[member.name] = count + 1
                    var entry = Entry(
                        key: Key(name: member.name, occurrence: count),
                        fields: InventoryWalk.digest(member.runs, after: nil))
                    try read(member, cursor, engine, into: &entry)
                    inventory.members.append(entry)
                }
                try cursor.advance()
            }
            return inventory
        }
    }

    /// Fills in what a member's content came to. The size is that of the bytes read, whatever the
    /// header says.
    private func read(
        _ member: Member, _ cursor: Cursor, _ engine: Engine, into entry: inout Entry
    ) throws(SourceError) {
        guard member.hasContent else { return }
        let content = try cursor.content(of: member, engine, readsAhead: false)
        if Companions.isWanted(member.name) {
            walk.note(member.name, start: try content.layer.start(Companions.lookahead))
        }
        var hash = SHA256()
        let reader = try content.layer.reader()
        while let chunk = try reader.next() {
            hash.update(chunk)
            entry.size += UInt64(chunk.count)
        }
        entry.content = hash.finish()
        // Other encoded bytes of the same length show in no field.
        if let range = member.encodedRange {
            entry.encoded = EncodedContent(cursor.layer, [range]).digest
        }
    }

    /// A digest over what the fields are made of, their offsets left out: a member may stand
    /// elsewhere.
    ///
    /// - Parameter previous: the digest of the runs that came before.
    private static func digest(_ runs: [FieldRun], after previous: Digest?) -> Digest {
        var hash = SHA256()
        if let previous { hash.update(previous.bytes) }
        for run in runs {
            hash.update(
                Array("\(run.id) \(run.range.length) \(run.bytes.count) \(run.isZeros) ".utf8))
            hash.update(run.bytes)
        }
        return hash.finish()
    }

    // MARK: Members that differ

    /// A left member that waits for its right twin.
    private struct Held {
        let member: Member
        /// Its content, kept so that it can be read at random; `nil` if it has none.
        let layer: Layer?
        /// Runs behind its content that have not met their twins yet.
        var runs: [FieldRun]
    }

    /// One more pass per side for the members that differ: the left ones are kept, then the right
    /// ones are compared as they come by. Traps if a side is a stream that was not kept.
    private func compareAgain(
        _ wanted: [Key], _ leftSkipped: Int, _ rightSkipped: Int
    ) throws(SidedError) {
        guard walk.pair.left.isRepeatable, walk.pair.right.isRepeatable else {
            preconditionFailure("containers inside streams are kept before they are walked")
        }
        var held = try hold(Set(wanted), skipping: leftSkipped)
        let engine = walk.comparison.right
        let cursor = try onSide(.right) { () throws(SourceError) in
            try Cursor(walk.pair.right, walk.format, engine)
        }
        var last: Key?
        try forEachItem(cursor, .right, skipping: rightSkipped) { item, key throws(SidedError) in
            switch item {
            case .run(let run):
                guard run.member != nil, let last, let twin = held[last] else { return }
                let runs = twin.runs.filter { $0.id == run.id }
                walk.compareOuterRuns(runs, [run], member: run.member)
                held[last]?.runs.removeAll { $0.id == run.id }
            case .member(let member):
                last = key
                guard let key, let twin = held[key] else { return }
                try compare(twin, member, cursor)
            }
        }
        // What is left has no twin on the right.
        for key in wanted { walk.compareOuterRuns(held[key]?.runs ?? [], [], member: key.name) }
    }

    /// Compares a right member, which the cursor stands at, with its left twin. Content on one side
    /// only is a finding.
    private func compare(_ twin: Held, _ member: Member, _ cursor: Cursor) throws(SidedError) {
        try walk.compareMembers(twin.member, member) { () throws(SidedError) in
            guard let left = twin.layer, member.hasContent else {
                if twin.layer != nil || member.hasContent {
                    walk.reportMissingContent(twin.member, member)
                }
                return
            }
            let content = try onSide(.right) { () throws(SourceError) in
                try cursor.content(of: member, walk.comparison.right, readsAhead: false)
            }
            let pair = LayerComparison.Pair(
                left: left, right: content.layer, chain: walk.chain(member.name),
                depth: walk.pair.depth + 1)
            try walk.compareStored(pair, twin.member, member)
        }
    }

    /// Keeps the wanted members of the left.
    private func hold(_ wanted: Set<Key>, skipping: Int) throws(SidedError) -> [Key: Held] {
        var held: [Key: Held] = [:]
        var last: Key?
        let engine = walk.comparison.left
        let cursor = try onSide(.left) { () throws(SourceError) in
            try Cursor(walk.pair.left, walk.format, engine)
        }
        try forEachItem(cursor, .left, skipping: skipping) { item, key throws(SidedError) in
            switch item {
            case .run(let run):
                if run.member != nil, let last { held[last]?.runs.append(run) }
            case .member(let member):
                last = key
                guard let key, wanted.contains(key) else { return }
                let layer = try onSide(.left) { () throws(SourceError) -> Layer? in
                    guard member.hasContent else { return nil }
                    let content = try cursor.content(of: member, engine, readsAhead: false)
                    _ = try content.layer.random()
                    return content.layer
                }
                held[key] = Held(member: member, layer: layer, runs: [])
            }
        }
        return held
    }

    /// Visits the items behind the first `skipping`, members with their keys.
    private func forEachItem(
        _ cursor: Cursor, _ side: Unread.Place, skipping: Int,
        _ visit: (Cursor.Item, Key?) throws(SidedError) -> Void
    ) throws(SidedError) {
        var counts: [ByteString: Int] = [:]
        while let item = cursor.head {
            if cursor.passed >= skipping {
                var key: Key?
                if case .member(let member) = item {
                    let count = counts[member.name, default: 0]
                    counts[member.name] = count + 1
                    key = Key(name: member.name, occurrence: count)
                }
                try visit(item, key)
            }
            try onSide(side) { () throws(SourceError) in try cursor.advance() }
        }
    }

    // MARK: Members of one side

    /// Pairs members of one content as moved, each at most once, in the order of the left; the rest
    /// is reported as being on one side only. Empty files are never moved: they all look the same.
    private func reportMissing(_ left: [Entry], _ right: [Entry]) {
        var byContent: [Digest: [Entry]] = [:]
        for entry in right where entry.size > 0 {
            if let content = entry.content { byContent[content, default: []].append(entry) }
        }
        var moved: Set<Key> = []
        for entry in left {
            let twins = entry.content.flatMap { byContent[$0] } ?? []
            if entry.size > 0, let twin = twins.first(where: { !moved.contains($0.key) }) {
                moved.insert(twin.key)
                var finding = walk.finding(entry.key.name, .moved)
                finding.leftValue = entry.key.name.escaped
                finding.rightValue = twin.key.name.escaped
                collector.add(finding)
                continue
            }
            var finding = walk.finding(entry.key.name, .member)
            finding.leftValue = InventoryWalk.summary(entry)
            collector.add(finding)
        }
        for entry in right where !moved.contains(entry.key) {
            var finding = walk.finding(entry.key.name, .member)
            finding.rightValue = InventoryWalk.summary(entry)
            collector.add(finding)
        }
    }

    /// What a member that only one side has is shown as.
    private static func summary(_ entry: Entry) -> String {
        entry.content.map { "\(entry.size) bytes, sha256 \($0.hex)" } ?? "no content"
    }

    // MARK: Order

    /// Tolerates another order if a rule allows it, neither side gives a reason why order matters,
    /// and members that keep their place have kept it; else it is a root. Takes one more pass over
    /// all members of each side.
    private func judgeOrder() throws(SidedError) {
        let left = try guarding(walk.pair.left, walk.comparison.left, .left)
        let right = try guarding(walk.pair.right, walk.comparison.right, .right)
        let location = Location(walk.pair.chain, field: "\(walk.format.name).order")
        if let rule = walk.format.orderRule, walk.comparison.profile.allows(rule),
            !walk.companions.protectsAll, left.permitsOrder(of: right)
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

    /// What one side's members say about their order.
    private func guarding(
        _ layer: Layer, _ engine: Engine, _ side: Unread.Place
    ) throws(SidedError) -> OrderGuard {
        try onSide(side) { () throws(SourceError) in
            var guarding = OrderGuard(marks: walk.format.orderMarks)
            let cursor = try Cursor(layer, walk.format, engine)
            while let item = cursor.head {
                if case .member(let member) = item {
                    guarding.add(member)
                }
                try cursor.advance()
            }
            return guarding
        }
    }
}
