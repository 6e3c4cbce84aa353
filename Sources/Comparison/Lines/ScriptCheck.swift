import Bytes
import Hashing

/// The replay of a script: reads both texts again and compares the bytes of all lines that it
/// keeps, because hashes may be equal where lines are not.
struct ScriptCheck {
    private let left, right: LineTable
    private var leftText, rightText: TextReader

    /// A check of scripts between two tables, read anew from their texts.
    init(_ left: LineTable, _ leftText: TextReader, _ right: LineTable, _ rightText: TextReader) {
        self.left = left
        self.right = right
        self.leftText = leftText
        self.rightText = rightText
    }

    /// Takes kept lines that are not the same out of the script: they are changed. Returns `false`
    /// if it does not fit the texts even so, which would be a fault of what made it.
    mutating func correct(_ script: inout LineScript) throws(SourceError) -> Bool {
        var x = 0
        var y = 0
        while let run = script.run(at: x, y) {
            x = run.left.upperBound
            y = run.right.upperBound
            guard run.isKept, try !isSame(run.left, run.right) else { continue }
            for (a, b) in zip(run.left, run.right) where try !isSame(a..<a + 1, b..<b + 1) {
                script.remove(a)
                script.add(b)
            }
        }
        return x == left.count && y == right.count
    }

    /// Whether two runs of lines have the same bytes.
    private mutating func isSame(
        _ leftLines: Range<Int>, _ rightLines: Range<Int>
    ) throws(SourceError) -> Bool {
        let a = left.bytes(leftLines)
        let b = right.bytes(rightLines)
        guard a.count == b.count else { return false }
        var done = 0
        while done < a.count {
            let x = try leftText.block(at: a.lowerBound + done, to: a.upperBound)
            let y = try rightText.block(at: b.lowerBound + done, to: b.upperBound)
            guard firstDifference(x, y) == nil else { return false }
            done += x.count
        }
        return true
    }
}
