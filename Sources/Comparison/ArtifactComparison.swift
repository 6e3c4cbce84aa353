import Anatomy
import Bytes
import Findings
import Hashing
import NormalForm

/// Compares two artifacts and reports: the whole of `tally compare`.
public struct ArtifactComparison {
    let options: ComparisonOptions
    /// The sides as the user gave them.
    let left, right: Artifact
    /// Everything found goes here; the report is made from it.
    let collector: Collector
    /// One per side, with a ratio limit from that side's own size.
    let leftEngine, rightEngine: Engine

    /// A comparison of two artifacts.
    public init(_ left: Artifact, _ right: Artifact, _ options: ComparisonOptions) {
        self.left = left
        self.right = right
        var options = options
        // What a list says is checked by digest.
        if case .set = left.body { options.makesDigests = true }
        self.options = options
        collector = Collector(limits: options.limits, toleratedSink: options.toleratedSink)
        func engine(_ artifact: Artifact) -> Engine {
            Engine(
                formats: options.formats, limits: options.limits, spool: options.spool,
                artifactSize: artifact.size, clock: options.clock)
        }
        leftEngine = engine(left)
        rightEngine = engine(right)
    }

    /// What a comparison of the outer bytes came to.
    struct Outcome {
        /// Whether the bytes are the same; for trees, whether nothing that the view counts differs.
        var isIdentical = false
        /// Of a file's bytes or a tree's listing.
        var leftDigest, rightDigest: Digest?
        /// Makes a table of the digests of the files of two trees or sets, by path.
        var contents: () -> [ByteString: (left: Digest?, right: Digest?)] = { [:] }
        /// The first differing offset of the outer files; trees have none.
        var firstDifference: UInt64?
        /// What the reader should know.
        var notes: [String] = []
        /// Makes both normal forms; called only if nothing but tolerated differences was found.
        var normalForms: (() -> (left: Result<Digest, Problem>, right: Result<Digest, Problem>))?
    }

    /// Compares and reports. What cannot be read is in the report; nothing is thrown.
    public func run() -> Report {
        var outcome = Outcome()
        switch (left.body, right.body) {
        case (.file(let a), .file(let b)): outcome = compareFiles(a, b)
        case (.tree(let a), .tree(let b)): outcome = TreeComparison(self, a, b).run()
        case (.tree(let tree), .file(let file)):
            outcome = UnpackedComparison(self, tree, file, treeSide: .left).run()
        case (.file(let file), .tree(let tree)):
            outcome = UnpackedComparison(self, tree, file, treeSide: .right).run()
        case (.set(let a), .set(let b)): outcome = SetComparison(self, a, b).run()
        case (.stated(let stated), _):
            outcome = DigestComparison(self, stated, right, statedSide: .left).run()
        case (_, .stated(let stated)):
            outcome = DigestComparison(self, stated, left, statedSide: .right).run()
        case (.set, _), (_, .set):
            preconditionFailure("a list of files is compared with another one only")
        }
        if !left.isStated, !right.isStated { ListJudgement(self).run() }
        checkUnchanged(left, .left)
        checkUnchanged(right, .right)
        return report(outcome)
    }

    /// Looks again at a file that was opened: one that changed while it was read is unread.
    private func checkUnchanged(_ artifact: Artifact, _ side: Unread.Place) {
        guard case .file(let source) = artifact.body, let file = source as? FileSource else {
            return
        }
        do throws(SourceError) {
            try file.checkUnchanged()
        } catch {
            collector.add(Problem(error, in: []), on: side)
        }
    }

    // MARK: Files

    /// One pass over both raw files; only if they differ are containers opened.
    private func compareFiles(_ a: any RandomSource, _ b: any RandomSource) -> Outcome {
        var outcome = Outcome()
        let layers = (leftEngine.layer(a), rightEngine.layer(b))
        do throws(SidedError) {
            let pass = try FilePass(
                rangeLimit: options.limits.ranges, makesDigests: options.makesDigests,
                jobs: options.jobs, progress: options.progress
            ).run(a, b)
            outcome.leftDigest = pass.left
            outcome.rightDigest = pass.right
            outcome.firstDifference = pass.ranges.first
            outcome.isIdentical = pass.isEqual
            guard !pass.isEqual else { return outcome }
            compare(layers.0, layers.1, [], pass.ranges, depth: 0)
            outcome.normalForms = { normalForms(of: layers.0, layers.1) }
        } catch {
            collector.add(Problem(error.error, in: []), on: error.side)
        }
        return outcome
    }

    /// Looks into two layers that are known to differ.
    func compare(
        _ a: Layer, _ b: Layer, _ chain: [ByteString], _ ranges: RangeCollector, depth: Int
    ) {
        let comparison = LayerComparison(
            left: leftEngine, right: rightEngine, profile: options.profile, collector: collector,
            makesDigests: options.makesDigests)
        let before = collector.mark
        let outcome = ContentPass.Outcome(
            isEqual: false, leftSize: a.size ?? 0, rightSize: b.size ?? 0, ranges: ranges, left: a,
            right: b, leftStart: [], rightStart: [])
        comparison.compare(
            LayerComparison.Pair(left: a, right: b, chain: chain, depth: depth, pass: outcome))
        if collector.mark == before { collector.add(unexplained(chain, ranges)) }
    }

    /// The bytes differ and no part of the walk says why: never a match.
    private func unexplained(_ chain: [ByteString], _ ranges: RangeCollector) -> Finding {
        var finding = Finding(id: findingID(chain, nil, .framing), path: chain, kind: .framing)
        finding.ranges = ranges.ranges
        finding.omittedRanges = ranges.omitted
        finding.left = ranges.ranges.first.map { Extent($0.left) }
        finding.right = ranges.ranges.first.map { Extent($0.right) }
        finding.note = "the bytes differ only in fields that follow from others"
        return finding
    }

    /// Both forms at once, each read from its own side's layer.
    private func normalForms(
        of a: Layer, _ b: Layer
    ) -> (left: Result<Digest, Problem>, right: Result<Digest, Problem>) {
        let profile = options.profile
        let forms = (
            NormalForm(engine: leftEngine, profile: profile),
            NormalForm(engine: rightEngine, profile: profile)
        )
        return inParallel(
            { Result { () throws(Problem) in try forms.0.digest(of: a) } },
            { Result { () throws(Problem) in try forms.1.digest(of: b) } })
    }

    // MARK: The verdict

    /// The report. It decides the verdict before it takes the unread things, since making normal
    /// forms may add some.
    private func report(_ outcome: Outcome) -> Report {
        var report = Report(
            verdict: .different, complete: true,
            left: left.side(outcome.leftDigest), right: right.side(outcome.rightDigest),
            view: options.view.rawValue,
            profile: Report.Profile(
                name: options.profile.fullName, digest: NormalForm.digest(of: options.profile)),
            tool: options.tool)
        report.basis = left.isStated || right.isStated ? .digestOnly : .compared
        report.notes = outcome.notes
        report.firstDifference = outcome.firstDifference
        report.excluded = left.excluded.isEmpty ? right.excluded : left.excluded
        report.verdict = decide(outcome, &report)
        report.files = fileVerdicts(outcome, report.verdict)
        report.findings = collector.orderedFindings
        report.omittedFindings = collector.omitted
        report.unread = collector.unread
        report.complete = collector.unread.isEmpty
        if collector.omittedUnread > 0 {
            report.notes.append("\(collector.omittedUnread) more things could not be judged")
        }
        report.normalizations = collector.normalizations
        if report.complete, report.omittedFindings == 0,
            SignatureDifferences.areAll(report.findings)
        {
            report.notes.append(Report.onlySignatures)
        }
        return report
    }

    /// The verdict on each file of two sets: its bytes say whether it is identical, and what was
    /// found or left unread in it the rest.
    private func fileVerdicts(_ outcome: Outcome, _ verdict: Verdict) -> [FileVerdict] {
        guard case .set(let a) = left.body, case .set(let b) = right.body else { return [] }
        let differing = Set(collector.findings.compactMap(\.path.first))
        let unread = Set(collector.unread.compactMap(\.location.chain.first))
        let leftNames = a.list.entries.map(\.name)
        let known = Set(leftNames)
        let digests = outcome.contents()
        let isSure = collector.omitted == 0 && verdict != .inconclusive
        return (leftNames + b.list.entries.map(\.name).filter { !known.contains($0) }).map { name in
            let contents = digests[name]
            let verdict: Verdict =
                if differing.contains(name) {
                    .different
                } else if unread.contains(name) {
                    .inconclusive
                } else if let left = contents?.left, left == contents?.right {
                    .identical
                } else {
                    isSure ? .equivalent : .inconclusive
                }
            return FileVerdict(name: name, verdict: verdict)
        }
    }

    /// Different before inconclusive before identical, which nothing found or unread allows, and
    /// only then equivalent.
    private func decide(_ outcome: Outcome, _ report: inout Report) -> Verdict {
        if collector.hasFindings { return .different }
        if !collector.unread.isEmpty { return .inconclusive }
        if outcome.isIdentical, report.excluded.isEmpty { return .identical }
        if outcome.isIdentical {
            report.notes.append("what was excluded was not compared, so this is not identical")
        }
        guard let forms = outcome.normalForms?() else { return .inconclusive }
        for (side, form) in [(Unread.Place.left, forms.left), (.right, forms.right)] {
            if case .failure(let problem) = form { collector.add(problem, on: side) }
        }
        guard case .success(let a) = forms.left, case .success(let b) = forms.right else {
            return .inconclusive
        }
        report.left.normalForm = a
        report.right.normalForm = b
        guard a == b else {
            let error = SourceError(
                .ambiguous,
                "internal error: the comparison found only tolerated differences, but the normal "
                    + "forms differ; please report this with both files")
            collector.add(Problem(error, in: []), on: .both)
            return .inconclusive
        }
        return .equivalent
    }
}

/// Runs two pieces of work at once, the first on a thread of its own.
///
/// - Parameter isWorthIt: whether to start a thread at all.
func inParallel<A: Sendable, B>(
    isWorthIt: Bool = true, _ first: @escaping () -> A, _ second: () -> B
) -> (left: A, right: B) {
    guard isWorthIt else { return (first(), second()) }
    let result = BoundedQueue<A>(capacity: 1)
    let work = Handover(first)
    let worker = Worker { result.push(work.value()) }
    let other = second()
    worker.join()
    guard let value = result.pop() else { preconditionFailure("the work has ended") }
    return (value, other)
}

extension Artifact {
    /// The size in bytes; for a tree, of all its files.
    var size: UInt64 {
        switch body {
        case .file(let source): source.size
        case .tree(let tree): tree.size
        case .set(let set): set.size
        case .stated: 0
        }
    }

    /// Whether it is a statement, whose build was not read.
    public var isStated: Bool {
        guard case .stated = body else { return false }
        return true
    }

    /// The artifact as a report has it.
    func side(_ digest: Digest?) -> Side {
        let kind: Side.Kind
        switch body {
        case .file: kind = .file
        case .tree: kind = .tree
        case .set: kind = .set
        case .stated(let stated):
            var side = Side(path: path, kind: .stated, digest: digest, size: nil)
            side.origin.provenance = stated.file
            return side
        }
        return Side(path: path, kind: kind, digest: digest, size: size)
    }

    /// The patterns that were left out of a tree.
    var excluded: [ByteString] {
        guard case .tree(let tree) = body else { return [] }
        return tree.excluded
    }
}
