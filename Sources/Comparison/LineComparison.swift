import Bytes
import Findings

/// Finds the changed lines of two texts (Myers, "An O(ND) Difference Algorithm", 1986, section 4b,
/// in linear space) and makes hunks of them.
struct LineComparison {
    /// Lines around a change that are shown.
    private static let context = 3
    /// The cost after which a gap is given up and shown as replaced whole.
    private static let costLimit = 1_500

    private let left, right: [ArraySlice<UInt8>]
    private let leftEnds, rightEnds: Bool
    private let leftIDs, rightIDs: [Int]
    private var removed: [Bool]
    private var added: [Bool]
    private var isCapped = false

    /// Compares two texts.
    init(_ leftText: [UInt8], _ rightText: [UInt8]) {
        (left, leftEnds) = Text.lines(leftText)
        (right, rightEnds) = Text.lines(rightText)
        var known: [ArraySlice<UInt8>: Int] = [:]
        func id(_ line: ArraySlice<UInt8>, isBroken: Bool) -> Int {
            // A last line without its break is another line than the same with it.
            let key = isBroken ? line + [UInt8(ascii: "\n")] : line
            if let id = known[key] { return id }
            known[key] = known.count
            return known.count - 1
        }
        let leftEnds = leftEnds
        let rightEnds = rightEnds
        let left = left
        let right = right
        leftIDs = left.indices.map { id(left[$0], isBroken: !leftEnds && $0 == left.count - 1) }
        rightIDs = right.indices.map {
            id(right[$0], isBroken: !rightEnds && $0 == right.count - 1)
        }
        removed = [Bool](repeating: false, count: left.count)
        added = [Bool](repeating: false, count: right.count)
    }

    /// The changed lines, or `nil` if the script does not turn one text into the other, which would
    /// be a fault of this type.
    consuming func diff() -> LineDiff? {
        solve(0..<left.count, 0..<right.count)
        guard replays() else { return nil }
        return LineDiff(
            hunks: hunks(), removed: removed.count { $0 }, added: added.count { $0 },
            isCapped: isCapped)
    }

    /// Whether the lines that are kept are the same on both sides.
    private func replays() -> Bool {
        let kept = leftIDs.indices.filter { !removed[$0] }.map { leftIDs[$0] }
        return kept == rightIDs.indices.filter { !added[$0] }.map { rightIDs[$0] }
    }

    // MARK: The shortest script

    private mutating func solve(_ left: Range<Int>, _ right: Range<Int>) {
        var a = left
        var b = right
        while let x = a.first, let y = b.first, leftIDs[x] == rightIDs[y] {
            a = a.dropFirst()
            b = b.dropFirst()
        }
        while let x = a.last, let y = b.last, leftIDs[x] == rightIDs[y] {
            a = a.dropLast()
            b = b.dropLast()
        }
        guard !a.isEmpty, !b.isEmpty else { return replace(a, b) }
        guard let (x, y) = middle(a, b) else {
            isCapped = true
            return replace(a, b)
        }
        solve(a.lowerBound..<x, b.lowerBound..<y)
        solve(x..<a.upperBound, y..<b.upperBound)
    }

    private mutating func replace(_ left: Range<Int>, _ right: Range<Int>) {
        for line in left { removed[line] = true }
        for line in right { added[line] = true }
    }

    /// The furthest point of a path with a given number of edits on each diagonal `x - y`; -1 where
    /// there is none. Diagonals of two neighbouring costs share one table.
    private struct Front {
        private var furthest: [Int]
        let width, height: Int

        init(bound: Int, width: Int, height: Int) {
            furthest = [Int](repeating: -1, count: 2 * bound + 3)
            self.width = width
            self.height = height
        }

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
                    leftIDs[a.lowerBound + x] == rightIDs[b.lowerBound + y]
                }
                let other = isOdd && abs(delta - k) < cost ? backward[delta - k] : -1
                if x >= 0, other >= 0, x + other >= a.count { return point(a, b, x, x - k) }
            }
            for k in stride(from: -cost, through: cost, by: 2) {
                let x = backward.step(k, cost: cost) { x, y in
                    leftIDs[a.upperBound - 1 - x] == rightIDs[b.upperBound - 1 - y]
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

    /// One line of the script, and where it stands on both sides.
    private struct Step {
        let origin: LineDiff.Line.Origin
        let left, right: Int
    }

    private func steps() -> [Step] {
        var steps: [Step] = []
        var x = 0
        var y = 0
        while x < left.count || y < right.count {
            let isRemoved = x < left.count && removed[x]
            let isAdded = !isRemoved && y < right.count && added[y]
            steps.append(
                Step(origin: isRemoved ? .left : isAdded ? .right : .both, left: x, right: y))
            if !isAdded { x += 1 }
            if !isRemoved { y += 1 }
        }
        return steps
    }

    /// Changes with the lines around them; those share a hunk whose surroundings meet.
    private func hunks() -> [LineDiff.Hunk] {
        let steps = steps()
        var hunks: [LineDiff.Hunk] = []
        var open: ClosedRange<Int>?
        func close() {
            guard let open else { return }
            let first = max(0, open.lowerBound - LineComparison.context)
            let end = min(steps.count, open.upperBound + LineComparison.context + 1)
            hunks.append(
                LineDiff.Hunk(
                    leftStart: steps[first].left + 1, rightStart: steps[first].right + 1,
                    lines: steps[first..<end].map { line($0) }))
        }
        for index in steps.indices where steps[index].origin != .both {
            if let range = open, index - range.upperBound - 1 <= 2 * LineComparison.context {
                open = range.lowerBound...index
            } else {
                close()
                open = index...index
            }
        }
        close()
        return hunks
    }

    private func line(_ step: Step) -> LineDiff.Line {
        step.origin == .right
            ? line(.right, right[step.right], !rightEnds && step.right == right.count - 1)
            : line(step.origin, left[step.left], !leftEnds && step.left == left.count - 1)
    }

    private func line(
        _ origin: LineDiff.Line.Origin, _ text: ArraySlice<UInt8>, _ isBroken: Bool
    ) -> LineDiff.Line {
        LineDiff.Line(origin, ByteString(text), isTerminated: !isBroken)
    }
}
