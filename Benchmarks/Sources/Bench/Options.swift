/// What is asked for on the command line.
struct Options {
    /// The binary.
    var tally = ""
    /// Where data is made. Each work has a folder below it.
    var work = ""
    /// Whether data stays there, for the next time.
    var keepsData = false
    /// The page to write; nothing writes none.
    var page = ""
    /// Names of works; empty for all.
    var only: [String] = []
    /// Runs of each command.
    var runs = 5
    /// Sizes, as a part of those that the goals are for.
    var scale = 1.0
    /// The day, and the commit, for the page.
    var date = "", commit = ""

    static let usage = """
        usage: Bench --tally BINARY --work FOLDER [--keep yes] [--page FILE] [--only "NAME NAME"]
                     [--runs N] [--scale X] [--date DAY] [--commit NAME]
        """

    /// `nil` for what cannot be understood.
    init?(_ arguments: [String]) {
        guard arguments.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: 0, to: arguments.count, by: 2) {
            guard set(arguments[index], arguments[index + 1]) else { return nil }
        }
        guard !tally.isEmpty, !work.isEmpty else { return nil }
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "--tally": tally = value
        case "--work": work = value
        case "--keep": keepsData = !value.isEmpty
        case "--page": page = value
        case "--only": only = value.split(separator: " ").map(String.init)
        case "--runs": runs = Int(value) ?? 0
        case "--scale": scale = Double(value) ?? 0
        case "--date": date = value
        case "--commit": commit = value
        default: return false
        }
        return runs > 0 && scale > 0
    }

    /// Whether this is the measurement that the page is made of.
    var isWhole: Bool { only.isEmpty && scale == 1 }
}
