import Bytes

/// Who signed a text, as `gpgv` says.
public struct Signer: Hashable, Sendable {
    /// The fingerprint of the key, in hexadecimal digits.
    public let fingerprint: ByteString
    /// Whether the key has expired since.
    public let isExpired: Bool
}

extension ClearSigned {
    /// Checks the signature with `gpgv`, against the keys in a file and no others.
    ///
    /// - Parameter keyring: a file of keys as `gpgv` reads it, not in armor.
    /// - Throws: ``RebuildError`` with code `input` if no key in it made a good signature, or one
    /// is bad; with code `io` if there is no `gpgv`.
    public func signers(keyring: ByteString, origin: String) throws(RebuildError) -> [Signer] {
        // gpgv looks for a name without a slash in the user's home.
        let path = keyring.bytes.contains(UInt8(ascii: "/")) ? keyring : "./" + keyring
        let program = HelperProgram(words: [
            "gpgv", "--status-fd", "1", "--keyring", path, HelperProgram.path(ofFile: 0),
            HelperProgram.path(ofFile: 1),
        ])
        let outcome = try program.run(files: [signature, text])
        let lines = outcome.output.split(separator: 0x0a).map { line in
            line.split(separator: 0x20).map { ByteString($0) }
        }
        let signers = try ClearSigned.signers(lines, origin: origin)
        guard !signers.isEmpty else {
            throw RebuildError(
                .input,
                "no key in \(keyring.escaped) has signed \(origin) (gpgv: \(outcome.reason))")
        }
        return signers
    }

    /// Reads what `gpgv` says in its status lines: a verdict on each signature, and behind a good one
    /// the key. A bad signature beside good ones is a reason to refuse all.
    private static func signers(
        _ lines: [[ByteString]], origin: String
    ) throws(RebuildError) -> [Signer] {
        var signers: [Signer] = []
        var verdict: ByteString = ""
        for words in lines where words.count > 2 && words[0] == "[GNUPG:]" {
            switch words[1] {
            case "BADSIG":
                throw RebuildError(
                    .input, "the signature of \(origin) is bad: it was changed after it was signed")
            case "REVKEYSIG":
                throw RebuildError(.input, "the key that signed \(origin) was revoked")
            case "GOODSIG", "EXPKEYSIG", "EXPSIG": verdict = words[1]
            case "VALIDSIG" where verdict == "GOODSIG" || verdict == "EXPKEYSIG":
                signers.append(
                    Signer(fingerprint: words[2], isExpired: verdict == "EXPKEYSIG"))
            default: continue
            }
        }
        return signers
    }
}
