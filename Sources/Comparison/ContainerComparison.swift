import Anatomy
import Bytes
import Findings

extension LayerComparison {
    /// Compares two containers of one format.
    func compareContainers(_ format: Format, _ pair: Pair) {
        let before = collector.mark
        do throws(SidedError) {
            let leftCursor = try onSide(.left) { () throws(SourceError) in
                try Cursor(pair.left, format, left)
            }
            let rightCursor = try onSide(.right) { () throws(SourceError) in
                try Cursor(pair.right, format, right)
            }
            let walk = ContainerWalk(self, format, pair, leftCursor, rightCursor)
            try walk.run()
            if !format.isFramingAccounted, collector.hasOnlyTolerated(since: before) {
                collector.add(framing(pair))
            }
        } catch {
            add(error, in: pair.chain)
        }
    }

    /// Equal members in a container that no dissector accounts for.
    private func framing(_ pair: Pair) -> Finding {
        var finding = Finding(
            id: findingID(pair.chain, nil, .framing), path: pair.chain, kind: .framing)
        finding.ranges = pair.pass?.ranges.ranges ?? []
        finding.omittedRanges = pair.pass?.ranges.omitted ?? 0
        finding.left = finding.ranges.first.map { Extent($0.left) }
        finding.right = finding.ranges.first.map { Extent($0.right) }
        finding.note = "the members agree, but not every byte of this format is accounted for"
        return finding
    }

    /// Compares the contents of two compressed files of different formats.
    func compareContents(of pair: Pair, _ leftFormat: Format, _ rightFormat: Format) {
        do throws(SidedError) {
            let a = try onSide(.left) { () throws(SourceError) in
                try Cursor(pair.left, leftFormat, left)
            }
            let b = try onSide(.right) { () throws(SourceError) in
                try Cursor(pair.right, rightFormat, right)
            }
            let leftContent = try onSide(.left) { () throws(SourceError) in
                try a.onlyContent(left)
            }
            let rightContent = try onSide(.right) { () throws(SourceError) in
                try b.onlyContent(right)
            }
            guard let leftContent, let rightContent else { return }
            compare(
                Pair(
                    left: leftContent.layer, right: rightContent.layer, chain: pair.chain,
                    depth: pair.depth + 1))
            leftContent.finish()
            rightContent.finish()
            try onSide(.left) { () throws(SourceError) in try a.drain() }
            try onSide(.right) { () throws(SourceError) in try b.drain() }
        } catch {
            add(error, in: pair.chain)
        }
    }
}

extension Cursor {
    /// The content of the first member, which in a compressed file is the only one.
    func onlyContent(_ engine: Engine) throws(SourceError) -> Engine.Content? {
        while let item = head {
            if case .member(let member) = item {
                return try content(of: member, engine, readsAhead: true)
            }
            try advance()
        }
        return nil
    }

    /// Passes over the rest, so that all of it is verified.
    func drain() throws(SourceError) {
        while head != nil { try advance() }
    }
}

/// The walk through two containers of one format, in lock-step for as long as they list the same.
final class ContainerWalk {
    /// What compares the contents found on the way, and holds both engines.
    let comparison: LayerComparison
    /// The format of both layers.
    let format: Format
    /// The two containers, with their chain and depth.
    let pair: LayerComparison.Pair
    /// Both stand at the first item in which the containers do not list the same.
    let left, right: Cursor
    /// Which rules may tolerate what is found.
    private let profile: Profile
    /// Where findings go, in the order of the walk.
    private let collector: Collector
    /// The links and compiled files of both sides.
    private(set) var companions = Companions()
    /// How many differences in times a rule would tolerate.
    private var toleratedTimes = 0
    /// Tolerable differences in times that a companion may be checked against.
    private var times: [(member: ByteString, chain: [ByteString], time: FieldComparison.Time)] = []
    /// Whether the content compared last agrees, or differs only in what rules tolerate.
    private var contentAgrees = false
    /// Differing fields of the container that follow from others, with the member they stand
    /// behind.
    private var following: [(member: ByteString?, left: Field?, right: Field?)] = []

    /// Both cursors have to stand at the beginning of the pair's layers.
    init(
        _ comparison: LayerComparison, _ format: Format, _ pair: LayerComparison.Pair,
        _ left: Cursor, _ right: Cursor
    ) {
        self.comparison = comparison
        self.format = format
        self.pair = pair
        self.left = left
        self.right = right
        profile = comparison.profile
        collector = comparison.collector
    }

    /// Walks to the end of both.
    func run() throws(SidedError) {
        let start = collector.mark
        while left.head != nil || right.head != nil {
            guard try step() else {
                let inventory = InventoryWalk(self)
                try inventory.run()
                break
            }
        }
        settleTimes()
        settleFollowing(since: start)
        if format.shape == .compressed, contentAgrees {
            compareEncoded(left.encoded, right.encoded, of: nil)
        }
    }

    /// Compares what both cursors stand at; `false` if they stand at different things.
    private func step() throws(SidedError) -> Bool {
        switch (left.head, right.head) {
        case (.run(let a), .run(let b)) where a.id == b.id && a.member == b.member:
            compareOuterRuns([a], [b], member: a.member)
        case (.member(let a), .member(let b)) where a.name == b.name:
            try compareMembers(a, b)
        default: return false
        }
        try advance()
        return true
    }

    /// Takes both sides on. An error of the left hides one of the right.
    private func advance() throws(SidedError) {
        try onSide(.left) { () throws(SourceError) in try left.advance() }
        try onSide(.right) { () throws(SourceError) in try right.advance() }
    }

    // MARK: Fields

    /// The chain of names to a member; the one member of a compressed file has no name of its own.
    func chain(_ member: ByteString?) -> [ByteString] {
        guard let member, !member.isEmpty else { return pair.chain }
        return pair.chain + [member]
    }

    /// Compares runs that no member carries; what follows from others waits for the end of the
    /// walk.
    func compareOuterRuns(_ left: [FieldRun], _ right: [FieldRun], member: ByteString?) {
        for pair in compareRuns(left, right, member: member) {
            following.append((member, pair.left, pair.right))
        }
    }

    /// Reports what follows from the first root of the walk. Where there is none, only rules have
    /// spoken: then the fields follow from what those tolerate.
    private func settleFollowing(since start: Collector.Mark) {
        guard let root = collector.firstRoot(since: start) else { return }
        for (member, left, right) in following {
            FieldComparison(
                format: format, profile: profile, collector: collector, chain: chain(member)
            ).derive([(left, right)], from: root)
        }
    }

    /// Compares runs of fields, paired by their names, and returns those that follow from others.
    private func compareRuns(
        _ left: [FieldRun], _ right: [FieldRun], member: ByteString?
    ) -> [(left: Field?, right: Field?)] {
        let chain = chain(member)
        let fields = FieldComparison(
            format: format, profile: profile, collector: collector, chain: chain)
        let isTimed = member.map { Companions.isTimed($0) } ?? false
        var derived: [(left: Field?, right: Field?)] = []
        var rest = right
        for run in left {
            let index = rest.firstIndex { $0.id == run.id }
            let twin = index.map { rest.remove(at: $0) }
            let outcome = fields.compare(run, twin, isTimed: isTimed)
            derived += outcome.derived
            note(outcome, of: member, chain)
        }
        for run in rest {
            let outcome = fields.compare(nil, run, isTimed: isTimed)
            derived += outcome.derived
            note(outcome, of: member, chain)
        }
        return derived
    }

    /// Puts times off until all companions are known: one may come after the file it is checked
    /// against.
    private func note(
        _ outcome: FieldComparison.Outcome, of member: ByteString?, _ chain: [ByteString]
    ) {
        toleratedTimes += outcome.toleratedTimes + outcome.times.count
        for time in outcome.times { times.append((member ?? "", chain, time)) }
    }

    /// Decides about times now that all companions are known.
    private func settleTimes() {
        for (member, chain, time) in times {
            let fields = FieldComparison(
                format: format, profile: profile, collector: collector, chain: chain)
            if companions.protects(member) {
                fields.report(
                    time.pair,
                    note: "a compiled companion in the same container is checked against this time")
            } else {
                fields.tolerate(time.rule, time.pair)
            }
        }
        times = []
        if companions.protectsAll, toleratedTimes > 0 {
            var finding = Finding(
                id: findingID(pair.chain, "\(format.name).mtime", .field), path: pair.chain,
                field: "\(format.name).mtime", kind: .field)
            finding.note =
                "\(toleratedTimes) times differ, and through a link a compiled companion may be "
                + "checked against any of them"
            collector.add(finding)
        }
    }

    // MARK: Members

    /// Compares two members that the cursors stand at.
    private func compareMembers(_ a: Member, _ b: Member) throws(SidedError) {
        try compareMembers(a, b) { () throws(SidedError) in try compareContents(a, b) }
    }

    /// Compares two members whose contents `compareContents` compares.
    func compareMembers(
        _ a: Member, _ b: Member, _ compareContents: () throws(SidedError) -> Void
    ) throws(SidedError) {
        for member in [a, b] where member.link != nil { companions.add(link: member.name) }
        collector.note(common: chain(a.name))
        let start = collector.mark
        let putOff = times.count
        let derived = compareRuns(a.runs, b.runs, member: a.name)
        let mark = collector.mark
        try compareContents()
        let contentIsEqual = a.hasContent == b.hasContent && collector.mark == mark
        contentAgrees = a.hasContent && b.hasContent && collector.hasOnlyTolerated(since: mark)
        if contentAgrees, let x = a.encodedRange, let y = b.encodedRange {
            compareEncoded([x], [y], of: a.name)
        }
        let fields = FieldComparison(
            format: format, profile: profile, collector: collector, chain: chain(a.name))
        // A checksum that follows from a time is no spelling, though the time is judged later.
        let isAlone = collector.mark == start && times.count == putOff
        let root = collector.firstRoot(since: start)
        for (left, right) in derived {
            guard let field = left ?? right else { continue }
            // What follows from equal bytes is equal too, and only written down differently.
            let isSpelling =
                contentIsEqual && field.role == .derived(from: "content")
                && field.id != "zip.compressed-size"
            if isSpelling || (isAlone && field.role != .derived(from: "zip.layout")) {
                fields.judgeEncoding(left, right, field)
            } else if let root {
                fields.derive([(left, right)], from: root)
            }
        }
    }

    /// Compares contents straight from the walk, without keeping them first. In a compressed file
    /// they are compared as layers of their own, else byte by byte.
    private func compareContents(_ a: Member, _ b: Member) throws(SidedError) {
        guard a.hasContent, b.hasContent else {
            if a.hasContent != b.hasContent { reportMissingContent(a, b) }
            return
        }
        let isCompressed = format.shape == .compressed
        let leftContent = try onSide(.left) { () throws(SourceError) in
            try left.content(of: a, comparison.left, readsAhead: isCompressed)
        }
        let rightContent = try onSide(.right) { () throws(SourceError) in
            try right.content(of: b, comparison.right, readsAhead: isCompressed)
        }
        defer {
            leftContent.finish()
            rightContent.finish()
        }
        let inner = LayerComparison.Pair(
            left: leftContent.layer, right: rightContent.layer, chain: chain(a.name),
            depth: pair.depth + 1)
        if isCompressed {
            comparison.compare(inner)
        } else {
            try compareStored(inner, a, b)
        }
    }

    /// Compares contents byte by byte, and looks into them if they differ.
    func compareStored(
        _ inner: LayerComparison.Pair, _ a: Member, _ b: Member
    ) throws(SidedError) {
        let pass = ContentPass(
            limits: comparison.left.limits, leftEngine: comparison.left,
            rightEngine: comparison.right)
        let outcome = try pass.run(inner.left, inner.right)
        note(a.name, start: outcome.leftStart)
        note(b.name, start: outcome.rightStart)
        guard !outcome.isEqual else { return }
        collector.note(unequal: inner.chain)
        var differing = LayerComparison.Pair(
            left: outcome.left ?? inner.left, right: outcome.right ?? inner.right,
            chain: inner.chain, depth: inner.depth)
        differing.pass = outcome
        if outcome.left == nil || outcome.right == nil {
            // Neither container nor text, and not to be read again: the pass has all there is.
            comparison.compareLeaf(differing)
        } else {
            comparison.compare(differing)
        }
    }

    /// Remembers a link, which a companion may be reached by.
    func note(link name: ByteString) { companions.add(link: name) }

    /// Remembers a compiled file, which a source on either side may be checked against.
    func note(_ name: ByteString, start: Chunk) {
        companions.add(name, start: start)
    }

    /// A root difference about a whole member.
    func finding(_ member: ByteString, _ kind: Finding.Kind) -> Finding {
        Finding(id: findingID(chain(member), nil, kind), path: chain(member), kind: kind)
    }

    /// Records that only one side of a member has content.
    func reportMissingContent(_ a: Member, _ b: Member) {
        var finding = finding(a.name, .content)
        finding.leftValue = a.hasContent ? "content" : "no content"
        finding.rightValue = b.hasContent ? "content" : "no content"
        collector.add(finding)
    }

    // MARK: Encoded bytes

    /// The contents agree, so what else differs is how they are encoded.
    private func compareEncoded(
        _ leftTiles: [ByteRange], _ rightTiles: [ByteRange], of member: ByteString?
    ) {
        guard let rule = format.compressionRule else { return }
        let a = EncodedContent(pair.left, leftTiles)
        let b = EncodedContent(pair.right, rightTiles)
        guard a.digest == nil || a.digest != b.digest else { return }
        let field = "\(format.name).content"
        let chain = chain(member)
        if profile.allows(rule) {
            collector.tolerate(
                rule, at: Location(chain, field: field), left: a.description, right: b.description)
            return
        }
        var finding = Finding(
            id: findingID(chain, field, .codec), path: chain, field: field, kind: .codec)
        finding.leftValue = a.description
        finding.rightValue = b.description
        finding.note = "the same content, compressed differently"
        collector.add(finding)
    }
}
