import Anatomy
import Bytes
import Findings
import Hashing

/// Compares two layers and everything in them: recognizes, walks containers in lock-step, and
/// locates what differs.
final class LayerComparison {
    /// One per side: each counts what its own artifact has made decoders yield.
    let left, right: Engine
    let profile: Profile
    /// Shared by all layers of one comparison.
    let collector: Collector
    /// Whether findings get the digests of what differs.
    let makesDigests: Bool

    /// Both engines must know the same formats, in the same order.
    init(
        left: Engine, right: Engine, profile: Profile, collector: Collector, makesDigests: Bool
    ) {
        self.left = left
        self.right = right
        self.profile = profile
        self.collector = collector
        self.makesDigests = makesDigests
    }

    /// A pair of layers, and what an earlier pass already knows of them.
    struct Pair {
        /// The layers themselves; one without a base can be read only once.
        let left, right: Layer
        /// The members on the way to them, under their left names.
        let chain: [ByteString]
        /// How many layers they are inside.
        let depth: Int
        /// The differing runs, where a pass has found them: before the first both sides are the
        /// same.
        var pass: ContentPass.Outcome?
    }

    /// Compares a pair and records what differs.
    ///
    /// A pair with a pass is known to differ; one without, the content of two compressed files, may
    /// turn out to be equal.
    func compare(_ pair: Pair) {
        guard let pair = kept(pair) else { return }
        shareStart(pair)
        guard let leftFormat = recognize(pair.left, left, .left, pair),
            let rightFormat = recognize(pair.right, right, .right, pair)
        else { return }
        switch (leftFormat.format, rightFormat.format) {
        case (nil, nil): compareLeaf(pair)
        case (let a?, let b?) where a.name == b.name && a.shape == .leaf: compareLeaves(a, pair)
        case (let a?, let b?) where a.name == b.name: compareContainers(a, pair)
        case (let a?, nil) where a.shape == .leaf: compareLeaf(pair)
        case (nil, let b?) where b.shape == .leaf: compareLeaf(pair)
        case (let a?, let b?) where a.shape == .compressed && b.shape == .compressed:
            report(pair, .codec, a.title, b.title)
            compareContents(of: pair, a, b)
        case (let a, let b): compareOdd(pair, a, b)
        }
    }

    /// Lets both sides decode once what an earlier pass has found to be the same.
    private func shareStart(_ pair: Pair) {
        guard let first = pair.pass?.ranges.first, first > 0 else { return }
        let common = CommonStart(length: first)
        pair.left.commonStart = common
        pair.right.commonStart = common
    }

    /// What recognition came to; wrapped, since no format is an answer too.
    private struct Recognized { let format: Format? }

    /// What a layer is; `nil` if finding out failed, which is then recorded as unread.
    private func recognize(
        _ layer: Layer, _ engine: Engine, _ side: Unread.Place, _ pair: Pair
    ) -> Recognized? {
        do throws(SourceError) {
            // A stream has not been kept because it is too long, and would be decoded once more.
            return Recognized(
                format: try engine.recognize(
                    layer, depth: pair.depth, opensLeaf: { _ in layer.base != nil }))
        } catch {
            collector.add(Problem(error, in: pair.chain), on: side)
            return nil
        }
    }

    /// The pair itself; or, of two live streams that may be leaves, what a pass over them has kept.
    /// `nil` if they are equal, or cannot be read.
    private func kept(_ pair: Pair) -> Pair? {
        guard pair.pass == nil, pair.left.base == nil || pair.right.base == nil,
            mayBeLeaf(pair.left), mayBeLeaf(pair.right)
        else { return pair }
        guard let outcome = locate(pair), !outcome.isEqual else { return nil }
        guard let left = outcome.left, let right = outcome.right else {
            var known = pair
            known.pass = outcome
            compareLeaf(known)
            return nil
        }
        return Pair(left: left, right: right, chain: pair.chain, depth: pair.depth, pass: outcome)
    }

    /// Whether a layer begins like a leaf and like no other format; one that cannot be read does
    /// not.
    private func mayBeLeaf(_ layer: Layer) -> Bool {
        let start = try? layer.start(Format.lookahead)
        return start.flatMap { left.formats.recognize($0) }?.shape == .leaf
    }

    /// Records an error of one side.
    func add(_ error: SidedError, in chain: [ByteString]) {
        collector.add(Problem(error.error, in: chain), on: error.side)
    }

    // MARK: Leaves

    /// Layers of different formats, or only one of which is a container.
    private func compareOdd(_ pair: Pair, _ left: Format?, _ right: Format?) {
        guard let outcome = locate(pair), !outcome.isEqual else { return }
        report(
            pair, .format, left?.title ?? "opaque bytes", right?.title ?? "opaque bytes", outcome)
    }

    /// Records a root about whole layers, with what a pass has located.
    private func report(
        _ pair: Pair, _ kind: Finding.Kind, _ left: String, _ right: String,
        _ outcome: ContentPass.Outcome? = nil
    ) {
        var finding = Finding(id: findingID(pair.chain, nil, kind), path: pair.chain, kind: kind)
        finding.leftValue = left
        finding.rightValue = right
        if let outcome = outcome ?? pair.pass { describe(&finding, outcome) }
        collector.add(finding)
    }

    /// Locates what differs in opaque bytes.
    func compareLeaf(_ pair: Pair) {
        guard let outcome = locate(pair), !outcome.isEqual else { return }
        var finding = Finding(
            id: findingID(pair.chain, nil, .content), path: pair.chain, kind: .content)
        finding.context = outcome.context
        describe(&finding, outcome) { finding in
            if let left = outcome.left, let right = outcome.right { explain(&finding, left, right) }
        }
        collector.add(finding)
    }

    /// The pair's differing runs, from the pass that was made or from one made now.
    private func locate(_ pair: Pair) -> ContentPass.Outcome? {
        if let pass = pair.pass { return pass }
        do throws(SidedError) {
            let pass = ContentPass(limits: left.limits, leftEngine: left, rightEngine: right)
            return try pass.run(pair.left, pair.right)
        } catch {
            add(error, in: pair.chain)
            return nil
        }
    }

    /// Fills in where two contents differ, and what `explain` makes of it.
    private func describe(
        _ finding: inout Finding, _ outcome: ContentPass.Outcome,
        _ explain: (inout Finding) -> Void = { _ in }
    ) {
        var collected = outcome.ranges
        if outcome.leftSize != outcome.rightSize, let first = collected.first {
            let suffix = commonSuffix(outcome, after: first)
            collected.replace(
                by: RangePair(
                    left: ByteRange(first, to: outcome.leftSize - suffix),
                    right: ByteRange(first, to: outcome.rightSize - suffix)))
        }
        finding.ranges = collected.ranges
        finding.omittedRanges = collected.omitted
        let spans = (span(collected.ranges.map(\.left)), span(collected.ranges.map(\.right)))
        let length = max(spans.0?.length ?? 0, spans.1?.length ?? 0)
        let isLong = makesDigests && length >= LayerComparison.longSpan
        let (extents, _) = inParallel(
            isWorthIt: isLong,
            {
                inParallel(
                    isWorthIt: isLong, { self.extent(outcome.left, spans.0) },
                    { self.extent(outcome.right, spans.1) })
            }, { explain(&finding) })
        finding.left = extents.left
        finding.right = extents.right
    }

    /// From so many bytes on, hashing them takes longer than to start a thread.
    private static let longSpan: UInt64 = 1 << 20

    /// One run from the first differing byte to the last.
    private func span(_ ranges: [ByteRange]) -> ByteRange? {
        guard let first = ranges.first, let last = ranges.last else { return nil }
        return ByteRange(first.start, to: max(first.end, last.end))
    }

    /// A run with its digest, where it can be made.
    private func extent(_ layer: Layer?, _ range: ByteRange?) -> Extent? {
        guard let range else { return nil }
        guard makesDigests, let base = layer?.base else { return Extent(range) }
        let run = ByteRange(start: base.range.start + range.start, length: range.length)
        return Extent(range, sha256: try? SHA256.digest(of: RangeSource(base.source, run)))
    }

    /// How many bytes at the end are equal, not counting those before `first`.
    private func commonSuffix(_ outcome: ContentPass.Outcome, after first: UInt64) -> UInt64 {
        guard let a = outcome.left?.base, let b = outcome.right?.base else { return 0 }
        let bound = min(outcome.leftSize, outcome.rightSize) - first
        var found: UInt64 = 0
        while found < bound {
            let step = min(UInt64(blockSize), bound - found)
            let x = ByteRange(start: a.range.end - found - step, length: step)
            let y = ByteRange(start: b.range.end - found - step, length: step)
            guard let left = try? a.source.read(x), let right = try? b.source.read(y) else { break }
            let equal = Hashing.commonSuffix(left[...], right[...])
            found += UInt64(equal)
            if UInt64(equal) < step { break }
        }
        return found
    }

    /// Shows what differs: lines where both sides are text, else the bytes around the first place.
    private func explain(_ finding: inout Finding, _ left: Layer, _ right: Layer) {
        let limit = self.left.limits.textSize
        guard let first = finding.ranges.first else { return }
        if let leftSize = left.size, let rightSize = right.size {
            if leftSize <= limit, rightSize <= limit {
                finding.lines = lines(left, right, from: first.left.start)
                if finding.lines != nil {
                    finding.context = nil
                    return
                }
            } else if max(leftSize, rightSize) > limit, isTextual(left), isTextual(right) {
                finding.note = "too long to look for changed lines; raise --max-text to do so"
            }
        }
        if let context = context(left, first.left.start, right, first.right.start) {
            finding.context = context
        }
    }

    /// Whether a layer's first 4 KiB may be text; one that cannot be read is not.
    func isTextual(_ layer: Layer) -> Bool {
        (try? layer.start(4096)).map { Text.mayBe($0) } ?? false
    }

    /// The changed lines of two layers that agree up to a byte; `nil` if they are not text, or
    /// cannot be read at random.
    private func lines(_ left: Layer, _ right: Layer, from first: UInt64) -> LineDiff? {
        guard isTextual(left), isTextual(right), let a = left.base, let b = right.base else {
            return nil
        }
        let comparison = LineComparison(
            TextReader(a.source, a.range), TextReader(b.source, b.range), first: first)
        return try? comparison.diff()
    }

    /// Two rows of 16 bytes from each side, from the row in which the offset is; `nil` if a layer
    /// cannot be read again.
    private func context(
        _ left: Layer, _ leftAt: UInt64, _ right: Layer, _ rightAt: UInt64
    ) -> HexContext? {
        func around(_ layer: Layer, _ offset: UInt64) -> (UInt64, [UInt8])? {
            guard let base = layer.base else { return nil }
            let start = offset / 16 * 16
            let length = min(32, base.range.length - min(start, base.range.length))
            let run = ByteRange(start: base.range.start + start, length: length)
            return (try? base.source.read(run)).map { (start, $0) }
        }
        guard let a = around(left, leftAt), let b = around(right, rightAt) else { return nil }
        return HexContext(leftStart: a.0, left: a.1, rightStart: b.0, right: b.1)
    }
}
