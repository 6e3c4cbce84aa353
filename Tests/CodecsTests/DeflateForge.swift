import TestSupport

/// Writes deflate data bit by bit (RFC 1951, section 3.1.1).
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    /// Bits written.
    private(set) var count = 0

    /// Adds the lowest `count` bits of `value`, the lowest first.
    mutating func add(_ value: Int, _ count: Int) {
        for place in 0..<count {
            if self.count.isMultiple(of: 8) { bytes.append(0) }
            bytes[bytes.count - 1] |= UInt8(value >> place & 1) << UInt8(self.count % 8)
            self.count += 1
        }
    }

    /// Adds a code, its highest bit first.
    mutating func add(code: (value: Int, size: Int)) {
        for place in (0..<code.size).reversed() { add(code.value >> place, 1) }
    }

    /// Adds random bits.
    mutating func add(noise count: Int, _ random: inout SeededGenerator) {
        for _ in 0..<count { add(random.below(2), 1) }
    }

    /// Goes to the next whole byte.
    mutating func align() { while !count.isMultiple(of: 8) { add(0, 1) } }
}

/// Blocks of deflate data with codes that no encoder would choose.
enum DeflateForge {
    /// How a set of codes uses the values there are: all of them; not all; more than there are.
    enum Fill: CaseIterable { case complete, incomplete, excessive }

    /// The canonical codes of such lengths (section 3.2.2).
    static func codes(_ lengths: [Int]) -> [(value: Int, size: Int)] {
        var next = 0
        var codes = lengths.map { (value: 0, size: $0) }
        for size in 1...15 {
            next <<= 1
            for symbol in lengths.indices where lengths[symbol] == size {
                codes[symbol].value = next
                next += 1
            }
        }
        return codes
    }

    /// Random lengths of up to `limit` bits for some of `symbols` symbols, `needed` among them.
    static func lengths(
        _ symbols: Int, needed: [Int], limit: Int, _ fill: Fill, _ random: inout SeededGenerator
    ) -> [Int] {
        var leaves = [0]
        let wanted = max(needed.count, 2) + random.below(max(1, symbols - needed.count - 1))
        while leaves.count < wanted, let place = leaves.indices.randomElement(using: &random) {
            guard leaves[place] < limit else { continue }
            leaves[place] += 1
            leaves.append(leaves[place])
        }
        let place = random.below(leaves.count)
        switch fill {
        case .complete: break
        case .incomplete where leaves[place] < limit: leaves[place] += 1
        case .incomplete: leaves[place] = 0
        case .excessive: leaves[place] = max(1, leaves[place] - 1)
        }
        var lengths = [Int](repeating: 0, count: symbols)
        let others = (0..<symbols).filter { !needed.contains($0) }.shuffled(using: &random)
        // Short codes for what is needed, so that random bits hold the end of the block.
        for (symbol, leaf) in zip(needed + others, leaves.sorted()) { lengths[symbol] = leaf }
        return lengths
    }

    /// The header of a block with such codes (section 3.2.7).
    static func header(
        _ writer: inout BitWriter, isLast: Bool, literals: [Int], distances: [Int],
        _ fill: Fill, _ random: inout SeededGenerator
    ) {
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        let all = literals + distances
        let needed = Array(Set(all).union([17, 18, 16]))
        let sizes = lengths(19, needed: needed, limit: 7, fill, &random)
        let codes = codes(sizes)
        writer.add(isLast ? 5 : 4, 3)
        writer.add(literals.count - 257, 5)
        writer.add(distances.count - 1, 5)
        writer.add(15, 4)
        for symbol in order { writer.add(sizes[symbol], 3) }
        var place = 0
        while place < all.count {
            let run = all[place...].prefix { $0 == all[place] }.count
            if all[place] == 0, run >= 11, random.below(4) > 0 {
                writer.add(code: codes[18])
                writer.add(min(run, 138) - 11, 7)
                place += min(run, 138)
            } else if all[place] == 0, run >= 3, random.below(4) > 0 {
                writer.add(code: codes[17])
                writer.add(min(run, 10) - 3, 3)
                place += min(run, 10)
            } else {
                writer.add(code: codes[all[place]])
                place += 1
                guard run > 3, random.below(2) > 0 else { continue }
                writer.add(code: codes[16])
                writer.add(min(run - 1, 6) - 3, 2)
                place += min(run - 1, 6)
            }
        }
    }

    /// Some blocks of random codes with random bits behind each header, which end where they may.
    static func stream(_ random: inout SeededGenerator) -> [UInt8] {
        var writer = BitWriter()
        // Content for matches to reach back to.
        for byte in random.bytes(random.below(300)) { stored(&writer, [byte], isLast: false) }
        for _ in 0...random.below(3) {
            let isLast = random.below(3) > 0
            switch random.below(6) {
            case 0: stored(&writer, random.bytes(random.below(40)), isLast: isLast)
            case 1: writer.add(isLast ? 3 : 2, 3)
            default: dynamic(&writer, isLast: isLast, &random)
            }
            writer.add(noise: random.below(400), &random)
        }
        return writer.bytes + random.bytes(random.below(20))
    }

    /// A stored block (section 3.2.4).
    static func stored(_ writer: inout BitWriter, _ content: [UInt8], isLast: Bool) {
        writer.add(isLast ? 1 : 0, 3)
        writer.align()
        writer.add(content.count, 16)
        writer.add(~content.count, 16)
        for byte in content { writer.add(Int(byte), 8) }
    }

    /// The header of a block with random codes, most of them complete.
    private static func dynamic(
        _ writer: inout BitWriter, isLast: Bool, _ random: inout SeededGenerator
    ) {
        func fill() -> Fill { random.once(in: 5) ? random.pick(Fill.allCases) : .complete }
        let literals = lengths(
            257 + random.below(30), needed: random.once(in: 20) ? [] : [256], limit: 15, fill(),
            &random)
        var distances = [[1], [0], [0, 0, 1]].randomElement(using: &random) ?? []
        if random.below(3) > 0 {
            distances = lengths(1 + random.below(30), needed: [], limit: 15, fill(), &random)
        }
        header(
            &writer, isLast: isLast, literals: literals, distances: distances, fill(), &random)
    }
}
