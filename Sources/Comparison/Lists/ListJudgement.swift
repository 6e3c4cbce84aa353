import Anatomy
import Bytes
import Findings
import Hashing

/// Decides which differences in lists of digests follow from others.
///
/// A list follows from the files that it names: if it differs only in entries that are right, each
/// on its own side, and each names a file in which a root difference lies, then it had to change.
/// A list that is wrong about a file of its own side stays a root.
struct ListJudgement {
    /// The comparison that has come to its end.
    private let comparison: ArtifactComparison
    /// What it found.
    private var collector: Collector { comparison.collector }

    /// Bytes of a list that is looked into.
    private static let sizeLimit = 32 << 20

    init(_ comparison: ArtifactComparison) { self.comparison = comparison }

    /// Looks at every root that is about the content of a list. A list that cannot be read again
    /// stays what it is.
    func run() {
        for finding in collector.findings where finding.role == .root && finding.kind == .content {
            guard finding.field == nil, let place = ListPlace(finding.path) else { continue }
            if let judgement = try? judge(finding, place) {
                collector.revise(finding.id, rootID: judgement.rootID, note: judgement.note)
            }
        }
        guard !collector.hasFindings else { return }
        checkSeals()
        guard !collector.hasFindings, !collector.unequal.isEmpty else { return }
        checkMentions()
    }

    /// Reports each place that says of a file what holds on one side only.
    private func checkMentions() {
        let files = collector.unequal
        let sides = (
            Mentions(comparison.left, comparison.leftEngine),
            Mentions(comparison.right, comparison.rightEngine)
        )
        let said = inParallel(
            { Result { () throws(SourceError) in try sides.0.all(of: files) } },
            { Result { () throws(SourceError) in try sides.1.all(of: files) } })
        do throws(SourceError) {
            let (left, right) = (try said.left.get(), try said.right.get())
            var place: [ByteString]?
            for mention in left.symmetricDifference(right).sorted(by: { $0.isBefore($1) })
            where mention.place != place {
                place = mention.place
                report(mention, isLeft: left.contains(mention))
            }
        } catch {
            collector.add(Problem(error, in: []), on: .both)
        }
    }

    private func report(_ mention: Mentions.Mention, isLeft: Bool) {
        let name = (mention.file.last ?? "").escaped
        var finding = Finding(
            id: findingID(mention.place, nil, .content), path: mention.place, kind: .content)
        finding.leftValue = isLeft ? "right about \(name)" : "wrong about it"
        finding.rightValue = isLeft ? "wrong about it" : "right about \(name)"
        finding.note = "it is the same, and holds a digest of what is not the same bytes"
        collector.add(finding)
    }

    /// Reports each seal that is the same on both sides, over what is not.
    private func checkSeals() {
        guard collector.hasTolerated else { return }
        let unequal = Seal.Unequal(collector.unequal)
        for path in collector.seals.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let name = path.last, let seal = Seal(name),
                let broken = unequal.broken(seal, at: path)
            else { continue }
            var finding = Finding(id: findingID(path, nil, .content), path: path, kind: .content)
            finding.note =
                "it vouches for \(broken.escaped), which is not the same bytes on both sides; it can "
                + "hold on one of them only"
            collector.add(finding)
        }
    }

    /// What became of a list.
    private struct Outcome {
        /// The root that it follows from; `nil` if it stands for itself.
        let rootID: String?
        /// What to say about it.
        let note: String
    }

    /// Two lists, entry by entry.
    private func judge(_ finding: Finding, _ place: ListPlace) throws(SourceError) -> Outcome? {
        let steps = finding.path.map { ListPlace.Step.name(OrderGuard.canonical($0)) }
        guard let left = try list(steps, place, comparison.left, comparison.leftEngine),
            let right = try list(steps, place, comparison.right, comparison.rightEngine)
        else { return nil }
        let a = Dictionary(uniqueKeysWithValues: left.entries.map { ($0.name, $0) })
        let b = Dictionary(uniqueKeysWithValues: right.entries.map { ($0.name, $0) })
        let changed = Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
        for (entries, artifact, engine, side) in [
            (a, comparison.left, comparison.leftEngine, "left"),
            (b, comparison.right, comparison.rightEngine, "right"),
        ] {
            let claims = changed.compactMap { entries[$0] }
            if let wrong = try firstWrong(claims, place, artifact, engine) {
                return Outcome(
                    rootID: nil,
                    note: "the \(side) list is wrong about \(wrong.escaped) of its own side")
            }
        }
        let order = (left.entries.map(\.name), right.entries.map(\.name))
        let keepsOrder =
            order.0.filter { b[$0] != nil } == order.1.filter { a[$0] != nil }
        guard keepsOrder, left.rest == right.rest, !changed.isEmpty else { return nil }
        let known = roots(in: place)
        let roots = changed.map { known[place.steps(to: $0)] }
        guard let first = roots.first, let rootID = first, !roots.contains(nil) else {
            return Outcome(
                rootID: nil,
                note: "right on each side, but what it lists differs in nothing else")
        }
        return Outcome(
            rootID: rootID, note: "\(changed.count) entries, each right on its own side")
    }

    /// The list of one side.
    private func list(
        _ steps: [ListPlace.Step], _ place: ListPlace, _ artifact: Artifact, _ engine: Engine
    ) throws(SourceError) -> DigestList? {
        var text: [UInt8] = []
        try MemberVisit(engine: engine).visit(artifact, [steps]) { _, layer throws(SourceError) in
            text = try MemberVisit(engine: engine).text(layer, atMost: ListJudgement.sizeLimit)
        }
        return text.count < ListJudgement.sizeLimit ? place.parse(text) : nil
    }

    /// The first file, in the order of `claims`, that is not what the list of its side says, or is
    /// not there.
    private func firstWrong(
        _ claims: [DigestList.Entry], _ place: ListPlace, _ artifact: Artifact, _ engine: Engine
    ) throws(SourceError) -> ByteString? {
        let byStep = Dictionary(
            claims.map { (place.steps(to: $0.name), $0) }, uniquingKeysWith: { first, _ in first })
        var right: Set<ByteString> = []
        try MemberVisit(engine: engine).visit(artifact, Set(byStep.keys)) {
            steps, layer throws(SourceError) in
            guard let claim = byStep[steps] else { return }
            var digests = Digests(Set(claim.digests.keys))
            let reader = try layer.reader()
            while let chunk = try reader.next() { digests.update(chunk) }
            let found = digests.entry(named: claim.name)
            if found.digests == claim.digests, claim.size ?? found.size == found.size {
                right.insert(claim.name)
            }
        }
        return claims.first { !right.contains($0.name) }?.name
    }

    /// The first root in or at each file of the container that the list is about.
    private func roots(in place: ListPlace) -> [[ListPlace.Step]: String] {
        var roots: [[ListPlace.Step]: String] = [:]
        let depth = place.container.count
        for finding in collector.findings where finding.role == .root && finding.path.count > depth
        {
            guard zip(place.container, finding.path).allSatisfy({ $0.fits($1) }) else { continue }
            let file = ListPlace.Step.name(OrderGuard.canonical(finding.path[depth]))
            let steps = place.container + [file]
            roots[steps] = roots[steps] ?? finding.id
        }
        return roots
    }
}
