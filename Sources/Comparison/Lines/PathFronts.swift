/// The furthest points of paths from both ends, with a given number of edits, on each diagonal
/// `x - y`. Diagonals of two neighbouring costs share one place.
struct PathFronts {
    /// Which end a path begins at; points are counted from there.
    enum End {
        case start, end
    }

    /// -1 where no path has come. One table, so that one front can be read while the other changes.
    private var furthest: [Int32] = []
    /// The indices of both fronts' diagonal 0.
    private var middle = (start: 0, end: 0)
    /// Lines on each side; paths stay inside.
    private var width = 0
    private var height = 0

    /// Begins anew.
    ///
    /// - Parameter bound: the highest cost that will be tried.
    mutating func begin(_ width: Int, _ height: Int, _ bound: Int) {
        self.width = width
        self.height = height
        let size = 2 * bound + 3
        middle = (bound + 1, size + bound + 1)
        if furthest.count < 2 * size {
            furthest += [Int32](repeating: -1, count: 2 * size - furthest.count)
        }
    }

    /// Takes one edit on the way to each diagonal, then all equal lines behind it. Costs come one
    /// by one from 0.
    ///
    /// Returns a point that a path from the other end has come to as well; only its diagonals up to
    /// `reach` are looked at.
    mutating func extend(
        _ end: End, _ cost: Int, within reach: Int, _ isEqual: (Int, Int) -> Bool
    ) -> (x: Int, y: Int)? {
        let own = end == .start ? middle.start : middle.end
        let other = end == .start ? middle.end : middle.start
        furthest[own - cost - 1] = -1
        furthest[own + cost + 1] = -1
        // A diagonal past the sides has no points; every second has paths of this cost.
        let low = cost > height ? -height + (cost - height) % 2 : -cost
        let high = cost > width ? width - (cost - width) % 2 : cost
        var diagonal = low
        while diagonal <= high {
            var x = cost > 0 ? start(diagonal, own) : 0
            if x >= 0 {
                var y = x - diagonal
                while x < width, y < height, isEqual(x, y) {
                    x += 1
                    y += 1
                }
            }
            furthest[own + diagonal] = Int32(truncatingIfNeeded: x)
            let opposite = width - height - diagonal
            if x >= 0, abs(opposite) <= reach {
                let rest = Int(furthest[other + opposite])
                if rest >= 0, x + rest >= width { return (x, x - diagonal) }
            }
            diagonal += 2
        }
        return nil
    }

    /// Where a path enters a diagonal with its last edit; -1 if none does.
    private func start(_ diagonal: Int, _ own: Int) -> Int {
        let across = Int(furthest[own + diagonal - 1])
        let down = Int(furthest[own + diagonal + 1])
        let x = across >= 0 && across < width ? across + 1 : -1
        return down > x && down - diagonal <= height ? down : x
    }

    /// The point furthest from the start that a path from there has reached for the given cost.
    func furthestPoint(_ cost: Int) -> (x: Int, y: Int) {
        var best = (x: 0, y: 0)
        for diagonal in stride(from: -cost, through: cost, by: 2) {
            let x = Int(furthest[middle.start + diagonal])
            if x >= 0, 2 * x - diagonal > best.x + best.y { best = (x, x - diagonal) }
        }
        return best
    }
}
