/// Makes a script between two lists of lines, known by their hashes: by anchors while there are
/// many lines, else the shortest.
struct LineMatcher {
    /// Differing lines of both sides up to which no anchors are looked for.
    private static let shortText = 4_096
    /// Lines up to which it does not pay to look for those that only one side has.
    private static let shortGap = 64
    /// How often a gap between anchors is searched for more of them: each time costs a pass over
    /// it.
    private static let levels = 6

    /// Searches what is between anchors.
    private var search: ShortestScript

    /// The script between two lists.
    static func script(_ left: [UInt64], _ right: [UInt64]) -> LineScript {
        var matcher = LineMatcher(search: ShortestScript(left, right))
        matcher.solve(0..<left.count, 0..<right.count, level: 0)
        return matcher.search.script
    }

    /// Marks what changes between two ranges.
    private mutating func solve(_ left: Range<Int>, _ right: Range<Int>, level: Int) {
        let (a, b) = search.trim(left, right)
        guard !a.isEmpty, !b.isEmpty else { return search.replace(a, b) }
        // Anchors make long texts cheap; a short one deserves the shortest script.
        let isLong = a.count + b.count > LineMatcher.shortText
        let anchors = isLong && level < LineMatcher.levels ? self.anchors(a, b) : []
        guard !anchors.isEmpty else { return solveGap(a, b) }
        var (x, y) = (a.lowerBound, b.lowerBound)
        for anchor in anchors {
            // What follows the last anchor may have come to it already.
            guard anchor.left >= x, anchor.right >= y else { continue }
            solve(x..<anchor.left, y..<anchor.right, level: level + 1)
            (x, y) = (anchor.left + 1, anchor.right + 1)
        }
        solve(x..<a.upperBound, y..<b.upperBound, level: level + 1)
    }

    /// The anchors between two ranges; among more and more lines, until there are some.
    private func anchors(_ a: Range<Int>, _ b: Range<Int>) -> [LineAnchors.Pair] {
        var zeros = LineAnchors.zeros(for: max(a.count, b.count))
        while true {
            let anchors = LineAnchors.find(search.left, a, search.right, b, zeros: zeros)
            if !anchors.isEmpty || zeros == 0 { return anchors }
            zeros = max(0, zeros - 3)
        }
    }

    /// Marks what changes in a gap. Lines that only one side has cannot be kept, and are taken out
    /// first: what is left is shorter, and its shortest script the same.
    private mutating func solveGap(_ a: Range<Int>, _ b: Range<Int>) {
        guard a.count + b.count > LineMatcher.shortGap else { return search.solve(a, b) }
        let onRight = LineSet(search.right, b)
        let onLeft = LineSet(search.left, a)
        let kept =
            a.count { onRight.mayContain(search.left[$0]) }
            + b.count { onLeft.mayContain(search.right[$0]) }
        // A copy of nearly all lines would not be worth its memory.
        guard kept < (a.count + b.count) / 8 * 7 else { return search.solve(a, b) }
        let left = LineMatcher.pick(a, search.left, onRight) {
            search.replace($0, b.lowerBound..<b.lowerBound)
        }
        let right = LineMatcher.pick(b, search.right, onLeft) {
            search.replace(a.lowerBound..<a.lowerBound, $0)
        }
        var part = ShortestScript(left.lines, right.lines, effort: search.effort)
        part.solve(0..<left.lines.count, 0..<right.lines.count)
        search.merge(part, left.places, right.places)
    }

    /// The lines that the other side may have, and their places; the others go to `drop`.
    private static func pick(
        _ range: Range<Int>, _ lines: [UInt64], _ other: LineSet, _ drop: (Range<Int>) -> Void
    ) -> (lines: [UInt64], places: [Int32]) {
        var kept: (lines: [UInt64], places: [Int32]) = ([], [])
        for index in range {
            guard other.mayContain(lines[index]) else {
                drop(index..<index + 1)
                continue
            }
            kept.lines.append(lines[index])
            kept.places.append(Int32(index))
        }
        return kept
    }
}
