/// A script that turns one text into another: which lines it takes away, and which it puts in. All
/// others are kept, in their order, and must be the same on both sides.
struct LineScript {
    /// Which left lines are taken away.
    private(set) var removed: [Bool]
    /// Which right lines are put in.
    private(set) var added: [Bool]
    /// Whether a part was given up, so that a shorter script may exist.
    var isCapped = false

    /// A script that changes nothing yet.
    init(left: Int, right: Int) {
        removed = [Bool](repeating: false, count: left)
        added = [Bool](repeating: false, count: right)
    }

    /// Takes a left line away.
    mutating func remove(_ line: Int) { removed[line] = true }

    /// Puts a right line in.
    mutating func add(_ line: Int) { added[line] = true }

    /// Replaces all lines of one range by all of the other.
    mutating func replace(_ left: Range<Int>, _ right: Range<Int>) {
        for line in left { removed[line] = true }
        for line in right { added[line] = true }
    }

    /// Lines in a row that are kept, or that are changed: then those taken away come before those
    /// put in.
    struct Run: Equatable {
        let left, right: Range<Int>
        let isKept: Bool
    }

    /// The run that begins with the given lines; `nil` behind the last. A kept one ends with either
    /// text.
    func run(at x: Int, _ y: Int) -> Run? {
        var a = x
        var b = y
        while a < removed.count, removed[a] { a += 1 }
        while b < added.count, added[b] { b += 1 }
        if a > x || b > y { return Run(left: x..<a, right: y..<b, isKept: false) }
        while a < removed.count, b < added.count, !removed[a], !added[b] {
            a += 1
            b += 1
        }
        return a > x ? Run(left: x..<a, right: y..<b, isKept: true) : nil
    }
}
