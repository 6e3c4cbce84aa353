import Anatomy
import Archives
import Bytes
import Comparison
import Formats
import Hashing
import NormalForm

extension DigestCommand {
    /// `tally digest --normal`: a line per path, or the verdict per line of a list.
    func runNormal() throws -> Int32 {
        if let check { return try verifyNormal(check) }
        let profile = try rules.profile()
        var lines: [NormalFormLine] = []
        var status: Int32 = 0
        for path in paths {
            do {
                lines.append(
                    NormalFormLine(
                        name: path.name, digest: try normalForm(path, profile),
                        profile: profile.fullName, profileDigest: NormalForm.digest(of: profile)))
            } catch let problem as Problem {
                Console.complain("\(path.shown): \(NormalFormText.of(problem))")
                status = ExitStatus.inconclusive
            }
        }
        try output.write(
            output.format == .json ? NormalFormText.json(lines) : lines.flatMap(\.text))
        return status
    }

    /// The normal-form digest of a file, a tree, or standard input.
    private func normalForm(_ path: Path, _ profile: Profile) throws -> Digest {
        let spool = limits.keeper
        let artifact = try Input.artifact(
            path, exclude: [], keepsAccessTimes: false, spool: spool)
        let reader = limits.reader
        func form(_ size: UInt64) -> (Engine, NormalForm) {
            let engine = Engine(
                formats: Format.all(reader: reader), limits: limits.limits, spool: spool,
                artifactSize: size, clock: limits.clock)
            return (engine, NormalForm(engine: engine, profile: profile))
        }
        switch artifact.body {
        case .file(let source):
            let (engine, form) = form(source.size)
            let digest = try form.digest(of: engine.layer(source))
            try (source as? FileSource)?.checkUnchanged()
            return digest
        case .tree(let tree): return try form(tree.size).1.digest(of: tree, view: view)
        default: throw Trouble("\(path.shown) is neither a file nor a folder")
        }
    }

    /// Checks each line under its own profile: 0 if all agree, 1 if a digest does not, 4 if there
    /// is none to compare with, 2 if a file could not be opened.
    private func verifyNormal(_ list: Path) throws -> Int32 {
        let text = list.isStandardInput ? try all(Input.standardInput()) : try Input.bytes(list)
        guard let lines = NormalFormLine.parse(text), !lines.isEmpty else {
            throw Trouble(
                "\(list.shown) is no list of normal-form digests as 'tally digest --normal' "
                    + "writes it")
        }
        var report: [UInt8] = []
        var statuses: Set<Int32> = []
        for line in lines {
            let (verdict, status) = check(line)
            statuses.insert(status)
            report += Array("\(line.name.escaped): \(verdict)\n".utf8)
        }
        try output.write(report)
        // A digest that is another one stands, whatever else could not be read.
        return [1, ExitStatus.trouble, ExitStatus.inconclusive].first { statuses.contains($0) } ?? 0
    }

    private func check(_ line: NormalFormLine) -> (verdict: String, status: Int32) {
        let words = line.profile.split(separator: "+").map(String.init)
        guard let name = words.first,
            let profile = try? JudgingOptions.profile(name, allowing: Array(words.dropFirst())),
            NormalForm.digest(of: profile) == line.profileDigest
        else {
            return (
                "FAILED: this version has no such profile; make the list anew by the same version",
                ExitStatus.inconclusive
            )
        }
        do {
            let found = try normalForm(Path(line.name), profile)
            return found == line.digest ? ("OK", 0) : ("FAILED", 1)
        } catch let problem as Problem {
            return ("FAILED: \(NormalFormText.of(problem))", ExitStatus.inconclusive)
        } catch {
            return ("FAILED open or read", ExitStatus.trouble)
        }
    }
}

/// What `tally digest --normal` writes.
private enum NormalFormText {
    /// Why there is no normal form, and where.
    static func of(_ problem: Problem) -> String {
        let place = problem.location.description
        return (place.isEmpty ? "" : "\(place): ") + problem.error.message
    }

    /// An array of records.
    static func json(_ lines: [NormalFormLine]) -> [UInt8] {
        let values = lines.map { line in
            JSON.record([
                "path": .text(line.name.escaped), "normalForm": .text(line.digest.hex),
                "profile": .record([
                    "name": .text(line.profile), "digest": .text(line.profileDigest.hex),
                ]),
            ])
        }
        return JSON.array(values).text(pretty: true) + [0x0a]
    }
}
