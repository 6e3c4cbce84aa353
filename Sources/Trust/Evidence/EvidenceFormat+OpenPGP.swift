import Attestation
import Bytes
import Findings
import Hashing
import Signing

extension EvidenceFormat {
    /// Detached signatures of OpenPGP over a list of digests, armored or not.
    static let openPGP = EvidenceFormat(
        recognizes: { bytes in
            bytes.starts(with: "-----BEGIN PGP ".utf8)
                || bytes.first.map { 0x88...0x8b ~= $0 || $0 == 0xc2 } == true
        }, read: readOpenPGP)

    /// The most bytes of a signature.
    private static let signatureLimit = 256 * 1024

    @Sendable private static func readOpenPGP(_ bytes: [UInt8], _ reader: inout EvidenceReader) {
        let certificates = reader.keyring.certificates
        guard let verifier = reader.openPGP, !certificates.isEmpty else {
            return reader.note(
                "it is signed with OpenPGP, and the policy has no OpenPGP key", isMalformed: false)
        }
        guard bytes.count <= signatureLimit else {
            return reader.note(
                "the signature has more than \(signatureLimit) bytes", isMalformed: true)
        }
        guard let list = reader.signedList() else { return }
        let keyring = certificates.values.sorted { $0.fingerprint < $1.fingerprint }
            .flatMap(\.packets)
        do throws(OpenPGPAnswerError) {
            let findings: [OpenPGPFinding]
            switch verifier.check(bytes, list, keyring) {
            case .gpgv(let output):
                findings = try OpenPGPFinding.all(gpgv: output, form: .binary)
            case .sqv(let output): findings = try OpenPGPFinding.all(sqv: output)
            case .failure(let message): return reader.fail(message)
            }
            count(findings, over: list, &reader)
        } catch {
            reader.note(error.message, isMalformed: true)
        }
    }

    /// A claim for each signature by a key of the policy.
    private static func count(
        _ findings: [OpenPGPFinding], over list: [UInt8], _ reader: inout EvidenceReader
    ) {
        let certificates = reader.keyring.certificates
        var signers: [(place: Int, finding: OpenPGPFinding)] = []
        for finding in findings where finding.worth != .bad {
            for (place, key) in certificates where key.fingerprint == finding.fingerprint {
                signers.append((place, finding))
            }
        }
        let hasFailed = findings.contains { $0.worth == .bad }
        guard !signers.isEmpty || hasFailed else {
            return reader.note(
                "no OpenPGP signature that verifies is by a key of the policy", isMalformed: false)
        }
        // Whose a signature is that does not verify, only its number tells, which anybody can
        // write.
        if signers.isEmpty {
            return reader.add(list, proven: [], alleged: Set(certificates.keys))
        }
        for (place, finding) in signers {
            var ended: String?
            if case .ended(let end) = finding.worth { ended = end.rawValue }
            reader.add(list, proven: [place], alleged: [], time: finding.time, ended: ended)
        }
    }
}
