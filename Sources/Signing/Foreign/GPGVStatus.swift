import Bytes

/// Reads the lines that `gpgv --status-fd` writes (GnuPG, `doc/DETAILS`).
///
/// Strictly: a line, an order or a combination that is not known is an error, since it might be a
/// reason against the signature.
struct GPGVStatus {
    /// What is found of one signature, which NEWSIG begins.
    private struct Signature {
        /// The one word that says how it ended, with the number or fingerprint behind it.
        var ending: (word: String, who: String)?
        /// The fields of VALIDSIG.
        var valid: [String]?
    }

    private static let prefix = Array("[GNUPG:] ".utf8)
    /// How a signature can end.
    private static let endings: Set<String> = [
        "GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG",
    ]
    /// What says nothing for or against a signature. KEYEXPIRED is written for subkeys, too, that
    /// have no part in it.
    private static let silent: Set<String> = [
        "KEY_CONSIDERED", "SIG_ID", "KEYEXPIRED", "SIGEXPIRED", "NO_PUBKEY", "PROGRESS",
        "NOTATION_NAME", "NOTATION_FLAGS", "NOTATION_DATA", "POLICY_URL",
        "VERIFICATION_COMPLIANCE_MODE", "TRUST_UNDEFINED", "TRUST_NEVER", "TRUST_MARGINAL",
        "TRUST_FULLY", "TRUST_ULTIMATE", "KEYREVOKED",
    ]
    /// SHA-256, -384 and -512, and SHA3-256 and -512 (RFC 9580, section 9.5).
    private static let hashes: Set<String> = ["8", "9", "10", "12", "14"]

    private static let noSignature = OpenPGPAnswerError(
        message: "gpgv found no OpenPGP signature in it")

    private var signatures: [Signature] = []

    /// What was found of each signature, those by unknown keys left out.
    static func findings(
        _ output: [UInt8], _ form: OpenPGPFinding.Form
    ) throws(OpenPGPAnswerError) -> [OpenPGPFinding] {
        var status = GPGVStatus()
        var lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else {
            throw OpenPGPAnswerError(message: "gpgv's answer is cut off")
        }
        for line in lines { try status.read(line) }
        // Of what is no detached signature it says nothing.
        guard !status.signatures.isEmpty else { throw noSignature }
        var findings: [OpenPGPFinding] = []
        for signature in status.signatures {
            if let finding = try finding(signature, form) { findings.append(finding) }
        }
        return findings
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(OpenPGPAnswerError) {
        guard line.starts(with: GPGVStatus.prefix) else {
            throw OpenPGPAnswerError(message: "gpgv wrote a line that is no status")
        }
        let words = line.dropFirst(GPGVStatus.prefix.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        let (keyword, values) = (words.first ?? "", Array(words.dropFirst()))
        switch keyword {
        case "NEWSIG": signatures.append(Signature())
        case _ where GPGVStatus.silent.contains(keyword): break
        case _ where GPGVStatus.endings.contains(keyword):
            try amend(keyword) { signature in
                guard signature.ending == nil, let who = values.first else { return false }
                signature.ending = (keyword, who)
                return true
            }
        case "VALIDSIG":
            try amend(keyword) { signature in
                guard signature.valid == nil else { return false }
                signature.valid = values
                return true
            }
        case "NODATA": throw GPGVStatus.noSignature
        default:
            throw OpenPGPAnswerError(
                message: "gpgv says \(ByteString(keyword).escaped), which is not known here")
        }
    }

    /// Adds to the signature that is being told of.
    private mutating func amend(
        _ keyword: String, _ change: (inout Signature) -> Bool
    ) throws(OpenPGPAnswerError) {
        guard !signatures.isEmpty, change(&signatures[signatures.count - 1]) else {
            throw OpenPGPAnswerError(message: "gpgv says \(keyword) where it has no place")
        }
    }

    /// What one signature is worth; `nil` if nothing is known of its key.
    private static func finding(
        _ signature: Signature, _ form: OpenPGPFinding.Form
    ) throws(OpenPGPAnswerError) -> OpenPGPFinding? {
        guard let ending = signature.ending else {
            throw OpenPGPAnswerError(message: "gpgv does not say what became of a signature")
        }
        guard ending.word != "ERRSIG", ending.word != "BADSIG" else {
            guard signature.valid == nil else {
                throw OpenPGPAnswerError(message: "gpgv says both VALIDSIG and \(ending.word)")
            }
            return ending.word == "ERRSIG"
                ? nil : OpenPGPFinding(fingerprint: nil, worth: .bad, time: nil)
        }
        guard let fields = signature.valid, fields.count >= 10,
            let signer = String(fingerprint: fields[0].utf8),
            let primary = String(fingerprint: fields[9].utf8), signer.hasSuffix(ending.who),
            ending.who.utf8.count >= 16, let seconds = Int64(fields[2]),
            let time = Timestamp(seconds: seconds)
        else {
            throw OpenPGPAnswerError(message: "gpgv's VALIDSIG is not as it should be")
        }
        // Over another form than was asked for, or over a weak hash, it is over anything.
        let isWorth = fields[8] == form.rawValue && hashes.contains(fields[7])
        return OpenPGPFinding(
            fingerprint: primary, worth: isWorth ? worth(ending.word) : .bad, time: time)
    }

    private static func worth(_ word: String) -> OpenPGPFinding.Worth {
        switch word {
        case "GOODSIG": .good
        case "EXPSIG": .ended(.signatureExpired)
        case "EXPKEYSIG": .ended(.keyExpired)
        default: .ended(.keyRevoked)
        }
    }
}
