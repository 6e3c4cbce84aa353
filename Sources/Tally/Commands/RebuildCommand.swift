import Anatomy
import Archives
import ArgumentParser
import Bytes
import Comparison
import Findings
import Formats
import Glibc
import Hashing
import Rebuild
import Reporting

/// `tally rebuild RECIPE|BUILDINFO`
struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build from declared inputs, sealed off, and compare with what was shipped.",
        discussion: """
            With --against, or a .buildinfo, what comes out is compared with what was shipped. Else it \
            is built twice, the second time under other conditions, and compared with itself.

            Exit status: 0 identical (or equivalent, with --accept equivalent), 1 different, \
            2 trouble, 3 only equivalent, 4 inconclusive, 5 the build failed, 6 it could not be \
            built here, 64 wrong usage.
            """)

    @Argument(help: "A recipe (tally.toml) or a .buildinfo.")
    var declaration: Path

    @Option(help: "For a recipe: its lock; as a rule RECIPE with .lock for .toml, if it is there.")
    var lock: Path?

    @Option(help: "For a .buildinfo: the folder with the .deb packages to build with.")
    var pool: Path?

    @Option(help: "For a .buildinfo: the folder with the .dsc and its files; the pool by default.")
    var source: Path?

    @Option(
        parsing: .upToNextOption,
        help: "For a .buildinfo: the archive's signed lists, InRelease and Packages, or folders.")
    var official: [Path] = []

    @Option(help: "The keys that --official has to be signed by, as gpgv reads them.")
    var archiveKeyring: Path?

    @Option(
        help: ArgumentHelp(
            "The time at which the lists of --official have to count, as 2026-01-31T12:00:00Z; "
                + "whenever they did, as a rule."))
    var officialAt: String?

    @Option(help: "The keys that the .buildinfo has to be signed by, as gpgv reads them.")
    var buildinfoKeyring: Path?

    @Option(help: "What was shipped: a folder with files named as the outputs are.")
    var against: Path?

    @Option(
        help: ArgumentHelp(
            "When the clock of the build begins, by libfaketime: a time as 2026-01-31T12:00:00Z, or "
                + "build-date for that of the .buildinfo; now, as a rule."))
    var clock: String?

    @Option(name: .shortAndLong, help: "A new folder for what was compared, left and right.")
    var output: Path?

    @Option(help: "How the result is written: text or json.")
    var format = OutputFormat.text

    @Option(help: "A file for the JSON record of the rebuild.")
    var json: Path?

    @Option(help: "A file for the JSON report of the comparison.")
    var report: Path?

    @Option(help: "A file for what the last build printed, also if it failed.")
    var log: Path?

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    @OptionGroup(title: "Variations") var varying: VariationOptions
    @OptionGroup(title: "What a build may use") var building: BuildLimitOptions
    @OptionGroup(title: "What counts") var judging: JudgingOptions
    @OptionGroup(title: "Signing in one go") var signing: RebuildSigningOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    func validate() throws {
        guard signing.signers.isEmpty || output != nil else {
            throw ValidationError(
                "What is signed is hashed again where it lies; name a folder with --output.")
        }
        guard official.isEmpty == (archiveKeyring == nil) else {
            throw ValidationError("--official and --archive-keyring go together.")
        }
        guard officialAt == nil || !official.isEmpty else {
            throw ValidationError("--official-at goes with --official.")
        }
        guard against == nil || (!varying.bisect && varying.vary.isEmpty) else {
            throw ValidationError(
                "--bisect and --vary compare builds with each other; leave out --against.")
        }
        let files = [json, report, log, signing.attestation, signing.provenance].compactMap { $0 }
        guard Set(files).count == files.count else {
            throw ValidationError("Each of the files that are written needs a name of its own.")
        }
        guard clock == nil || !varying.bisect else {
            throw ValidationError("--bisect varies the clock itself; leave out --clock.")
        }
        if let clock, clock != "build-date" { _ = try AttestationWriter.timestamp(clock) }
        _ = try officialTime()
        _ = try judging.profile()
    }

    /// When the lists of `--official` have to count, in seconds since 1970.
    func officialTime() throws -> Int64? {
        try officialAt.map { try AttestationWriter.timestamp($0).seconds }
    }

    func run() throws {
        do {
            try reportingTrouble { [self] in
                do {
                    return try rebuild()
                } catch let error as RebuildError {
                    return try status(of: error)
                }
            }
        } catch {
            // By now the work folder has gone, and the signal may do what it is for.
            if let number = Interruption.signal {
                _ = Glibc.signal(number, SIG_DFL)
                raise(number)
            }
            throw error
        }
    }

    /// Tells of a build that was not done, in words, with a status that no difference has, and
    /// signed in a type of its own.
    private func status(of error: RebuildError) throws -> Int32 {
        Console.complain(error.message)
        guard let outcome = error.outcome else { return ExitStatus.trouble }
        let declared = NamedDigest(
            name: declaration.name, digest: SHA256.digest(of: try Input.bytes(declaration)))
        let build = FailedBuild(outcome, error, declaration: declared, tool: .current)
        let record = build.json.text(pretty: true)
        if let json { try OutputFile.write(record, to: json) }
        if format == .json, !quiet { try Console.print(record) }
        try RebuildSigning(signing).sign(build)
        return outcome == .failed ? ExitStatus.buildFailed : ExitStatus.notHere
    }

    // MARK: Work

    private func rebuild() throws -> Int32 {
        // Before hours are spent on what cannot be kept or signed in the end.
        if let output, unsafe access(output.terminated, F_OK) == 0 {
            throw Trouble("\(output.shown) is there already; name a new folder with --output")
        }
        for key in signing.signers.key where unsafe access(key.terminated, R_OK) != 0 {
            throw Trouble("cannot read the key \(key.shown): \(errorText(errno))")
        }
        let folder = try WorkFolder(in: limits.work)
        let session = RebuildSession(self, folder.path)
        var build = try session.prepare()
        building.apply(to: &build.limits)
        try session.setClock(&build)
        var record = try Interruption.watching { try session.run(build) }
        try build.checkInputs()
        try keep(&record)
        try write(record)
        try RebuildSigning(signing).sign(record)
        return judging.status(of: record.comparison?.verdict ?? .inconclusive)
    }

    /// Moves what was compared to where it was asked for, and says so in the report.
    private func keep(_ record: inout RebuildRecord) throws {
        guard let output else { return }
        try record.keep(in: output.name)
    }

    private func write(_ record: RebuildRecord) throws {
        let data = record.json.text(pretty: true)
        if let json { try OutputFile.write(data, to: json) }
        if let report, let comparison = record.comparison {
            try OutputFile.write(JSONReport(comparison).text, to: report)
        }
        guard !quiet else { return }
        if format == .json { return try Console.print(data) }
        let comparison = record.comparison.map { TextReport($0).text } ?? ""
        try Console.print(record.text + comparison)
    }
}
