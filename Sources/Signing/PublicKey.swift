import Bytes
import LibCrypto
import PostQuantum

/// A key that verifies, as a value. Two are equal exactly if they are the same key.
public struct PublicKey: Hashable, Sendable {
    /// What the key verifies.
    public let algorithm: Algorithm
    /// The SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7), in its one encoding.
    public let der: [UInt8]
    /// The key as libcrypto has it; `nil` where another library verifies. To decode a key takes it
    /// longer than to verify a signature, so that is done once.
    private let decoded: DecodedKey?

    /// The PEM label of a SubjectPublicKeyInfo (RFC 7468, section 13).
    private static let label = "PUBLIC KEY"

    /// A key from its SubjectPublicKeyInfo in DER.
    ///
    /// - Throws: ``SigningError`` for a kind of key that is not supported, and for a key that is
    ///   malformed, weak, or in an encoding that is not the canonical one.
    public init(der: [UInt8]) throws(SigningError) {
        let (info, decoded) = try SigningError.wrap("the public key cannot be used: ") {
            () throws(CryptoError) in try PublicKey.check(der)
        }
        algorithm = Algorithm(info.algorithm)
        self.der = der
        self.decoded = decoded
    }

    /// What the key is, once its library has taken it.
    private static func check(
        _ der: [UInt8]
    ) throws(CryptoError) -> (PublicKeyInfo, DecodedKey?) {
        let info = try PublicKeyInfo(spki: der)
        switch try Backend.of(info.algorithm) {
        case .libcrypto: return (info, DecodedKey(try VerifyingKey(spki: der)))
        case .swiftCrypto(let parameters):
            guard parameters.isKey(info.key) else {
                throw CryptoError("the ML-DSA public key is malformed")
            }
            return (info, nil)
        }
    }

    /// Whether two keys are the same: they have one encoding.
    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.der == right.der }

    /// Equal keys have equal hashes.
    public func hash(into hasher: inout Hasher) { hasher.combine(der) }

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
        case .libcrypto: return decoded?.key.verifies(signature, over: message) ?? false
        case .swiftCrypto(let parameters):
            guard let info = try? PublicKeyInfo(spki: der) else { return false }
            return parameters.verifies(signature, over: message, by: info.key)
        case nil: return false
        }
    }
}

/// A key that libcrypto has decoded. Any number of threads may verify with it at once: each makes
/// an operation of its own, and libcrypto counts who uses the key by atomic operations.
private final class DecodedKey: @unchecked Sendable {
    let key: VerifyingKey

    init(_ key: consuming VerifyingKey) { self.key = key }
}
