/// Lines of random words out of 5,000; a fifth of the lines is one of eight short ones, as braces
/// and blank lines are in sources.
struct Prose {
    private var random: SeededGenerator
    private let words: [[UInt8]]
    private let refrain: [[UInt8]]

    init(_ seed: UInt64) {
        var vocabulary = SeededGenerator(1)
        func word() -> [UInt8] {
            (0..<vocabulary.pick(3...9)).map { _ in UInt8(ascii: "a") + UInt8(vocabulary.below(26))
            }
        }
        words = (0..<5000).map { _ in word() }
        refrain = (0..<8).map { _ in word() + [0x0a] }
        random = SeededGenerator(seed)
    }

    /// Appends a line to `text`.
    mutating func line(to text: inout [UInt8]) {
        if random.below(5) == 0 {
            text += refrain[random.below(refrain.count)]
            return
        }
        for _ in 0..<random.pick(5...11) {
            text += words[random.below(words.count)]
            text.append(0x20)
        }
        text[text.count - 1] = 0x0a
    }

    /// Whole lines of about `count` bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count + 128)
        while text.count < count { line(to: &text) }
        return text
    }
}
