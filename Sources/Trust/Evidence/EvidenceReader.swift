import Attestation
import Bytes
import Findings
import Hashing

/// Reads one file of evidence.
struct EvidenceReader {
    /// The file.
    let file: EvidenceFile
    /// The keys to look for.
    let keyring: Keyring
    /// What checks OpenPGP signatures; `nil` if the policy has no such key.
    let openPGP: OpenPGPVerifier?

    private(set) var claims: [Claim] = []
    private(set) var problems: [VerificationResult.Problem] = []

    init(file: EvidenceFile, keyring: Keyring, openPGP: OpenPGPVerifier?) {
        self.file = file
        self.keyring = keyring
        self.openPGP = openPGP
    }

    /// What the file claims. Whatever cannot be counted is a problem, never more.
    consuming func read() -> EvidenceReader {
        switch file.load() {
        case .unreadable(let message): note(message, isMalformed: true)
        case .bytes(let bytes):
            guard let format = EvidenceFormat.all.first(where: { $0.recognizes(bytes) }) else {
                note("it is in no format of evidence that is known here", isMalformed: true)
                return self
            }
            format.read(bytes, &self)
        }
        return self
    }

    /// Adds a claim.
    mutating func add(_ claim: Claim) { claims.append(claim) }

    /// Says that something was passed over.
    ///
    /// - Parameter isMalformed: whether it is broken, and not only of no use under this policy.
    mutating func note(_ message: String, isMalformed: Bool) {
        problems.append(
            .init(
                source: file.name, message: message, isMalformed: isMalformed && file.isNamed))
    }

    /// Says that a check could not be made, which is trouble wherever the file lay.
    mutating func fail(_ message: String) {
        problems.append(.init(source: file.name, message: message, isMalformed: true))
    }
}

/// A format that evidence comes in. Another one is a value more in ``all``.
struct EvidenceFormat: Sendable {
    /// Whether bytes may be of this format.
    let recognizes: @Sendable ([UInt8]) -> Bool
    /// Adds what the bytes claim, and what of it is passed over.
    let read: @Sendable ([UInt8], inout EvidenceReader) -> Void

    /// The formats, in the order in which they are tried.
    static let all: [EvidenceFormat] = [
        .bundle, .listSignatures, .openPGP, .rebuilderd, .lists, .envelopes,
    ]
}
