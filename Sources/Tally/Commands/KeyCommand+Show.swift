import ArgumentParser
import Bytes
import Signing

extension KeyCommand {
    /// `tally key show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Say what a key is: its algorithm and its key ID.",
            discussion: "Of a private key the public half is shown; the secret one never is.")

        @Argument(help: "Public or private keys, PEM.")
        var files: [Path]

        @OptionGroup var passphrases: PassphraseOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            try passphrases.check()
            guard !files.isEmpty else { throw ValidationError("Name a key file.") }
        }

        func run() throws {
            try reportingTrouble {
                let source = try passphrases.source()
                let keys = try files.map { try Shown($0, source) }
                if output.format == .json {
                    let json = JSON.record(["keys": .array(keys.map(\.json))])
                    try output.write(json.text(pretty: true) + [0x0a])
                } else {
                    try output.write(Array(keys.map(\.line).joined().utf8))
                }
                return 0
            }
        }
    }
}

/// A key as it is shown.
private struct Shown {
    let path: Path
    let isPrivate: Bool
    let key: PublicKey

    /// The key in a file; which half it is, its PEM label says.
    init(_ path: Path, _ source: PassphraseSource) throws {
        self.path = path
        let first = try Input.bytes(path, limit: 1 << 20).prefix { $0 != UInt8(ascii: "\n") }
        isPrivate = ByteString(first.filter { $0 != UInt8(ascii: "\r") })
            .hasSuffix("PRIVATE KEY-----")
        key = isPrivate ? try source.privateKey(path).publicKey : try Input.publicKey(path)
    }

    /// One line for people.
    var line: String {
        let size = key.modulusBits.map { ", \($0) bits" } ?? ""
        return "\(path.shown): \(isPrivate ? "private" : "public") key, "
            + "\(key.algorithm.rawValue)\(size), key ID \(key.keyID)\n"
    }

    /// The same for programs.
    var json: JSON {
        .record([
            "path": .text(path.shown), "private": .bool(isPrivate),
            "algorithm": .text(key.algorithm.rawValue),
            "modulusBits": key.modulusBits.map { .integer(Int64($0)) },
            "keyID": .text(key.keyID),
        ])
    }
}
