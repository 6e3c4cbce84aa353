import ArgumentParser
import Bytes
import Hashing

/// `tally digest PATH…`
struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print SHA-256 digests as sha256sum does, or check a list of them.",
        discussion: "A folder's digest is that of its listing; its line ends with a slash.")

    @Argument(help: "Files, folders, or - for standard input.")
    var paths: [String] = []

    @Option(name: .shortAndLong, help: "A list of digests to check.")
    var check: String?

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var view = TreeView.portable

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard paths.isEmpty != (check == nil) else {
            throw ValidationError("Name files to digest, or a list to check with -c.")
        }
    }

    func run() throws {
        try reportingTrouble {
            if let check { return try verify(check) }
            var lines: [UInt8] = []
            for path in paths {
                let name = ByteString(path)
                lines += ChecksumLine(name: name, digest: try digest(path)).text
            }
            try output.write(lines)
            return 0
        }
    }

    private func digest(_ path: String) throws -> Digest {
        if path == "-" { return try SHA256.digest(of: Input.standardInput()) }
        guard Input.isFolder(path) else {
            let file = try FileSource(path: ByteString(path))
            let digest = try SHA256.digest(of: RangeSource(file))
            try file.checkUnchanged()
            return digest
        }
        return try TreeListing.digests(of: Tree(root: ByteString(path)), view: view).sha256
    }

    private func verify(_ list: String) throws -> Int32 {
        let text = list == "-" ? try all(Input.standardInput()) : try Input.bytes(list)
        guard let lines = ChecksumLine.parse(text), !lines.isEmpty else {
            throw Trouble(
                "\(ByteString(list).escaped) is no list of SHA-256 digests as sha256sum writes it")
        }
        var report: [UInt8] = []
        var status: Int32 = 0
        for line in lines {
            let path = String(decoding: line.name.bytes, as: UTF8.self)
            let verdict: String
            if let found = try? digest(path) {
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

    private func all(_ source: any Source) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try source.next() { bytes += chunk }
        return bytes
    }
}
