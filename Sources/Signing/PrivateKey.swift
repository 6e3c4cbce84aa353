import Bytes
import LibCrypto

/// A key that signs. Its secret stays with libcrypto until ``pem()`` is asked for.
public final class PrivateKey {
    /// The key that verifies what this one signs.
    public let publicKey: PublicKey

    /// The secret half; libcrypto wipes it when this is gone.
    private let secret: SecretKey
    /// The PEM label of unencrypted PKCS#8 (RFC 7468, section 10).
    private static let label = "PRIVATE KEY"

    /// Reads the public half out of the secret one, so that the two cannot disagree.
    private init(_ secret: consuming SecretKey) throws(SigningError) {
        publicKey = try PublicKey(der: secret.spki)
        self.secret = secret
    }

    /// A new key from libcrypto's random numbers.
    ///
    /// - Throws: ``SigningError`` if libcrypto has no randomness.
    public static func generate(_ algorithm: Algorithm) throws(SigningError) -> PrivateKey {
        do {
            return try PrivateKey(try SecretKey(generating: algorithm.keyAlgorithm))
        } catch let error as CryptoError {
            throw SigningError(error.message)
        } catch let error as SigningError {
            throw error
        } catch {
            throw SigningError("no key can be made")
        }
    }

    /// A key from a text that is exactly one PEM block `PRIVATE KEY`: PKCS#8, not encrypted
    /// (RFC 5958; RFC 7468, section 10).
    ///
    /// - Throws: ``SigningError`` for any other text, an encrypted key, and a kind of key that is
    ///   not supported.
    public convenience init(pem: [UInt8]) throws(SigningError) {
        let block = try PEM.decode(pem)
        guard block.label == ByteString(PrivateKey.label) else {
            throw SigningError(PrivateKey.advice(on: block.label))
        }
        try self.init(try PrivateKey.read(block.der))
    }

    /// A secret key from PKCS#8, its errors in the words of this room.
    private static func read(_ der: [UInt8]) throws(SigningError) -> SecretKey {
        do {
            return try SecretKey.read(pkcs8: der)
        } catch {
            throw SigningError("the private key cannot be used: \(error.message)")
        }
    }

    /// What to do about a PEM block that is no plain private key.
    private static func advice(on label: ByteString) -> String {
        switch label {
        case "ENCRYPTED PRIVATE KEY":
            "the private key is encrypted, which is not supported yet; "
                + "decrypt it with openssl pkcs8 -in KEY -out PLAIN and keep that file safe"
        case "EC PRIVATE KEY":
            "the private key is not PKCS#8; convert it with "
                + "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW"
        case "PUBLIC KEY":
            "this is a public key; give the .key file that belongs to it"
        default:
            "the PEM block is \"\(label.escaped)\"; a private key's is \"PRIVATE KEY\""
        }
    }

    /// The key as PKCS#8 PEM, not encrypted, with a final line feed: write it with mode 0600.
    ///
    /// - Throws: ``SigningError`` if libcrypto cannot write it.
    public func pem() throws(SigningError) -> [UInt8] {
        do {
            return PEM.encode(try secret.pkcs8(), label: PrivateKey.label)
        } catch {
            throw SigningError(error.message)
        }
    }

    /// A signature over `message`: 64 raw bytes for Ed25519, DER for ECDSA.
    ///
    /// - Throws: ``SigningError`` if libcrypto cannot sign.
    public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        do {
            return try secret.sign(message)
        } catch {
            throw SigningError(error.message)
        }
    }
}
