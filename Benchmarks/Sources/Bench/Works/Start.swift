extension Work {
    static let start = Work(
        name: "start", title: "Start-up, `tally --version`",
        bound: "The dynamic linker and the start of the Swift runtime."
    ) { bench in
        try bench.check(bench.tally("--version"), says: "tally ")
        let result = try bench.contest(bench.tally("--version"))
        return Section(
            rows: [result.row("start-up", .wall, .below(0.01))], timings: result.timings)
    }
}
