import Anatomy
import Archives
import ArgumentParser
import Bytes
import Comparison
import Findings
import Formats
import NormalForm

/// `tally normalize IN -o OUT`
struct NormalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalize",
        abstract: "Write a file in normal form, or list what that would change.",
        discussion: """
            What the profile tolerates becomes one value; all else stays. Two files that 'compare' \
            calls equivalent under a profile have one normal form under it. Nothing is written \
            unless a comparison of the file with its normal form finds nothing but what the profile \
            tolerates. Docs/Normalize.md describes the bytes.

            SOURCE_DATE_EPOCH stands for every tolerated time; 0 by default.

            Exit status: 0 written (with --check: it is in normal form), 1 with --check: it is not, \
            2 trouble, or there is no writer for the format, 4 it cannot be read without a problem, \
            64 wrong usage.
            """)

    @Argument(help: "A file, or - for standard input.")
    var input: Path

    @Option(name: .shortAndLong, help: "Where the normal form goes; - for standard output.")
    var output: Path?

    @Flag(help: "List what would change, and write nothing.")
    var check = false

    @Flag(help: "Leave what is in the members of tar, zip and ar archives as it is.")
    var shallow = false

    @Option(help: "How the outcome is told: text or json.")
    var format = OutputFormat.text

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    @OptionGroup(title: "What counts") var rules: ProfileOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    /// One of both, and a time that can be understood.
    func validate() throws {
        guard check != (output != nil) else {
            throw ValidationError("Name the output with -o, or ask with --check.")
        }
        _ = try epoch()
    }

    func run() throws {
        try reportingTrouble {
            guard !Input.isFolder(input) else {
                throw Trouble(
                    "\(input.shown) is a folder, which has no normal form that is a file; 'tally "
                        + "digest --normal' tells its digest")
            }
            let spool = limits.keeper
            let artifact = try Input.artifact(
                input, exclude: [], keepsAccessTimes: false, spool: spool)
            guard case .file(let source) = artifact.body else { return ExitStatus.trouble }
            let changes = ChangeList(spool)
            var options = limits.comparison(try rules.profile(), spool)
            if check, format == .text { options.toleratedSink = { changes.add($0) } }
            let normalizer = Normalizer(options, epoch: try epoch(), isShallow: shallow)
            let outcome: Normalizer.Outcome
            do throws(Problem) {
                outcome = try normalizer.run(source, path: input.name)
            } catch {
                Console.complain(unreadable(error.location, error.error.message))
                return ExitStatus.inconclusive
            }
            return try finish(outcome, changes)
        }
    }

    /// `SOURCE_DATE_EPOCH` (https://reproducible-builds.org/specs/source-date-epoch/): digits only,
    /// up to the year 9999, past which formats have no room.
    private func epoch() throws -> UInt64 {
        guard let text = Console.environment("SOURCE_DATE_EPOCH") else { return 0 }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let epoch = UInt64(text), epoch <= 253_402_300_799 else {
            throw ValidationError(
                "SOURCE_DATE_EPOCH is '\(ByteString(text).escaped)', not a number of seconds.")
        }
        return epoch
    }

    private func unreadable(_ location: Location, _ message: String) -> String {
        let place = location.description
        return
            "\(input.shown)\(place.isEmpty ? "" : " › \(place)"): \(message); it has no normal form"
    }

    /// Puts the normal form in its place and tells what came of it.
    private func finish(_ outcome: Normalizer.Outcome, _ changes: ChangeList) throws -> Int32 {
        let summary = NormalizeSummary(input: input, output: output, outcome: outcome)
        guard let bytes = outcome.output else {
            for line in summary.problems { Console.complain(line) }
            return ExitStatus.inconclusive
        }
        // What is kept as a whole is not in normal form.
        if let kept = outcome.kept.first(where: { $0.location.chain.isEmpty }) {
            throw Trouble("\(input.shown): \(kept.reason)")
        }
        if let output, !check { try write(bytes, to: output) }
        let isPiped = output?.isStandardInput ?? false
        if !quiet, !isPiped {
            try changes.print()
            try Console.print(format == .json ? summary.json : Array(summary.text.utf8))
        }
        return check && outcome.report.verdict != .identical ? 1 : 0
    }

    private func write(_ bytes: any RandomSource, to path: Path) throws {
        let source = RangeSource(bytes)
        guard !path.isStandardInput else {
            while let chunk = try source.next() { try Console.print(Array(chunk)) }
            return
        }
        let file = try OutputFile(path)
        while let chunk = try source.next() { try file.append(Array(chunk)) }
        try file.commit()
    }
}

/// Every change as a line, kept aside until it is known that there is a normal form.
private final class ChangeList {
    private let lines: SpoolItem
    private var failure: SourceError?

    init(_ spool: Spool) { lines = spool.begin() }

    /// Adds a tolerated difference between the file and its normal form.
    func add(_ item: Tolerated) {
        let line =
            "\(item.rule)  \(item.location.description): \(item.left ?? "-") → "
            + "\(item.right ?? "-")\n"
        do throws(SourceError) {
            if failure == nil { try lines.append(Array(line.utf8)[...]) }
        } catch {
            failure = error
        }
    }

    func print() throws {
        if let failure { throw failure }
        let source = RangeSource(lines)
        while let chunk = try source.next() { try Console.print(Array(chunk)) }
    }
}
