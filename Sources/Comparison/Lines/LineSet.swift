/// A set of lines, by their hashes, of bounded size. It may say of a line that is not in it that it
/// is, never the other way round.
struct LineSet {
    /// Slots at most, of eight bytes each.
    private static let most = 1 << 20
    /// Slots that are looked at for one line.
    private static let probes = 32
    /// Hashes; 0 is an empty slot.
    private var slots: [UInt64]
    /// What shifts a hash to the number of its slot.
    private let shift: Int

    /// The lines of a range.
    init(_ lines: [UInt64], _ range: Range<Int>) {
        let bits = Int.bitWidth - (min(2 * range.count + 2, LineSet.most) - 1).leadingZeroBitCount
        slots = [UInt64](repeating: 0, count: 1 << bits)
        shift = UInt64.bitWidth - bits
        for index in range { insert(lines[index]) }
    }

    /// The slot with a hash, or the empty one where it would be; `nil` if all slots are taken that
    /// it might be in.
    private func slot(_ hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash >> UInt64(shift))
        for _ in 0..<LineSet.probes {
            if slots[slot] == 0 || slots[slot] == hash { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func insert(_ line: UInt64) {
        let hash = max(1, line)
        if let slot = slot(hash) { slots[slot] = hash }
    }

    /// Whether a line may be in the set.
    func mayContain(_ line: UInt64) -> Bool {
        slot(max(1, line)).map { slots[$0] != 0 } ?? true
    }
}
