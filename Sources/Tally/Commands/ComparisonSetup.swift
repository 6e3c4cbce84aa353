import Anatomy
import Archives
import Bytes
import Comparison
import Findings
import Formats

extension Program {
    /// The reader of the long tail of archives: this very program, started again.
    static func reader(seconds: Int) -> ArchiveLauncher {
        ArchiveLauncher(program: ByteString(path), seconds: seconds)
    }
}

extension Report.Tool {
    /// This program.
    static var current: Report.Tool { Report.Tool(name: "tally", version: TallyCommand.version) }
}

extension LimitOptions {
    /// The reader of the long tail of archives, within these limits.
    var reader: ArchiveLauncher { Program.reader(seconds: limits.readerSeconds) }

    /// A comparison within these limits.
    func comparison(_ profile: Profile, _ spool: Spool) -> ComparisonOptions {
        var options = ComparisonOptions(
            formats: Format.all(reader: reader), profile: profile, spool: spool,
            tool: .current)
        options.limits = limits
        options.clock = clock
        return options
    }
}

extension JudgingOptions {
    /// A comparison of two sides by these choices.
    func comparison(
        _ limits: LimitOptions, _ work: WorkOptions, _ spool: Spool
    ) throws -> ComparisonOptions {
        var options = limits.comparison(try profile(), spool)
        options.view = view
        options.jobs = limits.threads(work.jobs)
        options.kernel = try WorkOptions.kernel()
        options.unpackedRule = .unpacked
        options.listRule = .listed
        return options
    }
}
