import Anatomy
import Archives
import ArgumentParser
import Bytes
import Comparison
import Findings
import Formats
import Glibc
import Hashing
import Reporting

/// `tally compare LEFT RIGHT`
struct CompareCommand: ParsableCommand {
    /// What `--help` says; the exit codes are those of DESIGN.
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say whether two artifacts are the same, and where they are not.",
        discussion: """
            Exit status: 0 identical (or equivalent, with --accept equivalent), 1 different, \
            2 trouble, 3 only equivalent or by digest alone, 4 inconclusive, 64 wrong usage.

            Where one side is an in-toto statement (provenance, plain or in an envelope or Sigstore \
            bundle), the other is compared with its subjects by digest alone. That exits 0 only \
            with --accept digest-only: whoever could put a statement in place of a file could \
            otherwise choose the answer.
            """)

    @Argument(help: "A file, a folder, an in-toto statement, or - for standard input.")
    var left: Path

    @Argument(help: "What it is compared with.")
    var right: Path

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "What counts") var judging: JudgingOptions
    @Option(
        parsing: .singleValue, help: "A pattern of paths in folders to leave out; never identical.")
    var exclude: [Path] = []

    @OptionGroup(title: "What is known of the sides") var origins: OriginOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Signing in one go") var signing: SigningOptions

    @Option(help: "A file for the JSON report.")
    var json: Path?

    @Option(help: "A file for the text report.")
    var text: Path?

    @Option(help: "A file for every tolerated difference, as JSON Lines.")
    var tolerated: Path?

    @Flag(name: .shortAndLong, help: "List tolerated differences in the text.")
    var verbose = false

    @Flag(help: "Make no digests: faster, but such a report cannot be attested.")
    var noDigest = false

    /// Only what can be told before anything is opened for reading: a usage error must leave no
    /// trace.
    func validate() throws {
        guard !left.isStandardInput || !right.isStandardInput else {
            throw ValidationError("Only one side can be standard input.")
        }
        guard exclude.isEmpty || Input.isFolder(left) || Input.isFolder(right) else {
            throw ValidationError("--exclude is for folders.")
        }
        try signing.check()
        _ = try judging.profile()
    }

    /// Compares, writes the reports, then signs. The tolerated list gets its name only when it is
    /// whole; a failure to write it is raised after the comparison.
    func run() throws {
        try reportingTrouble {
            let signers = try signing.prepare()
            let spool = limits.keeper
            let sides = try open(spool)
            let progress = Progress(
                total: sides.left.totalSize + sides.right.totalSize, isQuiet: output.quiet)
            let list = try tolerated.map { try OutputFile($0) }
            var failure: (any Error)?
            var options = try judging.comparison(limits, work, spool)
            options.makesDigests = !noDigest
            if let list {
                options.toleratedSink = { item in
                    do {
                        if failure == nil {
                            try list.append(item.json.text(pretty: false) + [0x0a])
                        }
                    } catch {
                        failure = error
                    }
                }
            }
            if let progress { options.progress = { progress.add($0) } }
            var report = ArtifactComparison(sides.left, sides.right, options).run()
            progress?.finish()
            try origins.complete(&report)
            report.isSameFile = !left.isStandardInput && Input.isSameFile(left, right)
            if let failure { throw failure }
            try list?.commit()
            try write(report)
            try signing.attest(report, by: signers)
            return judging.status(of: report)
        }
    }

    /// Opens both sides before either is read.
    ///
    /// - Parameter spool: where standard input is kept.
    private func open(_ spool: Spool) throws -> (left: Artifact, right: Artifact) {
        func side(_ path: Path) throws -> Artifact {
            try Input.artifact(
                path, exclude: exclude, keepsAccessTimes: judging.forensic,
                jobs: limits.threads(work.jobs), spool: spool)
        }
        let sides = try Input.sets(try side(left), try side(right))
        let stated = try Input.statements(sides.left, sides.right)
        guard exclude.isEmpty || !(stated.left.isStated || stated.right.isStated) else {
            throw Trouble("nothing can be left out by --exclude where one side is a statement")
        }
        return stated
    }

    /// Writes all reports that were asked for. The file of `--text` stays plain.
    private func write(_ report: Report) throws {
        var style = TextReport.Options()
        style.isVerbose = verbose
        let plain = TextReport(report, style).text
        let data = JSONReport(report).text
        if let json { try OutputFile.write(data, to: json) }
        if let text { try OutputFile.write(Array(plain.utf8), to: text) }
        style.usesColor = output.usesColor
        let shown = output.usesColor ? TextReport(report, style).text : plain
        try output.write(output.format == .json ? data : Array(shown.utf8))
    }
}

extension Artifact {
    /// The bytes that will be read of it.
    fileprivate var totalSize: UInt64 {
        switch body {
        case .file(let source): source.size
        case .tree(let tree): tree.size
        case .set(let set): set.size
        case .stated: 0
        }
    }
}
