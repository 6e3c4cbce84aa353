import Attestation
import Bytes

/// What checks OpenPGP signatures: another program, started by the caller with the bytes that were
/// read here and no others.
public struct OpenPGPVerifier: Sendable {
    /// What a program wrote, by the form that it writes.
    public enum Answer: Sendable {
        /// The status lines of `gpgv --status-fd`.
        case gpgv([UInt8])
        /// The fingerprints that `sqv` prints of those by whom a signature verifies; nothing if
        /// there is none.
        case sqv([UInt8])
        /// Nothing that could be relied on, and why: one sentence without a full stop.
        case failure(String)
    }

    /// Checks a signature over a list with a keyring.
    let check: @Sendable (_ signature: [UInt8], _ list: [UInt8], _ keyring: [UInt8]) -> Answer

    /// A verifier.
    public init(
        _ check:
            @escaping @Sendable (
                _ signature: [UInt8], _ list: [UInt8], _ keyring: [UInt8]
            ) -> Answer
    ) {
        self.check = check
    }
}

/// One signature of OpenPGP, as a program found it.
struct OpenPGPFinding: Hashable, Sendable {
    /// What it is worth.
    enum Worth: Hashable, Sendable {
        /// It verifies, and its key was good.
        case good
        /// It verifies, but the key or the signature has come to an end.
        case ended(String)
        /// It is by a key of the keyring, and does not verify.
        case bad
    }

    /// The fingerprint of the primary key in capitals; `nil` where only a number is known.
    let fingerprint: String?
    /// What it is worth.
    let worth: Worth
    /// When it was made, as the signer says; `nil` where the program does not say.
    let time: Timestamp?
}

/// Why an answer about OpenPGP signatures is not understood.
struct OpenPGPAnswerError: Error {
    /// One sentence without a full stop.
    let message: String
}

extension OpenPGPFinding {
    /// What `sqv` found: a fingerprint of a certificate on each line, and nothing else. Where it
    /// found none it does not say why: it may be a stranger's signature, or a bad one.
    static func all(sqv output: [UInt8]) throws(OpenPGPAnswerError) -> [OpenPGPFinding] {
        guard !output.isEmpty else {
            return [OpenPGPFinding(fingerprint: nil, worth: .bad, time: nil)]
        }
        var lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else {
            throw OpenPGPAnswerError(message: "sqv's answer is cut off")
        }
        return try lines.map { line throws(OpenPGPAnswerError) in
            guard let fingerprint = String(fingerprint: line) else {
                throw OpenPGPAnswerError(message: "sqv wrote something else than fingerprints")
            }
            return OpenPGPFinding(fingerprint: fingerprint, worth: .good, time: nil)
        }
    }
}

extension String {
    /// A fingerprint in capitals: 40 hexadecimal digits, or 64; `nil` for any other text.
    init?(fingerprint text: some Collection<UInt8>) {
        guard text.count == 40 || text.count == 64,
            text.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { return nil }
        self = String(decoding: text, as: UTF8.self)
    }
}
