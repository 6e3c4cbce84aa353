import ArgumentParser
import Attestation
import Bytes
import Trust

/// `tally policy`
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Sign policies, and say what they demand.",
        subcommands: [Sign.self, Check.self])

    /// `tally policy sign`
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign", abstract: "Sign a policy.",
            discussion: """
                FILE is the policy as TOML, or one that was signed before and gets more signatures. \
                With --after it is put behind the versions that it follows, whose quorum has to sign \
                it too.
                """)

        @Argument(help: "The policy: TOML, or signed.")
        var file: Path

        @OptionGroup(title: "Who signs") var signers: SignerOptions

        @Option(help: "The earlier versions, which travel with it.")
        var after: Path?

        @Option(name: .shortAndLong, help: "The file for the signed policy.")
        var output: Path

        @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
        var quiet = false

        func validate() throws {
            guard !signers.isEmpty else { throw ValidationError("Say who signs, with --key.") }
            try signers.check()
        }

        func run() throws {
            try reportingTrouble {
                var chain = try after.map { try PolicyOptions.envelopes(in: $0) } ?? []
                var (earlier, envelope) = try unsigned()
                chain += earlier
                let policy = try ruling(file) { () throws(PolicyError) in
                    try Policy(text: envelope.payload)
                }
                try PolicyOptions.checkRules(of: policy)
                for signer in try signers.signers() { try signer.sign(&envelope) }
                let lines = (chain + [envelope]).flatMap { $0.text(pretty: false) }
                try OutputFile.write(lines, to: output)
                let count = envelope.signatures.count
                if !quiet {
                    try Console.print(
                        "\(output.shown): \(policy.title), \(count) signature"
                            + "\(count == 1 ? "" : "s")\n")
                }
                return 0
            }
        }

        /// The envelope to sign, and the others in the same file. Of several versions it is the
        /// newest, wherever it stands: a bundle has an order of its own.
        private func unsigned() throws -> ([Envelope], Envelope) {
            let text = try Input.bytes(file)
            guard Bundle.recognizes(text) || (try? Envelope.all(in: text)) != nil else {
                return ([], Envelope(payloadType: Policy.payloadType, payload: text))
            }
            var envelopes = try PolicyOptions.envelopes(in: file)
            let newest = envelopes.remove(at: try newest(of: envelopes))
            return (envelopes, newest)
        }

        /// The place of the newest version; of one text in several envelopes, that of the first.
        private func newest(of envelopes: [Envelope]) throws -> Int {
            let policies = try envelopes.map { envelope in
                try ruling(file) { () throws(PolicyError) in try Policy(text: envelope.payload) }
            }
            guard let newest = policies.max(by: { $0.version < $1.version }),
                let place = policies.firstIndex(of: newest)
            else { throw Trouble("there is no policy in \(file.shown)") }
            let isOne = policies.allSatisfy {
                $0.name == newest.name && ($0.version < newest.version || $0 == newest)
            }
            guard isOne else {
                throw Trouble(
                    "\(file.shown) has several policies that could be meant; sign one that is "
                        + "alone in its file")
            }
            return place
        }
    }

    /// `tally policy check`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say what a policy demands, in words.")

        @Argument(help: "The policy: TOML, or signed.")
        var file: Path

        @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
        var quiet = false

        /// Signatures are counted against the policy's own root only: who believes that root says
        /// so with 'tally verify --policy-key'.
        func run() throws {
            try reportingTrouble {
                let text = try Input.bytes(file)
                var lines: [String] = []
                for (index, envelope) in try envelopes(text).enumerated() {
                    let policy = try ruling(file) { () throws(PolicyError) in
                        try Policy(text: envelope.payload)
                    }
                    try PolicyOptions.checkRules(of: policy)
                    if index > 0 { lines.append("") }
                    lines += policy.explanation + [policy.signatures(of: envelope)]
                }
                if !quiet { try Console.print(lines.map { $0 + "\n" }.joined()) }
                return 0
            }
        }

        /// The versions in the file; TOML is one that nobody has signed.
        private func envelopes(_ text: [UInt8]) throws -> [Envelope] {
            if text.first == UInt8(ascii: "{") { return try PolicyOptions.envelopes(in: file) }
            return [Envelope(payloadType: Policy.payloadType, payload: text)]
        }
    }
}
