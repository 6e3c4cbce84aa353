/// Finds lines that occur once on each side, in an order that both sides share: the longest such
/// list (patience sorting). Tables are bounded; of many lines, only those are looked at whose hash
/// has zeros at its end, which are the same on both sides.
struct LineAnchors {
    /// A pair of lines that stand for each other.
    typealias Pair = (left: Int, right: Int)

    /// Lines of a side from which on only some are looked at.
    static let most = 1 << 18
    /// Slots that are looked at for one line: more would let a hostile text cost time.
    private static let probes = 32

    /// A line and where it is; ``none`` or ``many`` in place of a place.
    private struct Slot {
        static let none: Int32 = -1
        static let many: Int32 = -2
        var hash: UInt64 = 0
        var left = none
        var right = none
    }

    private var slots: [Slot]
    /// What shifts a hash to the number of its slot.
    private let shift: Int
    /// The bits of a hash that are zero in lines that are looked at.
    private let mask: UInt64
    /// The slots in the order in which they were filled.
    private var order: [Int32] = []

    /// The zeros that make a side's lines few enough.
    static func zeros(for lines: Int) -> Int {
        var zeros = 0
        while lines >> zeros > most { zeros += 1 }
        return zeros
    }

    /// A table for about `lines` lines, of which those with `zeros` bits are looked at.
    private init(lines: Int, zeros: Int) {
        let wanted = min(max(64, 2 * (lines >> zeros)), 4 * LineAnchors.most)
        let bits = Int.bitWidth - (wanted - 1).leadingZeroBitCount
        slots = [Slot](repeating: Slot(), count: 1 << bits)
        shift = UInt64.bitWidth - bits
        mask = (1 << UInt64(zeros)) - 1
    }

    /// The anchors between two ranges of lines.
    static func find(
        _ left: [UInt64], _ a: Range<Int>, _ right: [UInt64], _ b: Range<Int>, zeros: Int
    ) -> [Pair] {
        var table = LineAnchors(lines: a.count, zeros: zeros)
        for index in a where left[index] & table.mask == 0 { table.insert(left[index], index) }
        for index in b where right[index] & table.mask == 0 { table.match(right[index], index) }
        return longestChain(
            table.order.lazy.map { table.slots[Int($0)] }.filter { $0.left >= 0 && $0.right >= 0 })
    }

    /// The slot of a hash, or the free one that it may take; `nil` if it is too far away. Slots are
    /// never freed, so a hash that was once turned away always is.
    private func slot(_ hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash >> UInt64(shift))
        for _ in 0..<LineAnchors.probes {
            if slots[slot].left == Slot.none || slots[slot].hash == hash { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes a left line. The table takes new ones up to three quarters.
    private mutating func insert(_ hash: UInt64, _ line: Int) {
        guard let slot = slot(hash) else { return }
        if slots[slot].left != Slot.none {
            slots[slot].left = Slot.many
        } else if order.count < slots.count / 4 * 3 {
            slots[slot] = Slot(hash: hash, left: Int32(line))
            order.append(Int32(slot))
        }
    }

    /// Notes a right line where the left has one like it.
    private mutating func match(_ hash: UInt64, _ line: Int) {
        guard let slot = slot(hash), slots[slot].left != Slot.none else { return }
        slots[slot].right = slots[slot].right == Slot.none ? Int32(line) : Slot.many
    }

    // MARK: Patience sorting

    /// The longest list of pairs, which come in ascending order on the left, that ascends on the
    /// right too.
    private static func longestChain(_ pairs: some Sequence<Slot>) -> [Pair] {
        var piles: [Int32] = []
        var tops: [Int32] = []
        var entries: [(left: Int32, right: Int32, below: Int32)] = []
        for pair in pairs {
            let pile = piles.firstIndexNotLess(pair.right)
            entries.append((pair.left, pair.right, pile > 0 ? tops[pile - 1] : -1))
            if pile == piles.count {
                piles.append(pair.right)
                tops.append(Int32(entries.count - 1))
            } else {
                piles[pile] = pair.right
                tops[pile] = Int32(entries.count - 1)
            }
        }
        var chain: [Pair] = []
        var next = tops.last ?? -1
        while next >= 0 {
            let entry = entries[Int(next)]
            chain.append((Int(entry.left), Int(entry.right)))
            next = entry.below
        }
        return chain.reversed()
    }
}

extension [Int32] {
    /// The first index whose element is not less than `value`, in an ascending array.
    fileprivate func firstIndexNotLess(_ value: Int32) -> Int {
        // Most anchors come in order.
        guard let last, last >= value else { return count }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
