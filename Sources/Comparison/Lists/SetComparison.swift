import Anatomy
import Bytes
import Findings
import Hashing
import NormalForm

/// Compares two lists of files with the files that they name.
struct SetComparison {
    /// The comparison that this is part of: options, collector, engines.
    private let comparison: ArtifactComparison
    /// The lists, with their files.
    private let left, right: FileSet
    private var collector: Collector { comparison.collector }

    init(_ comparison: ArtifactComparison, _ left: FileSet, _ right: FileSet) {
        self.comparison = comparison
        self.left = left
        self.right = right
    }

    /// Compares the files by their names, then looks whether each list is right about its own, then
    /// compares the lists.
    func run() -> ArtifactComparison.Outcome {
        let absent = Set(left.missing + right.missing)
        reportMissing(left, .left)
        reportMissing(right, .right)
        let trees = (left.tree.without(absent), right.tree.without(absent))
        var outcome = TreeComparison(comparison, trees.0, trees.1).run()
        let contents = outcome.contents()
        check(left, contents.mapValues(\.left), absent, .left)
        check(right, contents.mapValues(\.right), absent, .right)
        compareLists(&outcome)
        let sets = (left, right)
        let comparison = comparison
        outcome.normalForms = { comparison.normalForms(of: sets.0, sets.1) }
        return outcome
    }

    /// A listed file that is not there is named, and nothing is said of its twin.
    private func reportMissing(_ set: FileSet, _ side: Unread.Place) {
        for name in set.missing {
            let error = SourceError(
                .missing, "the list names this file, and it is not there; get it and compare again")
            collector.add(Problem(error, in: [name]), on: side)
        }
    }

    /// A list that is wrong about a file of its own side is worth nothing.
    private func check(
        _ set: FileSet, _ contents: [ByteString: Digest?], _ absent: Set<ByteString>,
        _ side: Unread.Place
    ) {
        let sizes = Dictionary(
            set.tree.nodes.map { ($0.path, $0.size) }, uniquingKeysWith: { first, _ in first })
        for entry in set.list.entries where !absent.contains(entry.name) {
            guard let digest = contents[entry.name] ?? nil else { continue }
            guard digest == entry.sha256,
                entry.size ?? sizes[entry.name] == sizes[entry.name]
            else {
                let error = SourceError(
                    .malformed,
                    "the list says another digest or size than the file has; get an intact copy")
                collector.add(Problem(error, in: [entry.name]), on: side)
                continue
            }
        }
    }

    // MARK: The lists

    /// The two lists themselves. Where they differ in nothing but digests and sizes, which have
    /// been checked, that follows from the files.
    private func compareLists(_ outcome: inout ArtifactComparison.Outcome) {
        do throws(SidedError) {
            let pass = try FilePass(
                rangeLimit: comparison.options.limits.ranges, makesDigests: true, progress: nil
            ).run(left.file, right.file)
            outcome.leftDigest = pass.left
            outcome.rightDigest = pass.right
            guard !pass.isEqual else { return }
            outcome.isIdentical = false
            judge(pass.ranges)
        } catch {
            outcome.isIdentical = false
            collector.add(Problem(error.error, in: []), on: error.side)
        }
    }

    /// Tolerates, derives or reports that the lists differ.
    private func judge(_ ranges: RangeCollector) {
        let location = Location([], field: Rule.listed)
        let says = left.list.rest == right.list.rest && isRight(left) && isRight(right)
        let order = (left.list.entries.map(\.name), right.list.entries.map(\.name))
        if says, order.0 == order.1, !collector.hasFindings,
            let rule = comparison.options.listRule, comparison.options.profile.allows(rule)
        {
            collector.tolerate(
                rule, at: location, left: "\(order.0.count) files", right: "\(order.1.count) files")
            return
        }
        let root = collector.firstRoot(since: Collector.Mark.start)
        let before = collector.findings.count
        comparison.compare(
            comparison.leftEngine.layer(left.file), comparison.rightEngine.layer(right.file), [],
            ranges, depth: 0)
        guard says, let root, collector.findings.count > before else { return }
        let common = (
            order.0.filter { Set(order.1).contains($0) },
            order.1.filter { Set(order.0).contains($0) }
        )
        guard common.0 == common.1 else { return }
        collector.revise(
            collector.findings[before].id, rootID: root,
            note: "digests and sizes, each right on its own side")
    }

    /// Whether every digest of a list is right, those that are no SHA-256 too.
    private func isRight(_ set: FileSet) -> Bool {
        let claims = Dictionary(
            set.list.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard set.tree.nodes.count == claims.count else { return false }
        return set.tree.nodes.allSatisfy { node in
            guard let claim = claims[node.path], let file = try? set.tree.open(node) else {
                return false
            }
            var digests = Digests(Set(claim.digests.keys))
            let source = RangeSource(file)
            guard (try? digests.update(all: source)) != nil else { return false }
            return digests.entry(named: claim.name).digests == claim.digests
        }
    }
}

extension Rule {
    /// The name of the rule, and of the difference, between lists that are right about their files.
    static let listed = "list.digests"
}

extension ArtifactComparison {
    /// The normal forms of two sets (`Docs/NormalForm.md`, "Sets").
    func normalForms(
        of a: FileSet, _ b: FileSet
    ) -> (left: Result<Digest, Problem>, right: Result<Digest, Problem>) {
        let keepsDigests = options.listRule.map { !options.profile.allows($0) } ?? true
        let forms = (
            NormalForm(engine: leftEngine, profile: options.profile),
            NormalForm(engine: rightEngine, profile: options.profile)
        )
        return inParallel(
            {
                Result { () throws(Problem) in
                    try forms.0.digest(of: a, keepsDigests: keepsDigests)
                }
            },
            {
                Result { () throws(Problem) in
                    try forms.1.digest(of: b, keepsDigests: keepsDigests)
                }
            })
    }
}
