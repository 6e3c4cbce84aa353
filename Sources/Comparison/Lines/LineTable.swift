import Bytes

/// The lines of one text, as places in it: eight bytes each, however long they are.
struct LineTable {
    /// Kept whole: lines are slices of it.
    let text: [UInt8]
    /// Where each line begins; one more at the end of the text.
    let starts: [UInt32]
    /// Whether the last line has a line break.
    let endsWithBreak: Bool

    /// The lines of `text`. Traps if it is over 4 GiB.
    init(_ text: [UInt8]) {
        self.text = text
        var starts: [UInt32] = [0]
        for (index, byte) in text.enumerated() where byte == 0x0a {
            starts.append(UInt32(index + 1))
        }
        endsWithBreak = text.isEmpty || text.last == 0x0a
        if !endsWithBreak { starts.append(UInt32(text.count)) }
        self.starts = starts
    }

    /// How many lines there are.
    var count: Int { starts.count - 1 }

    /// A line with its line break, if it has one: without it, it is another line.
    subscript(line: Int) -> ArraySlice<UInt8> {
        text[Int(starts[line])..<Int(starts[line + 1])]
    }

    /// Whether a line has a line break.
    func isTerminated(_ line: Int) -> Bool { endsWithBreak || line < count - 1 }

    /// A line without its line break.
    func content(_ line: Int) -> ArraySlice<UInt8> {
        isTerminated(line) ? self[line].dropLast() : self[line]
    }
}

/// Numbers for lines: the same number for the same bytes, on both sides.
struct LineNumbers {
    /// The number of each left line, counted up from 0 in the order of first use.
    private(set) var left: [Int32] = []
    /// The number of each right line, from the same count.
    private(set) var right: [Int32] = []
    /// How many lines of each number there are, on each side.
    private(set) var counts: [(left: Int32, right: Int32)] = []

    /// Numbers all lines through one open hash table of at most half its slots. Lines are compared
    /// by their bytes, so that equal numbers mean equal lines.
    init(_ left: LineTable, _ right: LineTable) {
        let capacity = max(16, (left.count + right.count) * 2)
        var slots = [Int32](repeating: -1, count: capacity.nextPowerOfTwo)
        /// The first line with each number, on the right if it is negative.
        var first: [Int32] = []
        func line(_ place: Int32) -> ArraySlice<UInt8> {
            place >= 0 ? left[Int(place)] : right[Int(-1 - place)]
        }
        func number(_ bytes: ArraySlice<UInt8>, _ place: Int32) -> Int32 {
            // FNV-1a; a text made to collide only costs time, and texts are limited in size.
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            var slot = Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & UInt64(slots.count - 1))
            while slots[slot] >= 0 {
                if line(first[Int(slots[slot])]) == bytes { return slots[slot] }
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = Int32(first.count)
            first.append(place)
            return slots[slot]
        }
        self.left = (0..<left.count).map { number(left[$0], Int32($0)) }
        self.right = (0..<right.count).map { number(right[$0], -1 - Int32($0)) }
        counts = [(Int32, Int32)](repeating: (0, 0), count: first.count)
        for id in self.left { counts[Int(id)].left += 1 }
        for id in self.right { counts[Int(id)].right += 1 }
    }

    /// Pairs of lines that occur once on each side, in an order that both sides share: the longest
    /// such list (patience sorting).
    func anchors(_ a: Range<Int>, _ b: Range<Int>) -> [(left: Int, right: Int)] {
        var places = [Int32](repeating: -1, count: counts.count)
        for index in b where isUnique(right[index]) { places[Int(right[index])] = Int32(index) }
        var piles: [Int32] = []
        var tops: [Int32] = []
        var entries: [(left: Int32, right: Int32, below: Int32)] = []
        for index in a where isUnique(left[index]) {
            let place = places[Int(left[index])]
            guard place >= 0 else { continue }
            let pile = piles.firstIndexNotLess(place)
            entries.append((Int32(index), place, pile > 0 ? tops[pile - 1] : -1))
            if pile == piles.count {
                piles.append(place)
                tops.append(Int32(entries.count - 1))
            } else {
                piles[pile] = place
                tops[pile] = Int32(entries.count - 1)
            }
        }
        var chain: [(left: Int, right: Int)] = []
        var next = tops.last ?? -1
        while next >= 0 {
            let entry = entries[Int(next)]
            chain.append((Int(entry.left), Int(entry.right)))
            next = entry.below
        }
        return chain.reversed()
    }

    /// Whether a line occurs once on each side.
    private func isUnique(_ id: Int32) -> Bool {
        counts[Int(id)].left == 1 && counts[Int(id)].right == 1
    }
}

extension [Int32] {
    /// The first index whose element is not less than `value`, in an ascending array.
    fileprivate func firstIndexNotLess(_ value: Int32) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Int {
    /// The smallest power of two that is not less.
    fileprivate var nextPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
