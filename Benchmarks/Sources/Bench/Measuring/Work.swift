import Glibc

/// Something to be measured: its data, its commands, its goals.
struct Work: Sendable {
    /// The name by which it is asked for.
    let name: String
    /// What is done, in words, and to which data.
    let title: String
    /// Why it cannot be much faster.
    let bound: String
    /// Bytes of data at full size. They have to fit on the disk, and in memory to be read warm.
    var space = 0
    /// Programs that the data cannot be made without.
    var needs: [Peer] = []
    /// Makes the data in the folder of the bench.
    var make: @Sendable (Bench) throws -> Void = { _ in }
    /// Measures.
    let measure: @Sendable (Bench) throws -> Section
}

/// What came of a work.
struct Section {
    var rows: [Row]
    var timings: [Timing] = []
    /// Bytes that decoders need for their windows, both sides together. `nil`: the work has a goal
    /// for memory of its own.
    var window: Int? = 0
}

/// What a work is run with.
struct Bench {
    let options: Options
    /// Where the data of the work lies.
    let folder: String

    /// Runs that each command gets.
    var rounds: Int { options.runs }

    /// A file for what programs write.
    private var output: String { "\(folder)/output" }

    /// A number of files, bytes or lines at the scale that was asked for.
    func scaled(_ count: Int) -> Int { max(1, Int(Double(count) * options.scale)) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// A command of tally.
    func tally(_ arguments: String..., codes: ClosedRange<Int32> = 0...0) -> Command {
        Command(words: [options.tally] + arguments, peer: nil, codes: codes)
    }

    /// A comparison with its report in full.
    func compare(_ left: String, _ right: String, _ more: String..., differs: Bool) -> Command {
        let words = [options.tally, "compare", left, right, "--format", "json"] + more
        return Command(words: words, peer: nil, codes: differs ? 1...1 : 0...0)
    }

    func contest(_ commands: Command...) throws -> Contest.Result {
        try Contest(commands: commands).run(in: folder, output: output, rounds: rounds)
    }

    /// One run of a slow comparison, with a report for people that has to say all of `sayings`.
    func checkedRun(_ command: Command, says sayings: String...) throws -> Contest.Result {
        let result = try Contest(commands: [command]).run(in: folder, output: output, rounds: 1)
        try Bench.expect(sayings, in: Disk.text(output), of: command)
        return result
    }

    /// Runs a program once, and returns the beginning of what it writes.
    @discardableResult
    func answer(_ command: Command) throws -> String {
        try command.measure(in: folder, output: output)
        return Disk.text(output)
    }

    /// Runs a comparison once with a report for people, which has to say all of `sayings`.
    func check(_ command: Command, says sayings: String...) throws {
        var words = command.words
        if let format = words.firstIndex(of: "json") { words[format] = "text" }
        let text = try answer(Command(words: words, peer: nil, codes: command.codes))
        try Bench.expect(sayings, in: text, of: command)
    }

    private static func expect(_ sayings: [String], in text: String, of command: Command) throws {
        for saying in sayings where !text.contains(saying) {
            throw Failure("'\(command.text)' does not say '\(saying)' but: \(text.prefix(400))")
        }
    }

    /// A program that makes data, by the shell.
    func run(_ line: String) throws {
        try Command(words: ["sh", "-c", line], peer: .gzip).measure(in: folder, output: "/dev/null")
    }
}
