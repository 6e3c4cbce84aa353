import ArgumentParser
import Attestation
import Bytes
import Signing

extension Predicate.Place: ExpressibleByArgument {}

/// `tally attest REPORT`, and what several people or machines need to sign one envelope.
struct AttestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Sign what a JSON report says.",
        usage: """
            tally attest REPORT --key KEY... --output FILE
            tally attest REPORT --sign-command PROGRAM --public-key PUB --output FILE
            tally attest REPORT --prepare NAME
            tally attest --complete NAME.json --public-key PUB --signature SIG --output FILE
            tally attest --add ENVELOPE --key KEY... --output FILE
            """,
        discussion: """
            Both artifacts are hashed again before anything is signed; --trust-report skips that, \
            and the statement says so.

            To sign elsewhere, --prepare writes NAME.json, which is not signed, and NAME.pae, the \
            bytes to sign. With openssl, by the kind of key:

              Ed25519; ML-DSA with OpenSSL 3.5
                openssl pkeyutl -sign -rawin -inkey KEY -in NAME.pae -out SIG
              ECDSA P-256 (for P-384: -sha384)
                openssl dgst -sha256 -sign KEY -out SIG NAME.pae
              RSA, in one line
                openssl dgst -sha256 -sigopt rsa_padding_mode:pss
                  -sigopt rsa_pss_saltlen:digest -sign KEY -out SIG NAME.pae

            --complete joins the signature once it verifies; NAME.pae serves any number of \
            signers, and the output of one --complete may be the input of the next.
            """)

    @Argument(help: "A report that 'tally compare --json' wrote.")
    var report: Path?

    @OptionGroup(title: "Who signs") var signers: SignerOptions

    @Option(name: .shortAndLong, help: "The file for the attestation.")
    var output: Path?

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    @Option(help: "The side that the attestation is about: left or right.")
    var subject = Predicate.Place.left

    @Option(
        name: .customLong("as"),
        help: """
            What is stated: comparison; test-result in the words of in-toto; or link, in-toto's \
            legacy form, which goes into a folder under the name that in-toto-verify looks for.
            """)
    var form = AttestationForm.comparison

    @Option(help: "With --as link: the step of the layout; 'rebuild' by default.")
    var step: String?

    @Flag(help: "Do not hash the artifacts again.")
    var trustReport = false

    @Option(help: "An attestation to add signatures to.")
    var add: Path?

    @Option(help: "The name of the files for a machine that signs: NAME.json and NAME.pae.")
    var prepare: Path?

    @Option(help: "An attestation to join a signature to that was made elsewhere.")
    var complete: Path?

    @Option(help: "The file with that signature, as its algorithm has it.")
    var signature: Path?

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    func validate() throws {
        try signers.check()
        _ = try AttestationWriter.timestamp(time)
        _ = try task()
        guard form == .link || step == nil else {
            throw ValidationError("--step goes with --as link.")
        }
        guard form != .link || !trustReport else {
            throw ValidationError("A link cannot say that nothing was hashed again.")
        }
    }

    func run() throws {
        try reportingTrouble {
            switch try task() {
            case .sign(let report, let output):
                let signers = try signers.signers()
                try finish(try envelope(of: report), signers, output)
            case .prepare(let report, let name): try prepare(report, as: name)
            case .add(let file, let output):
                let signers = try signers.signers()
                try finish(try existing(file), signers, output)
            case .complete(let file, let signature, let key, let output):
                try complete(file, signature, key, output)
            }
            return 0
        }
    }

    /// A report as an envelope that is not signed.
    func envelope(of report: Path) throws -> Envelope {
        let writer = AttestationWriter(
            time: try AttestationWriter.timestamp(time), subject: subject,
            trustsReport: trustReport, form: form, step: ByteString(step ?? "rebuild"))
        return try writer.envelope(of: try Input.bytes(report))
    }

    /// Adds the signatures and writes the envelope.
    private func finish(_ envelope: Envelope, _ signers: [Signer], _ output: Path) throws {
        let output = try place(output, signers)
        try signers.write(envelope, to: output)
        if !quiet { try Console.print("\(output.shown): signed\n") }
    }

    /// Where the envelope goes. `in-toto-verify` finds a link by step and signer, so that one in a
    /// folder has one signer.
    private func place(_ output: Path, _ signers: [Signer]) throws -> Path {
        guard form == .link, Input.isFolder(output) else { return output }
        guard signers.count == 1, let signer = signers.first else {
            throw Trouble("a link in a folder is named for its one signer; sign once for each key")
        }
        let name = Link.fileName(step: step ?? "rebuild", keyID: signer.publicKey.keyID)
        return output.appending("/\(name)")
    }
}
