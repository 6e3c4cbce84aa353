/// Two texts of many lines that differ in some of them.
///
/// Of the changed lines 60 of 100 are replaced, 20 deleted and 20 inserted.
struct ChangedText {
    /// Which lines are changed.
    enum Change: Sendable {
        /// So many lines in all, at even distances.
        case evenly(Int)
        /// So many lines of a thousand, at random.
        case perThousand(Int)
        /// So many lines inserted at once in the middle.
        case block(Int)
    }

    let lines: Int
    let change: Change

    /// Writes the right text, and the left one where asked; returns how many lines the right has
    /// more.
    func write(left: String?, right: String) throws -> Int {
        let leftFile = try left.map { try OutputFile($0) }
        let rightFile = try OutputFile(right)
        var (prose, other, random) = (Prose(11), Prose(12), SeededGenerator(13))
        var (leftText, rightText): ([UInt8], [UInt8]) = ([], [])
        var growth = 0
        for index in 0..<lines {
            let start = leftText.count
            prose.line(to: &leftText)
            let line = leftText[start...]
            let edit = edit(index, &random)
            if edit.keeps { rightText += line }
            for _ in 0..<edit.added { other.line(to: &rightText) }
            growth += edit.added - (edit.keeps ? 0 : 1)
            if leftText.count > 1 << 20 || index == lines - 1 {
                try leftFile?.write(leftText)
                try rightFile.write(rightText)
                leftText = []
                rightText = []
            }
        }
        try leftFile?.close()
        try rightFile.close()
        return growth
    }

    /// What becomes of a line: whether it stays, and how many follow it.
    private func edit(
        _ index: Int, _ random: inout SeededGenerator
    ) -> (keeps: Bool, added: Int) {
        switch change {
        case .block(let count): return (true, index == lines / 2 ? count : 0)
        case .evenly(let count):
            let distance = max(1, lines / count)
            guard index % distance == distance / 2 else { return (true, 0) }
        case .perThousand(let rate): guard random.below(1000) < rate else { return (true, 0) }
        }
        switch random.below(10) {
        case 0..<6: return (false, 1)
        case 6..<8: return (false, 0)
        default: return (true, 1)
        }
    }
}
