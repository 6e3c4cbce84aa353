import ArgumentParser
import Attestation
import Bytes
import Findings

/// `compare … --key K --attestation FILE`
struct SigningOptions: ParsableArguments {
    @Option(help: "The private key to sign the report with.")
    var key: Path?

    @Option(help: "The file for the attestation.")
    var attestation: Path?

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    /// Finds wrong usage before the comparison, which may take long.
    func check() throws {
        guard (key == nil) == (attestation == nil) else {
            throw ValidationError("--key and --attestation go together.")
        }
        guard time == nil || key != nil else {
            throw ValidationError("--time is for signing, with --key and --attestation.")
        }
        _ = try AttestationWriter.timestamp(time)
    }

    /// Signs a report that was made just now.
    func attest(_ report: Report) throws {
        guard let key, let attestation else { return }
        let writer = AttestationWriter(
            key: key, time: try AttestationWriter.timestamp(time), subject: .left,
            trustsReport: false)
        try writer.write(report.json.text(pretty: true), to: attestation)
    }
}
