/// The shortest script between two lists of lines (Myers, "An O(ND) Difference Algorithm", 1986,
/// section 4b, in linear space), up to a cost.
struct ShortestScript {
    /// What the search may cost.
    struct Effort {
        /// Edits from either end after which a path is given up.
        static let most = 1_500
        /// The same, for a part that was given up again and again.
        static let least = 64
        /// The same, when much has been spent: the rest takes time in line with its size.
        static let last = 16
        /// Steps that are much.
        static let budget = 200_000_000
        /// Steps that were taken: one for each diagonal that is looked at.
        var spent = 0

        /// How many edits may be tried, where `wanted` are.
        func limit(_ wanted: Int) -> Int { spent < Effort.budget ? wanted : Effort.last }
    }

    /// The lines, as values that are equal where lines are.
    let left, right: [UInt64]
    /// What has been found so far.
    private(set) var script: LineScript
    /// What has been spent so far.
    private(set) var effort: Effort
    /// Used anew for every part.
    private var fronts = PathFronts()

    /// A search that has found nothing yet.
    init(_ left: [UInt64], _ right: [UInt64], effort: Effort = Effort()) {
        self.left = left
        self.right = right
        self.effort = effort
        script = LineScript(left: left.count, right: right.count)
    }

    /// Both ranges without what they have in common at their beginnings and ends.
    func trim(_ left: Range<Int>, _ right: Range<Int>) -> (Range<Int>, Range<Int>) {
        var (x, y) = (left.lowerBound, right.lowerBound)
        var (a, b) = (left.upperBound, right.upperBound)
        while x < a, y < b, self.left[x] == self.right[y] {
            x += 1
            y += 1
        }
        while x < a, y < b, self.left[a - 1] == self.right[b - 1] {
            a -= 1
            b -= 1
        }
        return (x..<a, y..<b)
    }

    /// Marks both ranges as changed, whole.
    mutating func replace(_ left: Range<Int>, _ right: Range<Int>) { script.replace(left, right) }

    /// Takes over what was found between lines picked out of both sides; `leftPlaces` and
    /// `rightPlaces` say where they are.
    mutating func merge(_ part: ShortestScript, _ leftPlaces: [Int32], _ rightPlaces: [Int32]) {
        for (index, place) in leftPlaces.enumerated() where part.script.removed[index] {
            script.remove(Int(place))
        }
        for (index, place) in rightPlaces.enumerated() where part.script.added[index] {
            script.add(Int(place))
        }
        script.isCapped = script.isCapped || part.script.isCapped
        effort = part.effort
    }

    /// Marks what changes between two ranges: splits at a point on a shortest path, until one side
    /// is empty. Past the cost limit it splits where a path has come furthest.
    mutating func solve(_ left: Range<Int>, _ right: Range<Int>) {
        var wanted = Effort.most
        var (a, b) = trim(left, right)
        while a.count > 1, b.count > 1 {
            let split = middle(a, b, limit: effort.limit(wanted))
            if split.isCapped {
                script.isCapped = true
                wanted = max(wanted / 2, Effort.least)
            }
            guard split.x + split.y > 0, split.x + split.y < a.count + b.count else { break }
            let (x, y) = (a.lowerBound + split.x, b.lowerBound + split.y)
            // The first part is on a path that is known: it takes half the edits at most.
            solve(a.lowerBound..<x, b.lowerBound..<y)
            (a, b) = trim(x..<a.upperBound, y..<b.upperBound)
        }
        finish(a, b)
    }

    /// Marks what changes between ranges one of which has one line at most.
    private mutating func finish(_ a: Range<Int>, _ b: Range<Int>) {
        if a.count == 1, let line = b.first(where: { left[a.lowerBound] == right[$0] }) {
            replace(a.upperBound..<a.upperBound, b.lowerBound..<line)
            replace(a.upperBound..<a.upperBound, line + 1..<b.upperBound)
        } else if b.count == 1, let line = a.first(where: { left[$0] == right[b.lowerBound] }) {
            replace(a.lowerBound..<line, b.upperBound..<b.upperBound)
            replace(line + 1..<a.upperBound, b.upperBound..<b.upperBound)
        } else {
            replace(a, b)
        }
    }

    /// Where two ranges are split, counted from their starts.
    private struct Split {
        let x, y: Int
        let isCapped: Bool
    }

    /// A point on a shortest path, found from both ends at once; past the cost limit, the point
    /// furthest from the start that was reached.
    private mutating func middle(_ a: Range<Int>, _ b: Range<Int>, limit: Int) -> Split {
        let (width, height) = (a.count, b.count)
        let bound = min((width + height + 1) / 2, limit)
        let isOdd = !(width - height).isMultiple(of: 2)
        fronts.begin(width, height, bound)
        // Copies of references, so that the closures do not look at what is being changed.
        let (left, right) = (left, right)
        let (x0, y0, x1, y1) = (a.lowerBound, b.lowerBound, a.upperBound - 1, b.upperBound - 1)
        for cost in 0...bound {
            effort.spent += 2 * (cost + 1)
            let there = fronts.extend(.start, cost, within: isOdd ? cost - 1 : -1) {
                left[x0 + $0] == right[y0 + $1]
            }
            if let there { return Split(x: there.x, y: there.y, isCapped: false) }
            let back = fronts.extend(.end, cost, within: isOdd ? -1 : cost) {
                left[x1 - $0] == right[y1 - $1]
            }
            if let back { return Split(x: width - back.x, y: height - back.y, isCapped: false) }
        }
        let furthest = fronts.furthestPoint(bound)
        return Split(x: furthest.x, y: furthest.y, isCapped: true)
    }
}
