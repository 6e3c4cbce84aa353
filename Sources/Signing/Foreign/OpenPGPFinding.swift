import Bytes

/// One signature of OpenPGP, as a program found it.
public struct OpenPGPFinding: Hashable, Sendable {
    /// What it is worth.
    public enum Worth: Hashable, Sendable {
        /// It verifies, and its key was good.
        case good
        /// It verifies, but the key or the signature has come to an end.
        case ended(End)
        /// It is by a key of the keyring, and does not verify, or not as it has to.
        case bad
    }

    /// How a key or a signature comes to an end, in words that follow its owner.
    public enum End: String, Hashable, Sendable {
        case signatureExpired = "made a signature that has expired"
        case keyExpired = "has an OpenPGP key that has expired"
        case keyRevoked = "has an OpenPGP key that is revoked"
    }

    /// What a signature may be over (RFC 9580, section 5.2.1).
    public enum Form: String, Sendable {
        /// Bytes as they are.
        case binary = "00"
        /// A text, whose line ends may have been changed on the way.
        case text = "01"
    }

    /// The fingerprint of the primary key in capitals; `nil` where only a number is known.
    public let fingerprint: String?
    /// What it is worth.
    public let worth: Worth
    /// When it was made, as the signer says; `nil` where the program does not say.
    public let time: Timestamp?
}

/// Why an answer about OpenPGP signatures is not understood.
public struct OpenPGPAnswerError: Error, Hashable {
    /// One sentence without a full stop.
    public let message: String
}

extension OpenPGPFinding {
    /// The arguments by which `gpgv` checks a detached signature and answers as ``all(gpgv:form:)``
    /// reads it: with the keys of one file, no folder of the user's, and no word for SHA-1.
    ///
    /// - Parameters: the paths of the keys, the signature, and what it is over.
    public static func gpgvArguments(
        keyring: ByteString, signature: ByteString, over signed: ByteString
    ) -> [ByteString] {
        [
            "--homedir", "/nonexistent", "--status-fd", "1", "--weak-digest", "SHA1",
            "--keyring", keyring, "--", signature, signed,
        ]
    }

    /// What `gpgv --status-fd` wrote of each signature, those by unknown keys left out.
    ///
    /// - Parameter form: what the signature has to be over.
    /// - Throws: ``OpenPGPAnswerError`` for an answer that is not known to be one, or of no
    ///   signature.
    public static func all(
        gpgv output: [UInt8], form: Form
    ) throws(OpenPGPAnswerError) -> [OpenPGPFinding] {
        try GPGVStatus.findings(output, form)
    }

    /// What `sqv` found: a fingerprint of a certificate on each line, and nothing else. Where it
    /// found none it does not say why: it may be a stranger's signature, or a bad one.
    ///
    /// - Throws: ``OpenPGPAnswerError`` for an answer that is not known to be one.
    public static func all(sqv output: [UInt8]) throws(OpenPGPAnswerError) -> [OpenPGPFinding] {
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
