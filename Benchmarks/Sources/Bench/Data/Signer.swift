import CCrypto

/// Signs with Ed25519, by libcrypto: attestations to be measured with are not made by what is
/// measured.
final class Signer {
    private let key: OpaquePointer
    /// The SubjectPublicKeyInfo in Base64, on one line.
    let publicKey: String
    /// The SHA-256 of the same in DER.
    private let keyID: String

    /// A key whose secret is 32 times the same byte.
    init(_ byte: UInt8) throws {
        let secret = [UInt8](repeating: byte, count: 32)
        var point = [UInt8](repeating: 0, count: 32)
        var size = point.count
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, secret, secret.count),
            EVP_PKEY_get_raw_public_key(key, &point, &size) == 1
        else { throw Failure("libcrypto makes no Ed25519 key") }
        self.key = key
        let der: [UInt8] =
            [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + point
        publicKey = Signer.base64(der)
        keyID = try Signer.digest("SHA256", of: der)
    }

    deinit { EVP_PKEY_free(key) }

    /// The public key as a PEM file.
    var pem: String { "-----BEGIN PUBLIC KEY-----\n\(publicKey)\n-----END PUBLIC KEY-----\n" }

    /// A DSSE envelope on one line.
    func envelope(_ payload: [UInt8], type: String) throws -> [UInt8] {
        let message = Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
        let (body, sig) = (Signer.base64(payload), Signer.base64(try sign(message)))
        let text = #"{"payload":"\#(body)","payloadType":"\#(type)","#
        return Array((text + #""signatures":[{"keyid":"\#(keyID)","sig":"\#(sig)"}]}"# + "\n").utf8)
    }

    private func sign(_ message: [UInt8]) throws -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        var size = signature.count
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &size, message, message.count) == 1
        else { throw Failure("libcrypto does not sign") }
        return signature
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    /// A digest in hexadecimal, by libcrypto's name for its algorithm.
    static func digest(_ name: String, of bytes: [UInt8]) throws -> String {
        var digest = [UInt8](repeating: 0, count: 64)
        var size = 0
        guard EVP_Q_digest(nil, name, nil, bytes, bytes.count, &digest, &size) == 1 else {
            throw Failure("libcrypto has no \(name)")
        }
        let digits = Array("0123456789abcdef")
        return String(digest.prefix(size).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
