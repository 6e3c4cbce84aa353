/// `Docs/Performance.md`.
struct Page {
    let options: Options
    /// Versions of the peers; `nil` for one that is absent.
    let versions: [(peer: Peer, version: String?)]
    /// Shares of the processors that others used before each work.
    let loads: [Double]
    /// The least peak of memory that can be told, in bytes.
    let floor: Double
    let chapters: [Chapter]

    /// A work and what came of it.
    struct Chapter {
        let work: Work
        let section: Section
    }

    var text: String {
        """
        # Performance

        \(Notes.head)

            make bench\(part)

        ## Results
        \(warning)
        \(results)

        ## What bounds what falls short
        \(Notes.bounds)

        ## The machine
        \(machine)

        ## How it is measured
        \(Notes.method)

        ## Every command
        \(chapters.map(Page.details).joined(separator: "\n"))
        """
    }

    /// Variables of `make` other than the default.
    private var part: String {
        [
            options.only.isEmpty ? "" : "ONLY=\"\(options.only.joined(separator: " "))\"",
            options.scale == 1 ? "" : "SCALE=\(options.scale)",
            options.runs == 5 ? "" : "RUNS=\(options.runs)",
        ].filter { !$0.isEmpty }.map { " \($0)" }.joined()
    }

    private var machine: String {
        var facts = [("date", options.date), ("tally", options.commit)] + Machine.facts()
        facts.append(
            (
                "used by others",
                "\(percent(Figure.median(loads))), at most \(percent(loads.max() ?? 0))"
            ))
        facts.append(("floor of peak memory", Measure.memory.text(floor)))
        facts += versions.map { ($0.peer.rawValue, $0.version ?? "not installed") }
        return "| | |\n|---|---|\n"
            + facts.map { "| \($0) | \($1.isEmpty ? "-" : $1) |" }.joined(separator: "\n")
    }

    private func percent(_ share: Double) -> String { Figure.text(share * 100, 0) + " %" }

    /// Says so, if others had much of the machine.
    private var warning: String {
        Figure.median(loads) < 0.1
            ? "" : "\n**The machine was busy with other work: do not quote these figures.**\n"
    }

    /// The row on the memory of all works whose goal it is.
    private var memory: Row {
        var row = Row(
            work: "all of these but texts, attestations and the tar of 1,000,000 members",
            measure: Measure.memory.rawValue, goal: "< 64 MB and the decoder's window")
        let peaks = chapters.flatMap { chapter in
            chapter.section.timings.filter { $0.command.peer == nil }.flatMap { timing in
                timing.runs.map { run in
                    (
                        work: chapter.work.name,
                        memory: run.memory - Double(chapter.section.window ?? 0)
                    )
                }
            }
            .filter { _ in chapter.section.window != nil }
        }
        guard let most = peaks.max(by: { $0.memory < $1.memory }) else { return row }
        row.ours = "\(Measure.memory.text(most.memory)) (\(most.work))"
        row.outcome = Row.word(most.memory < 64e6)
        return row
    }

    private var results: String {
        let head = """
            | work | measured | tally | peer | ratio | goal | met |
            |---|---|--:|--:|--:|---|---|
            """
        let rows = chapters.flatMap(\.section.rows) + [memory]
        return ([head] + rows.map(\.line)).joined(separator: "\n")
    }

    /// A text for a table in Markdown.
    private static func escape(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// What was run for a work, and what bounds it.
    private static func details(_ chapter: Chapter) -> String {
        let timings = chapter.section.timings.filter { !$0.runs.isEmpty }
        let lines = timings.map { timing in
            "| `\(Page.escape(timing.command.text))` | \(timing.runs.count) | "
                + [Measure.wall, .processor, .memory]
                .map { $0.text(timing.median($0)) }.joined(separator: " | ") + " |"
        }
        let failures = chapter.section.timings.compactMap(\.failure).map { "\nFailed: \($0)." }
        let head = ["| command | runs | wall | CPU | peak memory |", "|---|--:|--:|--:|--:|"]
        let table = lines.isEmpty ? [] : [""] + head + lines
        let text = ["### \(chapter.work.title)", chapter.work.bound] + table + failures + [""]
        return text.joined(separator: "\n")
    }
}

extension Row {
    /// The row in Markdown.
    var line: String {
        "| " + [work, measure, ours, peer, ratio, goal, outcome].joined(separator: " | ") + " |"
    }
}
