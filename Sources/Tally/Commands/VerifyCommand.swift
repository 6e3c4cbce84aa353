import ArgumentParser
import Attestation
import Bytes
import Hashing
import Signing
import Trust

/// `tally verify ARTIFACT…`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check artifacts against an attestation by a key that you trust.",
        discussion: """
            Exit status: 0 every demand is met, 1 denied, 2 an input is unreadable or malformed, \
            3 it would pass if the signature were good or the artifact were a subject, 4 it would \
            pass at another time, 64 wrong usage.
            """)

    @Argument(help: "The artifacts: files, or folders by their listing.")
    var artifacts: [Path]

    @Option(help: "An attestation; may be given several times.")
    var attestation: [Path]

    @Option(help: "A public key to believe; may be given several times.")
    var key: [Path]

    @Option(help: "The worst verdict to accept: identical or equivalent.")
    var accept = Acceptance.identical

    @Option(help: "The time to judge as of, as 2026-01-31T12:00:00Z.")
    var at: String?

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var view = TreeView.portable

    @OptionGroup var output: OutputOptions

    /// Each list must have something in it: nothing would then be checked, and pass.
    func validate() throws {
        guard !artifacts.isEmpty, !attestation.isEmpty, !key.isEmpty else {
            throw ValidationError("Name an artifact, --attestation and --key.")
        }
        _ = try time()
    }

    /// The time to judge as of; `nil` makes no demand on time.
    private func time() throws -> Timestamp? {
        try at.map { try AttestationWriter.timestamp($0) }
    }

    /// Reads every input before it judges, so that one which cannot be read is trouble and no
    /// denial.
    func run() throws {
        try reportingTrouble {
            let keys = try key.map { path in
                let pem = try Input.bytes(path, limit: 1 << 20)
                return try signing { () throws(SigningError) in try PublicKey(pem: pem) }
            }
            let evidence = try attestation.map { path in
                Evidence(
                    name: path.name,
                    .bytes(try Input.bytes(path, limit: UInt64(Envelope.sizeLimit))))
            }
            let named = try artifacts.map { try artifact($0) }
            let moment = try time()
            let result = try trusting { () throws(TrustError) in
                try Demand(
                    keys: keys, acceptsEquivalent: accept == .equivalent, at: moment
                ).judge(named, by: evidence)
            }
            let text = result.lines.map { $0 + "\n" }.joined()
            let isJSON = output.format == .json
            try output.write(isJSON ? result.json.text(pretty: true) + [0x0a] : Array(text.utf8))
            return result.outcome.exitCode
        }
    }

    /// An artifact by its name and digests. A folder's are those of its listing in the view given.
    private func artifact(_ path: Path) throws -> Artifact {
        let name = path.name
        let digests: ArtifactDigests
        if Input.isFolder(path) {
            digests = try TreeListing.digests(of: Tree(root: name), view: view)
        } else {
            let file = try FileSource(path: name)
            digests = try ArtifactDigests(of: RangeSource(file))
            try file.checkUnchanged()
        }
        return Artifact(name: name, sha256: digests.sha256, sha512: digests.sha512)
    }
}

/// Runs a judgement; a demand that makes no sense is wrong usage.
func trusting<Value>(_ work: () throws(TrustError) -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw ValidationError(error.message)
    }
}
