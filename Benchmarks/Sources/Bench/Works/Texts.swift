/// Texts of 1.9 million lines that differ in some of them.
extension Work {
    private static let changes: [(name: String, title: String, change: ChangedText.Change)] = [
        ("few", "20 lines changed", .evenly(20)),
        ("many", "3 % of the lines changed", .perThousand(30)),
        ("most", "30 % of the lines changed", .perThousand(300)),
    ]

    static let text = Work(
        name: "text",
        title: """
            Texts of 1.9 million lines, 100 MB: 20 lines, 3 % or 30 % changed, or 100,000 lines \
            inserted at once
            """,
        bound: """
            Finding and hashing the lines of both sides, SHA-256 of both files, and writing hunks. \
            Each script is checked to add up: lines added less lines removed is what the right \
            text has more.
            """, space: 600 << 20,
        make: { bench in
            let lines = bench.scaled(1_900_000)
            var growths = ""
            for (index, entry) in changes.enumerated() {
                let text = ChangedText(lines: lines, change: entry.change)
                let left = index == 0 ? bench.path("left") : nil
                growths += "\(try text.write(left: left, right: bench.path(entry.name))) "
            }
            let block = ChangedText(lines: lines, change: .block(bench.scaled(100_000)))
            _ = try block.write(left: nil, right: bench.path("block"))
            try Disk.write(bench.path("growths"), Array(growths.utf8))
        },
        measure: { bench in
            let growths = Disk.text(bench.path("growths")).split(separator: " ").compactMap {
                Int($0)
            }
            var section = Section(rows: [], window: nil)
            for (entry, growth) in zip(changes, growths) {
                let part = try change(bench, entry.name, "text, \(entry.title)", growth: growth)
                section.rows += part.rows
                section.timings += part.timings
            }
            let part = try block(bench)
            section.rows += part.rows
            section.timings += part.timings
            return section
        })

    private static func compare(_ bench: Bench, _ right: String) -> Command {
        bench.compare("left", right, "--max-text", "1000000000", differs: true)
    }

    private static func diff(_ right: String) -> Command {
        .peer(.diff, "--speed-large-files", "left", right, codes: 1...1)
    }

    /// Measures one pair of texts.
    private static func change(
        _ bench: Bench, _ right: String, _ title: String, growth: Int
    ) throws -> Section {
        let ours = try script(bench, right)
        guard ours.added - ours.removed == growth else {
            throw Failure(
                "the script for '\(right)' adds up to \(ours.added - ours.removed), not \(growth)")
        }
        var size = Row(
            work: title, measure: "edit script", ours: "\(ours.added + ours.removed) lines",
            goal: "≤ 1.1 of diff", outcome: "not installed")
        if let peer = try peerScript(bench, right) {
            let ratio = Double(ours.added + ours.removed) / Double(peer)
            size.peer = "diff \(peer) lines"
            size.ratio = Figure.ratio(ratio)
            size.outcome = Row.word(ratio <= 1.1)
        }
        let result = try bench.contest(compare(bench, right), diff(right))
        let rows = [
            result.row(title, .wall, .atMost(0.5, .diff)),
            result.row(title, .processor, .atMost(0.5, .diff)), size,
            result.row(title, .memory, .atMost(0.5, .diff)),
        ]
        return Section(rows: rows, timings: result.timings)
    }

    /// Measures the insertion of many lines at once.
    private static func block(_ bench: Bench) throws -> Section {
        let count = bench.scaled(100_000)
        let ours = try script(bench, "block")
        guard ours == (0, count) else {
            throw Failure("\(count) lines were inserted, found -\(ours.removed) +\(ours.added)")
        }
        let result = try bench.contest(compare(bench, "block"), diff("block"))
        let found = Row(
            work: "text, lines inserted at once", measure: "edit script", ours: "\(count) lines",
            goal: "exactly \(count)", outcome: "yes")
        return Section(
            rows: [found, result.row("text, lines inserted at once", .wall, .none(.diff))],
            timings: result.timings)
    }

    /// How many lines tally's script removes and adds.
    private static func script(_ bench: Bench, _ right: String) throws -> (removed: Int, added: Int)
    {
        var words = compare(bench, right).words
        if let format = words.firstIndex(of: "json") { words[format] = "text" }
        let text = try bench.answer(Command(words: words, peer: nil, codes: 1...1))
        guard let line = text.split(separator: "\n").first(where: { $0.contains("lines: ") }) else {
            throw Failure("the report on '\(right)' names no lines")
        }
        let counts = line.split(separator: " ").compactMap { Int($0.filter { $0 != "," }) }
        guard counts.count == 2 else { throw Failure("cannot read '\(line)'") }
        return (counts[0], counts[1])
    }

    /// How many lines GNU diff's script has; `nil` where it is absent.
    private static func peerScript(_ bench: Bench, _ right: String) throws -> Int? {
        guard Peer.diff.isPresent else { return nil }
        let text = try bench.answer(
            Command(
                words: ["sh", "-c", "diff --speed-large-files left \(right) | grep -c '^[<>]'"],
                peer: .diff))
        return Int(text.filter { $0 != "\n" })
    }
}
