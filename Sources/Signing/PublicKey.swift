import Bytes
import LibCrypto
import PostQuantum

/// A key that verifies, as a value. Two are equal exactly if they are the same key.
public struct PublicKey: Hashable, Sendable {
    /// What the key verifies.
    public let algorithm: Algorithm
    /// The SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7), in its one encoding.
    public let der: [UInt8]

    /// The PEM label of a SubjectPublicKeyInfo (RFC 7468, section 13).
    private static let label = "PUBLIC KEY"

    /// A key from its SubjectPublicKeyInfo in DER.
    ///
    /// - Throws: ``SigningError`` for a kind of key that is not supported, and for a key that is
    ///   malformed, weak, or in an encoding that is not the canonical one.
    public init(der: [UInt8]) throws(SigningError) {
        let info = try SigningError.wrap("the public key cannot be used: ") {
            () throws(CryptoError) in try PublicKey.check(der)
        }
        algorithm = Algorithm(info.algorithm)
        self.der = der
    }

    /// What the key is, once its library has taken it.
    private static func check(_ der: [UInt8]) throws(CryptoError) -> PublicKeyInfo {
        let info = try PublicKeyInfo(spki: der)
        switch try Backend.of(info.algorithm) {
        case .libcrypto: _ = try VerifyingKey(spki: der)
        case .swiftCrypto(let parameters):
            guard parameters.isKey(info.key) else {
                throw CryptoError("the ML-DSA public key is malformed")
            }
        }
        return info
    }

    /// A key from a text that is exactly one PEM block `PUBLIC KEY` (RFC 7468, section 13).
    ///
    /// - Throws: ``SigningError`` as ``init(der:)``, and for any other text.
    public init(pem: [UInt8]) throws(SigningError) {
        let block = try PEM.decode(pem)
        if block.label.hasSuffix("PRIVATE KEY") {
            throw SigningError("this is a private key; give the .pub file that belongs to it")
        }
        guard block.label == ByteString(PublicKey.label) else {
            throw SigningError(
                "the PEM block is \"\(block.label.escaped)\"; a public key's is \"PUBLIC KEY\"")
        }
        try self.init(der: block.der)
    }

    /// The key as PEM, with a final line feed.
    public var pem: [UInt8] { PEM.encode(der, label: PublicKey.label) }

    /// The key ID: the SHA-256 of ``der`` in lowercase hexadecimal, 64 digits.
    public var keyID: String {
        var digest = MessageDigest(.sha256)
        digest.update(der)
        return Hex.encode(digest.finish())
    }

    /// The bits of an RSA key's modulus; `nil` for other keys.
    public var modulusBits: Int? {
        guard algorithm == .rsaPSS, let info = try? PublicKeyInfo(spki: der) else { return nil }
        return try? RSAModulus(rsaPublicKey: info.key).bits
    }

    /// The most bytes that a signature by a key of this kind has.
    public var signatureLimit: Int { algorithm.base.signatureLimit }

    /// Whether `signature` is this key's over `message`: strict DER for ECDSA, else raw bytes. A
    /// malformed signature is none.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch Backend(algorithm.base) {
        case .libcrypto:
            guard let key = try? VerifyingKey(spki: der) else { return false }
            return key.verifies(signature, over: message)
        case .swiftCrypto(let parameters):
            guard let info = try? PublicKeyInfo(spki: der) else { return false }
            return parameters.verifies(signature, over: message, by: info.key)
        case nil: return false
        }
    }
}
