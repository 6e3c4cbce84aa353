/// SplitMix64, seeded, so that a failing test fails again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that repeats itself for the same seed.
    public init(_ seed: UInt64) { state = seed }

    /// The next word.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from zero up to `limit`, which is left out. Traps if `limit` is not positive.
    public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// True once in `times`.
    public mutating func once(in times: Int) -> Bool { below(times) == 0 }

    /// Bytes of every value.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Bytes that compress well: words of a small vocabulary, in lines.
    public mutating func text(_ count: Int) -> [UInt8] {
        let words = ["tally", "stick", "half", "notch", "grain", "split", "debt", "\n"]
        var text: [UInt8] = []
        while text.count < count { text += Array(words[below(words.count)].utf8) + [0x20] }
        return Array(text.prefix(count))
    }

    /// One of `choices`. Traps if there are none.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[below(choices.count)]
    }
}
