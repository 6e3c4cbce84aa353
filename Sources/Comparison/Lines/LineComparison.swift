import Bytes
import Findings
import Hashing

/// Finds the changed lines of two texts and makes hunks of them.
///
/// What the texts have in common at their ends is never split into lines; of the lines between,
/// only hashes are held. The script that is made of them is checked against the texts, read once
/// more.
struct LineComparison {
    /// The texts as they were opened; each step reads them with readers of its own.
    private let leftText, rightText: TextReader
    /// The bytes at the beginning that are known to agree.
    private let first: Int
    /// Tests make lines collide with them.
    private let options: LineTable.Options

    /// Compares two texts that agree up to the byte `first`, and no further.
    init(
        _ left: TextReader, _ right: TextReader, first: UInt64,
        options: LineTable.Options = LineTable.Options()
    ) {
        leftText = left
        rightText = right
        self.first = Int(first)
        self.options = options
    }

    /// The changed lines, or `nil` if a side is not text all through, or if the script does not
    /// turn one text into the other, which would be a fault of this type.
    func diff() throws(SourceError) -> LineDiff? {
        guard leftText.size > 0, rightText.size > 0 else { return nil }
        var (left, right) = (leftText, rightText)
        guard
            let ends = try CommonEnds(&left, &right, first: first, context: HunkMaker.context),
            let leftLines = try LineTable(&left, ends.left, options),
            let rightLines = try LineTable(&right, ends.right, options)
        else { return nil }
        var script = LineMatcher.script(leftLines.hashes, rightLines.hashes)
        var check = ScriptCheck(leftLines, leftText, rightLines, rightText)
        guard try check.correct(&script) else { return nil }
        var maker = HunkMaker(
            leftLines, leftText, rightLines, rightText, linesBefore: ends.linesBefore)
        return LineDiff(try maker.hunks(script), script)
    }
}

extension LineDiff {
    /// The hunks of a script; its changes that they do not list are counted.
    fileprivate init(_ hunks: [Hunk], _ script: LineScript) {
        let removed = script.removed.count { $0 }
        let added = script.added.count { $0 }
        let listed = hunks.reduce(0) { $0 + $1.lines.count { $0.origin != .both } }
        self.init(
            hunks: hunks, removed: removed, added: added, isCapped: script.isCapped,
            omitted: removed + added - listed)
    }
}
