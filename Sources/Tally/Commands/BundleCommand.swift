import ArgumentParser
import Attestation
import Bytes
import Hashing
import Signing
import Trust

/// `tally bundle`
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Put attestations, policies and references into one file, and take them out.",
        discussion: """
            Nothing here is verified, and nothing is trusted for being in a bundle. 'tally verify' \
            takes one for --attestation, and for --policy.
            """,
        subcommands: [Create.self, Add.self, Inspect.self, Export.self])

    /// `tally bundle create`
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a bundle.")

        @OptionGroup var contents: BundleContents

        @Option(name: .shortAndLong, help: "The file for the bundle.")
        var output: Path

        func validate() throws { try contents.check() }

        func run() throws {
            try reportingTrouble {
                try contents.write([], to: output)
                return 0
            }
        }
    }

    /// `tally bundle add`
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Put more into a bundle.")

        @Argument(help: "The bundle, which is replaced.")
        var bundle: Path

        @OptionGroup var contents: BundleContents

        func validate() throws { try contents.check() }

        func run() throws {
            try reportingTrouble {
                try contents.write([try Input.bundle(bundle)], to: bundle)
                return 0
            }
        }
    }

    /// `tally bundle inspect`
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Say what is in a bundle, verifying nothing.")

        @Argument(help: "The bundle, or what can be put into one.")
        var bundle: Path

        @OptionGroup var output: OutputOptions

        func run() throws {
            try reportingTrouble {
                let bundle = try Input.bundle(bundle)
                let text = bundle.lines.map { $0 + "\n" }.joined()
                let isJSON = output.format == .json
                try output.write(
                    isJSON ? bundle.json.text(pretty: true) + [0x0a] : Array(text.utf8))
                return 0
            }
        }
    }

    /// `tally bundle export`
    struct Export: ParsableCommand {
        /// In which format.
        enum Form: String, ExpressibleByArgument, CaseIterable {
            /// DSSE envelopes as JSON Lines, an in-toto attestation bundle.
            case jsonl
            /// Sigstore bundles v0.3, one line for each signature.
            case sigstore
        }

        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the attestations of a bundle for others.")

        @Argument(help: "The bundle.")
        var bundle: Path

        @Option(name: .customLong("as"), help: "jsonl: DSSE as JSON Lines; sigstore: bundles v0.3.")
        var form: Form

        @Option(
            help: """
                With sigstore: write the signatures by this public key alone, under the hint that \
                model-signing looks for, the SHA-256 of the key's PEM text.
                """)
        var hintFor: Path?

        @Option(name: .shortAndLong, help: "The file to write.")
        var output: Path

        func validate() throws {
            guard hintFor == nil || form == .sigstore else {
                throw ValidationError("--hint-for goes with --as sigstore.")
            }
        }

        /// Policies stay behind: nobody else reads them.
        func run() throws {
            try reportingTrouble {
                let attestations = try Input.bundle(bundle).attestations
                let lines =
                    form == .jsonl
                    ? attestations.map { $0.text(pretty: false) }
                    : try sigstore(attestations)
                guard !lines.isEmpty else {
                    throw Trouble("\(bundle.shown) has no signed attestation to export")
                }
                try OutputFile.write(Array(lines.joined()), to: output)
                return 0
            }
        }

        /// A bundle for each signature, or for those by the one key.
        private func sigstore(_ attestations: [Envelope]) throws -> [[UInt8]] {
            guard let hintFor else { return attestations.flatMap(\.sigstoreBundles) }
            let key = try Input.publicKey(hintFor)
            let hint = ByteString(SHA256.digest(of: key.pem).hex)
            return attestations.flatMap { $0.sigstoreBundles(by: key, hint: hint) }
        }
    }
}

extension Input {
    /// A bundle, or what can be put into one.
    static func bundle(_ path: Path) throws -> Bundle {
        let text = try bytes(path, limit: UInt64(Bundle.sizeLimit))
        do {
            return try Bundle(importing: text)
        } catch {
            throw Trouble("\(path.shown): \(error.message)")
        }
    }
}
