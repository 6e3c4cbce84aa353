import Bytes
import Programs
import Signing

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
        var program = ChildProgram(
            ["gpgv"]
                + OpenPGPFinding.gpgvArguments(
                    keyring: path, signature: ChildProgram.path(ofInput: 1),
                    over: ChildProgram.path(ofInput: 2)))
        program.environment = ["LC_ALL=C.UTF-8"]
        let outcome = try program.outcome([[], signature, text])
        let findings: [OpenPGPFinding]
        do throws(OpenPGPAnswerError) {
            findings = try OpenPGPFinding.all(gpgv: outcome.output, form: .text)
        } catch {
            throw RebuildError(
                .input, "the signature of \(origin) cannot be judged: \(error.message)")
        }
        let signers = try ClearSigned.signers(findings, origin: origin)
        guard !signers.isEmpty else {
            throw RebuildError(
                .input,
                "no key in \(keyring.escaped) has signed \(origin) (gpgv: \(outcome.reason))")
        }
        return signers
    }

    /// Whose signatures count. One that is bad beside good ones is a reason to refuse all; so is a
    /// key that was revoked. One that has expired since may have been good when it signed.
    private static func signers(
        _ findings: [OpenPGPFinding], origin: String
    ) throws(RebuildError) -> [Signer] {
        var signers: [Signer] = []
        for finding in findings {
            switch (finding.worth, finding.fingerprint) {
            case (.good, let key?):
                signers.append(Signer(fingerprint: ByteString(key), isExpired: false))
            case (.ended(.keyExpired), let key?):
                signers.append(Signer(fingerprint: ByteString(key), isExpired: true))
            case (.ended(.signatureExpired), _): continue
            case (.ended(.keyRevoked), _):
                throw RebuildError(.input, "the key that signed \(origin) was revoked")
            default:
                throw RebuildError(
                    .input,
                    "the signature of \(origin) is bad: it was changed after it was signed, or is over "
                        + "a weak hash")
            }
        }
        return signers
    }
}
