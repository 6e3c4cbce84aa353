import Bytes
import Findings

/// Makes hunks of a script: changes with the lines around them; changes whose surroundings meet
/// share a hunk.
struct HunkMaker {
    /// Lines around a change that are shown.
    static let context = 3
    /// Lines that are listed in all hunks.
    static let lineLimit = 20_000

    private let left, right: LineTable
    private var leftText, rightText: TextReader
    /// Lines of both texts that come before the tables' first.
    private let linesBefore: Int
    /// Lines that may still be listed.
    private var rest = HunkMaker.lineLimit

    /// A maker of hunks with lines from two tables, read anew from their texts.
    init(
        _ left: LineTable, _ leftText: TextReader, _ right: LineTable, _ rightText: TextReader,
        linesBefore: Int
    ) {
        self.left = left
        self.right = right
        self.leftText = leftText
        self.rightText = rightText
        self.linesBefore = linesBefore
    }

    /// The hunks in order, up to the limit of lines.
    mutating func hunks(_ script: LineScript) throws(SourceError) -> [LineDiff.Hunk] {
        var hunks: [LineDiff.Hunk] = []
        var group: [LineScript.Run] = []
        var held = 0
        var x = 0
        var y = 0
        // More lines than may be listed need not be held: the hunk is cut off anyway.
        while held < rest, let run = script.run(at: x, y) {
            x = run.left.upperBound
            y = run.right.upperBound
            let isLast = x == left.count && y == right.count
            let isFar = run.isKept && (isLast || run.left.count > 2 * HunkMaker.context)
            if isFar, !group.isEmpty {
                hunks.append(try hunk(group + [run.head]))
                group.removeAll(keepingCapacity: true)
                held = 0
            }
            group.append(run.isKept && group.isEmpty ? run.tail : run)
            held += run.isKept && group.count == 1 ? 0 : run.left.count + run.right.count
        }
        if rest > 0, group.contains(where: { !$0.isKept }) { hunks.append(try hunk(group)) }
        return hunks
    }

    /// One hunk of runs in a row, cut off at the limit.
    private mutating func hunk(_ runs: [LineScript.Run]) throws(SourceError) -> LineDiff.Hunk {
        var lines: [LineDiff.Line] = []
        for run in runs {
            let fromLeft = run.left.prefix(rest)
            rest -= fromLeft.count
            for line in fromLeft {
                lines.append(try self.line(line, left, &leftText, run.isKept ? .both : .left))
            }
            guard !run.isKept else { continue }
            let fromRight = run.right.prefix(rest)
            rest -= fromRight.count
            for line in fromRight { lines.append(try self.line(line, right, &rightText, .right)) }
        }
        return LineDiff.Hunk(
            leftStart: linesBefore + (runs.first?.left.lowerBound ?? 0) + 1,
            rightStart: linesBefore + (runs.first?.right.lowerBound ?? 0) + 1, lines: lines)
    }

    /// A line without its line break.
    private func line(
        _ line: Int, _ table: LineTable, _ text: inout TextReader, _ origin: LineDiff.Line.Origin
    ) throws(SourceError) -> LineDiff.Line {
        let bytes = try text.read(table.bytes(line..<line + 1))
        let isTerminated = bytes.last == 0x0a
        return LineDiff.Line(
            origin, ByteString(isTerminated ? bytes.dropLast() : bytes), isTerminated: isTerminated)
    }
}

extension LineScript.Run {
    /// The first lines of a kept run, that stand behind a change.
    fileprivate var head: LineScript.Run {
        LineScript.Run(
            left: left.prefix(HunkMaker.context), right: right.prefix(HunkMaker.context),
            isKept: true)
    }

    /// The last lines of a kept run, that stand before a change.
    fileprivate var tail: LineScript.Run {
        LineScript.Run(
            left: left.suffix(HunkMaker.context), right: right.suffix(HunkMaker.context),
            isKept: true)
    }
}
