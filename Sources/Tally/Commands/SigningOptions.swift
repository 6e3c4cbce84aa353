import ArgumentParser
import Attestation
import Bytes
import Findings

/// `compare … --key K --attestation FILE`
struct SigningOptions: ParsableArguments {
    @OptionGroup var signers: SignerOptions

    @Option(help: "The file for the attestation.")
    var attestation: Path?

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    /// Finds wrong usage before the comparison, which may take long.
    func check() throws {
        try signers.check()
        guard signers.isEmpty == (attestation == nil) else {
            throw ValidationError("--key (or --sign-command) and --attestation go together.")
        }
        guard signers.publicKey == nil || signers.signCommand != nil else {
            throw ValidationError("--public-key goes with --sign-command.")
        }
        guard time == nil || !signers.isEmpty else {
            throw ValidationError("--time is for signing, with --key and --attestation.")
        }
        _ = try AttestationWriter.timestamp(time)
    }

    /// Reads the keys, so that what is wrong with them shows before the comparison.
    func prepare() throws -> [Signer] { try signers.signers() }

    /// Signs a report that was made just now.
    func attest(_ report: Report, by signers: [Signer]) throws {
        guard let attestation else { return }
        let writer = AttestationWriter(
            time: try AttestationWriter.timestamp(time), subject: .left, trustsReport: false)
        let envelope = try writer.envelope(of: report.json.text(pretty: true))
        try signers.write(envelope, to: attestation)
    }
}
