import ArgumentParser
import Bytes
import Hashing

/// `tally digest PATH…`
struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print SHA-256 or normal-form digests, or check a list of them.",
        discussion: """
            Lines are as sha256sum writes them; a folder's digest is that of its listing.

            With --normal, a line is DIGEST  PROFILE:DIGEST-OF-THE-PROFILE  PATH. Rebuilders can \
            compare such lines without exchanging files: under equal profiles, equal digests say \
            that the normal forms are one, which 'compare' asks for before it says equivalent. With \
            -c, each line is checked under the profile that it names.

            Exit status: 0 all is well, 1 a digest is another, 2 trouble, 4 a file has no normal \
            form, or none under the profile of its line, 64 wrong usage.
            """)

    @Argument(help: "Files, folders, or - for standard input.")
    var paths: [Path] = []

    @Option(name: .shortAndLong, help: "A list of digests to check.")
    var check: Path?

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var view = TreeView.portable

    @Flag(help: "Digests of normal forms (Docs/NormalForm.md).")
    var normal = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "What counts, with --normal") var rules: ProfileOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup(title: "Limits, with --normal") var limits: LimitOptions

    /// Either files or a list, never both, never neither.
    func validate() throws {
        guard paths.isEmpty != (check == nil) else {
            throw ValidationError("Name files to digest, or a list to check with -c.")
        }
    }

    /// Lines in the form of `sha256sum`; a file that cannot be read ends the command with trouble.
    func run() throws {
        try reportingTrouble {
            if normal { return try runNormal() }
            if let check { return try verify(check) }
            let lines = try paths.map { path in
                ChecksumLine(name: path.name, digest: try digest(path))
            }
            let isJSON = output.format == .json
            try output.write(isJSON ? json(lines) : lines.flatMap(\.text))
            return 0
        }
    }

    /// An array of records with `path` and `sha256`.
    private func json(_ lines: [ChecksumLine]) -> [UInt8] {
        let values = lines.map { line in
            JSON.record(["path": .text(line.name.escaped), "sha256": .text(line.digest.hex)])
        }
        return JSON.array(values).text(pretty: true) + [0x0a]
    }

    /// SHA-256 of a file's bytes, of standard input, or of a folder's listing.
    private func digest(_ path: Path) throws -> Digest {
        if path.isStandardInput { return try SHA256.digest(of: Input.standardInput()) }
        guard Input.isFolder(path) else {
            return try SHA256.digest(of: try FileSource(path: path.name))
        }
        let jobs = limits.threads(work.jobs)
        return try TreeListing.digests(
            of: Tree(root: path.name, jobs: jobs), view: view, jobs: jobs,
            kernel: WorkOptions.kernel()
        ).sha256
    }

    /// Checks each file of a list, as `sha256sum -c` does: 0 if all agree, 1 if a digest does not,
    /// 2 if a file could not be read.
    private func verify(_ list: Path) throws -> Int32 {
        let text = list.isStandardInput ? try all(Input.standardInput()) : try Input.bytes(list)
        guard let lines = ChecksumLine.parse(text), !lines.isEmpty else {
            throw Trouble(
                "\(list.shown) is no list of SHA-256 digests as sha256sum writes it")
        }
        var report: [UInt8] = []
        var status: Int32 = 0
        for line in lines {
            let verdict: String
            if let found = try? digest(Path(line.name)) {
                verdict = found == line.digest ? "OK" : "FAILED"
                if found != line.digest { status = max(status, 1) }
            } else {
                verdict = "FAILED open or read"
                status = ExitStatus.trouble
            }
            report += Array("\(line.name.escaped): \(verdict)\n".utf8)
        }
        try output.write(report)
        return status
    }

    /// All bytes of standard input, held in memory.
    func all(_ source: any Source) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try source.next() { bytes += chunk }
        return bytes
    }
}
