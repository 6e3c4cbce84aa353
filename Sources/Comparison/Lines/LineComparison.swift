import Bytes
import Findings

/// Finds the changed lines of two texts and makes hunks of them.
///
/// Lines that occur once on each side are anchors; between them, the shortest script (Myers, "An
/// O(ND) Difference Algorithm", 1986, section 4b, in linear space).
struct LineComparison {
    /// Lines around a change that are shown.
    private static let context = 3
    /// Differing lines of both sides up to which no anchors are looked for.
    private static let shortText = 4_096
    /// Lines that are listed in all hunks.
    private static let lineLimit = 20_000
    /// The cost after which a gap is given up and shown as replaced whole.
    private static let costLimit = 1_500

    /// The texts by lines.
    private let left, right: LineTable
    /// Lines as numbers, so that comparing two takes one step.
    private let numbers: LineNumbers
    /// Which left lines the script takes away.
    private var removed: [Bool]
    /// Which right lines the script puts in.
    private var added: [Bool]
    /// Whether a gap was given up, so that a shorter script may exist.
    private var isCapped = false

    /// Compares two texts.
    init(_ leftText: [UInt8], _ rightText: [UInt8]) {
        left = LineTable(leftText)
        right = LineTable(rightText)
        numbers = LineNumbers(left, right)
        removed = [Bool](repeating: false, count: left.count)
        added = [Bool](repeating: false, count: right.count)
    }

    /// The changed lines, or `nil` if the script does not turn one text into the other, which would
    /// be a fault of this type.
    consuming func diff() -> LineDiff? {
        let whole = trim(0..<left.count, 0..<right.count)
        var x = whole.0.lowerBound
        var y = whole.1.lowerBound
        // Anchors make long texts cheap; a short one deserves the shortest script.
        let isLong = whole.0.count + whole.1.count > LineComparison.shortText
        for anchor in isLong ? numbers.anchors(whole.0, whole.1) : [] {
            solve(x..<anchor.left, y..<anchor.right)
            x = anchor.left + 1
            y = anchor.right + 1
        }
        solve(x..<whole.0.upperBound, y..<whole.1.upperBound)
        guard replays() else { return nil }
        let (hunks, omitted) = hunks()
        return LineDiff(
            hunks: hunks, removed: removed.count { $0 }, added: added.count { $0 },
            isCapped: isCapped, omitted: omitted)
    }

    /// Whether the lines that are kept are the same on both sides.
    private func replays() -> Bool {
        let kept = (0..<left.count).lazy.filter { !removed[$0] }.map { left[$0] }
        return kept.elementsEqual((0..<right.count).lazy.filter { !added[$0] }.map { right[$0] })
    }

    // MARK: The shortest script

    /// Both ranges without what they have in common at their beginnings and ends.
    private func trim(_ left: Range<Int>, _ right: Range<Int>) -> (Range<Int>, Range<Int>) {
        var a = left
        var b = right
        while let x = a.first, let y = b.first, numbers.left[x] == numbers.right[y] {
            a = a.dropFirst()
            b = b.dropFirst()
        }
        while let x = a.last, let y = b.last, numbers.left[x] == numbers.right[y] {
            a = a.dropLast()
            b = b.dropLast()
        }
        return (a, b)
    }

    /// Marks what changes between two ranges: splits at a point on a shortest path, each half
    /// smaller than the whole, until one side of it is empty.
    private mutating func solve(_ left: Range<Int>, _ right: Range<Int>) {
        let (a, b) = trim(left, right)
        guard !a.isEmpty, !b.isEmpty else { return replace(a, b) }
        guard let (x, y) = middle(a, b) else {
            isCapped = true
            return replace(a, b)
        }
        solve(a.lowerBound..<x, b.lowerBound..<y)
        solve(x..<a.upperBound, y..<b.upperBound)
    }

    /// Marks both ranges as changed, whole.
    private mutating func replace(_ left: Range<Int>, _ right: Range<Int>) {
        for line in left { removed[line] = true }
        for line in right { added[line] = true }
    }

    /// The furthest point of a path with a given number of edits on each diagonal `x - y`; -1 where
    /// there is none. Diagonals of two neighbouring costs share one table.
    private struct Front {
        private var furthest: [Int]
        /// Lines on each side; paths stay inside.
        let width, height: Int

        /// - Parameter bound: the highest cost that will be tried.
        init(bound: Int, width: Int, height: Int) {
            furthest = [Int](repeating: -1, count: 2 * bound + 3)
            self.width = width
            self.height = height
        }

        /// The furthest `x` on a diagonal. The table is used as a ring, which the bound makes wide
        /// enough.
        subscript(diagonal: Int) -> Int {
            let size = furthest.count
            return furthest[((diagonal % size) + size) % size]
        }

        /// Takes one edit on the way to `diagonal`, then all equal lines behind it.
        mutating func step(_ diagonal: Int, cost: Int, _ isEqual: (Int, Int) -> Bool) -> Int {
            var x = cost == 0 ? 0 : -1
            if cost > 0 {
                let down = diagonal < cost ? self[diagonal + 1] : -1
                let across = diagonal > -cost ? self[diagonal - 1] : -1
                if down >= 0, down - diagonal <= height { x = down }
                if across >= 0, across < width { x = max(x, across + 1) }
            }
            if x >= 0 {
                while x < width, x - diagonal < height, isEqual(x, x - diagonal) { x += 1 }
            }
            let size = furthest.count
            furthest[((diagonal % size) + size) % size] = x
            return x
        }
    }

    /// A point on a shortest path, found from both ends at once; `nil` past the cost limit.
    private func middle(_ a: Range<Int>, _ b: Range<Int>) -> (Int, Int)? {
        let delta = a.count - b.count
        let isOdd = !delta.isMultiple(of: 2)
        let bound = min((a.count + b.count + 1) / 2, LineComparison.costLimit)
        var forward = Front(bound: bound, width: a.count, height: b.count)
        var backward = forward
        for cost in 0...bound {
            for k in stride(from: -cost, through: cost, by: 2) {
                let x = forward.step(k, cost: cost) { x, y in
                    numbers.left[a.lowerBound + x] == numbers.right[b.lowerBound + y]
                }
                let other = isOdd && abs(delta - k) < cost ? backward[delta - k] : -1
                if x >= 0, other >= 0, x + other >= a.count { return point(a, b, x, x - k) }
            }
            for k in stride(from: -cost, through: cost, by: 2) {
                let x = backward.step(k, cost: cost) { x, y in
                    numbers.left[a.upperBound - 1 - x] == numbers.right[b.upperBound - 1 - y]
                }
                let other = !isOdd && abs(delta - k) <= cost ? forward[delta - k] : -1
                if x >= 0, other >= 0, x + other >= a.count {
                    return point(a, b, a.count - x, b.count - (x - k))
                }
            }
        }
        return nil
    }

    /// A split that makes both halves smaller; anything else would not end.
    private func point(_ a: Range<Int>, _ b: Range<Int>, _ x: Int, _ y: Int) -> (Int, Int)? {
        guard x >= 0, y >= 0, x <= a.count, y <= b.count, x + y > 0, x + y < a.count + b.count
        else { return nil }
        return (a.lowerBound + x, b.lowerBound + y)
    }

    // MARK: Hunks

    /// One line of the whole script, with the numbers of the next line on each side before it.
    private struct Step {
        /// Which side the line is on, or both.
        let origin: LineDiff.Line.Origin
        /// 32 bits each: there is one step per line of both texts.
        private let places: (Int32, Int32)

        init(origin: LineDiff.Line.Origin, left: Int, right: Int) {
            self.origin = origin
            places = (Int32(left), Int32(right))
        }

        /// From 0, in the left text.
        var left: Int { Int(places.0) }
        /// From 0, in the right text.
        var right: Int { Int(places.1) }
    }

    /// The whole script. Lines that are taken away come before those put in at the same place.
    private func steps() -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(left.count + added.count { $0 })
        var x = 0
        var y = 0
        while x < left.count || y < right.count {
            let origin: LineDiff.Line.Origin =
                if x < left.count, removed[x] {
                    .left
                } else if y < right.count, added[y] {
                    .right
                } else {
                    .both
                }
            steps.append(Step(origin: origin, left: x, right: y))
            if origin != .right { x += 1 }
            if origin != .left { y += 1 }
        }
        return steps
    }

    /// A step's line, from the side that has it; one on both sides is shown as the left has it.
    private func line(_ step: Step) -> LineDiff.Line {
        let (table, index) = step.origin == .right ? (right, step.right) : (left, step.left)
        return LineDiff.Line(
            step.origin, ByteString(table.content(index)), isTerminated: table.isTerminated(index))
    }

    /// Changes with the lines around them; changes whose surroundings meet share a hunk. The second
    /// value counts the changed lines that came after the limit.
    private func hunks() -> ([LineDiff.Hunk], Int) {
        let steps = steps()
        var hunks: [LineDiff.Hunk] = []
        var open: Range<Int>?
        var listed = 0
        var omitted = 0
        func close() {
            guard let range = open else { return }
            let kept = range.prefix(max(0, LineComparison.lineLimit - listed))
            omitted += range.dropFirst(kept.count).count { steps[$0].origin != .both }
            guard !kept.isEmpty else { return }
            listed += kept.count
            hunks.append(
                LineDiff.Hunk(
                    leftStart: steps[kept.lowerBound].left + 1,
                    rightStart: steps[kept.lowerBound].right + 1,
                    lines: steps[kept].map { line($0) }))
        }
        for index in steps.indices where steps[index].origin != .both {
            let around =
                max(
                    0, index - LineComparison.context)..<min(
                    steps.count, index + LineComparison.context + 1)
            if let range = open, range.upperBound >= around.lowerBound {
                open = range.lowerBound..<around.upperBound
            } else {
                close()
                open = around
            }
        }
        close()
        return (hunks, omitted)
    }
}
