import Bytes
import LibCrypto

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
        do {
            algorithm = Algorithm(try VerifyingKey(spki: der).algorithm)
        } catch {
            throw SigningError("the public key cannot be used: \(error.message)")
        }
        self.der = der
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

    /// Whether `signature` is this key's over `message`: 64 raw bytes for Ed25519, strict DER for
    /// ECDSA. A malformed signature is none.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard let key = try? VerifyingKey(spki: der) else { return false }
        return key.verifies(signature, over: message)
    }
}
