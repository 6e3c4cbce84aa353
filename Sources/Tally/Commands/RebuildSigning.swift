import Attestation
import Bytes
import Findings
import Rebuild

/// Signs what came of a rebuild. The keys are read now, after the last build has ended: no build
/// ever runs beside them.
struct RebuildSigning {
    private let options: RebuildSigningOptions

    init(_ options: RebuildSigningOptions) { self.options = options }

    /// Writes what is said of a build that failed, where the attestation of a comparison would be.
    func sign(_ build: FailedBuild) throws {
        guard let path = options.attestation else { return }
        let time = try AttestationWriter.timestamp(options.time)
        let statement = try attesting { () throws(AttestationError) in
            try Statement(build, time: time)
        }
        try options.signers.signers().write(Envelope(statement), to: path)
    }

    /// Writes the attestations that were asked for.
    func sign(_ record: RebuildRecord) throws {
        guard !options.signers.isEmpty else { return }
        let signers = try options.signers.signers()
        let time = try AttestationWriter.timestamp(options.time)
        if let path = options.attestation, let report = record.comparison {
            var writer = AttestationWriter(time: time, subject: .left, trustsReport: false)
            writer.basis = .rebuilt
            let envelope = try writer.envelope(of: report.json.text(pretty: true))
            try signers.write(envelope, to: path)
        }
        if let path = options.provenance {
            try signers.write(try provenance(record, time), to: path)
        }
    }

    /// SLSA provenance of what was built: the right side.
    private func provenance(_ record: RebuildRecord, _ time: Timestamp) throws -> Envelope {
        let build = record.buildRecord(builder: ByteString(options.builder), finished: time.seconds)
        let subjects = try AttestationWriter(time: time, subject: .right, trustsReport: false)
            .subjects(ofFilesIn: record.right)
        return try attesting { () throws(AttestationError) in
            Envelope(try Statement(provenance: build, subjects: subjects))
        }
    }
}
