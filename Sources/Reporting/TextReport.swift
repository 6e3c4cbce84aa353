import Bytes
import Findings

/// A report for people: the verdict first, then each root difference with what follows from it,
/// then what was tolerated and what could not be read.
public struct TextReport: Sendable {
    /// How much is shown.
    public struct Options: Sendable {
        /// Whether tolerated differences are listed one by one.
        public var isVerbose = false
        /// Whether colours are used.
        public var usesColor = false
        /// Root differences that are shown.
        public var findings = 50
        /// Differing runs shown per difference.
        public var ranges = 5
        /// Changed lines shown per difference.
        public var lines = 40

        /// The defaults.
        public init() {}
    }

    /// What is written down; nothing is asked of the artifacts again.
    private let report: Report
    /// How much of it is shown, and whether in colour.
    private let options: Options
    /// The text so far, without line breaks.
    private var lines: [String] = []

    /// A text of `report`.
    public init(_ report: Report, _ options: Options = Options()) {
        self.report = report
        self.options = options
    }

    /// The text, every line of it ended.
    public var text: String {
        var copy = self
        copy.write()
        return copy.lines.joined(separator: "\n") + "\n"
    }

    /// Adds one line. What comes from an artifact has to be escaped by now: a raw line break would
    /// forge a line of the report.
    private mutating func add(_ line: String) { lines.append(line) }

    /// Writes all parts in their fixed order; those with nothing to say write nothing.
    private mutating func write() {
        add(paint(headline, verdictColor))
        side("left ", report.left)
        side("right", report.right)
        if report.isSameFile { add("note   both sides are one and the same file") }
        for note in report.notes where note != Report.onlySignatures { add("note   \(note)") }
        if let offset = report.firstDifference { add("first differing byte at offset \(offset)") }
        writeInputs()
        writeFiles()
        writeFindings()
        writeNormalizations()
        writeUnread()
        writeScope()
    }

    // MARK: The first lines

    /// The first line. `equivalent` opens with *NOT IDENTICAL*, so that nobody takes it for the
    /// same bytes; what could not be read stands in it too.
    private var headline: String {
        let roots = report.roots.count + Int(report.omittedFindings)
        let things = report.unread.count
        let incomplete =
            report.complete
            ? "" : " (incomplete: \(things) \(things == 1 ? "thing" : "things") could not be read)"
        switch report.verdict {
        case .identical:
            let view = isTree ? " in view \(report.view)" : ""
            return report.basis == .digestOnly
                ? "IDENTICAL BY DIGEST ALONE: one side was not read" + view
                : "IDENTICAL: the same bytes" + view
        case .equivalent:
            let count = report.normalizations.count
            let same =
                count == 0
                ? "the same but for what was excluded"
                : "the same after \(count) named \(count == 1 ? "rule" : "rules")"
            return "NOT IDENTICAL: \(same)"
        case .different:
            return
                (report.notes.contains(Report.onlySignatures)
                ? "DIFFERENT: \(Report.onlySignatures)"
                : "DIFFERENT: \(roots) root \(roots == 1 ? "difference" : "differences")")
                + incomplete
        case .inconclusive:
            return "INCONCLUSIVE: \(things) \(things == 1 ? "thing" : "things") could not be judged"
        }
    }

    /// Whether either side is a folder, whose view then belongs to the verdict.
    private var isTree: Bool { report.left.kind == .tree || report.right.kind == .tree }

    /// The colour's number in ECMA-48's SGR: green, yellow, red, magenta.
    private var verdictColor: Int {
        switch report.verdict {
        case .identical: 32
        case .equivalent: 33
        case .different: 31
        case .inconclusive: 35
        }
    }

    /// Bold in a colour, or unchanged without colours. A colour of 1 is bold only.
    private func paint(_ text: String, _ color: Int) -> String {
        options.usesColor ? "\u{1b}[1;\(color)m\(text)\u{1b}[0m" : text
    }

    /// One side: path, kind, size and digest, then what was made or declared of it.
    private mutating func side(_ label: String, _ side: Side) {
        let digest = side.digest.map { "sha256 \($0.hex)" } ?? "no digest"
        let size = side.size.map { "\($0) bytes" } ?? "not read"
        add("\(label)  \(side.path.escaped)  (\(side.kind.rawValue), \(size), \(digest))")
        if let form = side.normalForm { add("       normal form \(form.hex)") }
        if let builder = side.origin.builder { add("       declared builder \(builder.escaped)") }
        if let provenance = side.origin.provenance {
            add(
                "       declared provenance \(provenance.name.escaped)  sha256 \(provenance.digest.hex)"
            )
        }
    }

    /// Declared inputs and excluded patterns, which belong to what was compared.
    private mutating func writeInputs() {
        for input in report.inputs {
            add("input  \(input.name.escaped)  (declared, sha256 \(input.digest.hex))")
        }
        for pattern in report.excluded { add("excluded \(pattern.escaped)") }
    }

    /// The verdict on each file of a set.
    private mutating func writeFiles() {
        guard !report.files.isEmpty else { return }
        add("")
        for file in report.files {
            let word = file.verdict.rawValue
            add("\(word)\(String(repeating: " ", count: 14 - word.utf8.count))\(file.name.escaped)")
        }
    }

    // MARK: Findings

    /// Root differences, up to the limit, each with the fields that follow from it in one line.
    /// Looks through all findings once per root that is shown.
    private mutating func writeFindings() {
        let roots = report.roots
        var number = 0
        for finding in roots.prefix(options.findings) {
            number += 1
            add("")
            write(finding, number)
            let followers = report.findings.filter { $0.rootID == finding.id }
            if !followers.isEmpty {
                let names = TextReport.names(of: followers)
                add("    follows from #\(number): " + names.joined(separator: ", "))
            }
        }
        let hidden = roots.count - number + Int(report.omittedFindings)
        if hidden > 0 {
            add("")
            add("… and \(hidden) more differences; the JSON report lists up to 10,000")
        }
    }

    /// What follows from a root: fields by name, each with how many there are of it; a list of
    /// digests by its location.
    private static func names(of followers: [Finding]) -> [String] {
        var counts: [(name: String, count: Int)] = []
        for follower in followers {
            // The empty path is that of a list which is itself one of the sides.
            let name =
                follower.field
                ?? (follower.path.isEmpty ? "the list" : follower.location.description)
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        return counts.map { $0.count == 1 ? $0.name : "\($0.name) (\($0.count))" }
    }

    /// One root difference.
    ///
    /// - Parameter number: what people and *follows from* call it, counted from 1.
    private mutating func write(_ finding: Finding, _ number: Int) {
        let location = finding.location.description
        add(
            paint("#\(number) \(location.isEmpty ? "the whole artifact" : location)", 1)
                + ": \(TextReport.words(for: finding))")
        if finding.leftValue != nil || finding.rightValue != nil {
            add("    left   \(finding.leftValue ?? "(none)")")
            add("    right  \(finding.rightValue ?? "(none)")")
        }
        if finding.kind == .field {
            let places = [("left", finding.left), ("right", finding.right)].compactMap {
                side, extent in
                extent.map { "\($0.range.start) (\(side), \($0.range.length) bytes)" }
            }
            if !places.isEmpty { add("    at offset " + places.joined(separator: " and ")) }
        }
        if let note = finding.note { add("    \(note)") }
        write(ranges: finding)
        if let diff = finding.lines { write(diff) }
        if let context = finding.context { write(context) }
    }

    /// What a kind of finding means, after its location. A lone member's side is told by which
    /// value it has.
    private static func words(for finding: Finding) -> String {
        switch finding.kind {
        case .content: "content differs"
        case .field: "field differs"
        case .member: finding.leftValue == nil ? "only on the right" : "only on the left"
        case .moved: "moved, with the same content"
        case .order: "members come in another order"
        case .format: "another format"
        case .codec: "compressed differently"
        case .framing: "framing differs"
        case .attribute: "attribute differs"
        }
    }

    /// The differing runs, up to the limit, and how many there are beside them.
    private mutating func write(ranges finding: Finding) {
        for pair in finding.ranges.prefix(options.ranges) {
            let left = "\(pair.left.length) \(pair.left.length == 1 ? "byte" : "bytes")"
            add(
                pair.left == pair.right
                    ? "    offset \(pair.left.start): \(left)"
                    : "    offset \(pair.left.start): \(left), against offset "
                        + "\(pair.right.start): \(pair.right.length) bytes")
        }
        let hidden =
            finding.ranges.count - min(finding.ranges.count, options.ranges)
            + Int(finding.omittedRanges)
        if hidden > 0 { add("    … and \(hidden) more runs") }
    }

    /// Changed lines in the form of a unified diff. Line numbers count from 1; the limit goes for
    /// all hunks together.
    private mutating func write(_ diff: LineDiff) {
        add(
            "    lines: \(diff.removed) removed, \(diff.added) added"
                + (diff.isCapped ? " (search cut short; there may be a shorter script)" : ""))
        var shown = 0
        for hunk in diff.hunks {
            guard shown < options.lines else {
                add("    … more hunks; the JSON report lists them")
                return
            }
            let counts = hunk.counts
            add(
                "    @@ -\(hunk.leftStart),\(counts.left) +\(hunk.rightStart),\(counts.right) @@")
            for line in hunk.lines {
                guard shown < options.lines else {
                    add("    … more lines; the JSON report lists them")
                    return
                }
                let text = line.origin.rawValue + line.text.escaped
                add(
                    "    "
                        + (line.origin == .both
                            ? text : paint(text, line.origin == .left ? 31 : 32)))
                if !line.isTerminated { add("    \\ No newline at end of file") }
                shown += 1
            }
        }
    }

    /// The bytes around the first difference: left as `-`, right as `+`.
    private mutating func write(_ context: HexContext) {
        write(context.left, context.leftStart, "-")
        write(context.right, context.rightStart, "+")
    }

    /// Rows of 16 bytes as `hexdump -C` has them; what is not printable ASCII is a dot.
    ///
    /// - Parameter start: the offset of the first byte in its layer.
    private mutating func write(_ bytes: [UInt8], _ start: UInt64, _ mark: String) {
        for row in stride(from: 0, to: bytes.count, by: 16) {
            let part = bytes[row..<min(row + 16, bytes.count)]
            let digits = part.map { Hex.encode([$0]) }.joined(separator: " ")
            let text = part.map { (0x20..<0x7f).contains($0) ? Character(Unicode.Scalar($0)) : "." }
            let padding = String(repeating: " ", count: 48 - digits.utf8.count)
            let offset = Hex.encode(start + UInt64(row), width: 8)
            add("    \(mark) \(offset)  \(digits)\(padding)|\(String(text))|")
        }
    }

    // MARK: The rest

    /// What rules tolerated, per rule; each difference only if asked for, and then the first 1,000.
    private mutating func writeNormalizations() {
        guard !report.normalizations.isEmpty else { return }
        add("")
        add("tolerated, by rule of profile \(report.profile.name):")
        for rule in report.normalizations {
            add("    \(rule.rule) (version \(rule.version)): \(rule.count)")
            guard options.isVerbose else { continue }
            for item in rule.first {
                add(
                    "        \(item.location.description): \(item.left ?? "(none)") against "
                        + "\(item.right ?? "(none)")")
            }
        }
    }

    /// What could not be judged, with the code of the reason in brackets.
    private mutating func writeUnread() {
        guard !report.unread.isEmpty else { return }
        add("")
        add("could not be judged:")
        for item in report.unread {
            let place = item.location.description
            add(
                "    \(item.side.rawValue) \(place.isEmpty ? "the whole file" : place): "
                    + "\(item.message) [\(item.reason)]")
        }
    }

    /// What a match does not mean: it stands under every one.
    private mutating func writeScope() {
        guard report.verdict == .identical || report.verdict == .equivalent else { return }
        add("")
        add("This says that the two agree, not that their source is good.")
    }
}
