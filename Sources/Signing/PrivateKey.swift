import Bytes
import LibCrypto

/// A key that signs. Its secret stays with the library until ``pem(passphrase:)`` is asked for.
public final class PrivateKey {
    /// The key that verifies what this one signs.
    public let publicKey: PublicKey

    /// The secret half; its library wipes it when this is gone.
    private let secret: SecretHalf
    /// The PEM label of unencrypted PKCS#8 (RFC 7468, section 10).
    private static let label = "PRIVATE KEY"
    /// The PEM label of encrypted PKCS#8 (RFC 7468, section 11).
    private static let encryptedLabel = "ENCRYPTED PRIVATE KEY"

    /// Reads the public half out of the secret one, so that the two cannot disagree.
    private init(_ secret: consuming SecretHalf) throws(SigningError) {
        publicKey = try PublicKey(der: secret.spki())
        self.secret = secret
    }

    /// A new key from the library's random numbers.
    ///
    /// - Parameter modulusBits: the size of an RSA key, from 3,072 to 8,192; of no meaning for
    ///   others.
    /// - Throws: ``SigningError`` if there is no randomness, or no library with the algorithm.
    public static func generate(
        _ algorithm: Algorithm, modulusBits: Int = RSAKeySize.smallestToSign
    ) throws(SigningError) -> PrivateKey {
        let secret = try SigningError.wrap("") { () throws(CryptoError) in
            try SecretHalf.generate(algorithm.base, modulusBits: modulusBits)
        }
        return try PrivateKey(secret)
    }

    /// A key from a text that is exactly one PEM block: PKCS#8 (RFC 5958), not encrypted
    /// (`PRIVATE KEY`) or encrypted under PBES2 (`ENCRYPTED PRIVATE KEY`, RFC 8018).
    ///
    /// - Parameter passphrase: asked for the passphrase, and only of an encrypted key.
    /// - Throws: ``SigningError`` for any other text, the wrong passphrase, and a kind of key that
    ///   is not supported.
    public convenience init(
        pem: [UInt8], passphrase: () throws(SigningError) -> Passphrase = PrivateKey.noPassphrase
    ) throws(SigningError) {
        // The only owner of its bytes, so that wiping them leaves no copy.
        let label: ByteString
        var der: [UInt8]
        (label, der) = try PEM.decode(pem)
        switch label {
        case ByteString(PrivateKey.label): break
        case ByteString(PrivateKey.encryptedLabel): der = try PrivateKey.decrypt(der, passphrase)
        default: throw SigningError(PrivateKey.advice(on: label))
        }
        defer { Library.wipe(&der) }
        let secret = try SigningError.wrap("the private key cannot be used: ") {
            () throws(CryptoError) in try SecretHalf.read(pkcs8: der)
        }
        try self.init(secret)
    }

    /// The passphrase of one who has none to give.
    ///
    /// - Throws: ``SigningError``, always.
    public static func noPassphrase() throws(SigningError) -> Passphrase {
        throw SigningError("the private key is encrypted, and there is no passphrase")
    }

    /// The PKCS#8 inside an encrypted one. What it costs is looked at before anybody is asked.
    private static func decrypt(
        _ der: [UInt8], _ passphrase: () throws(SigningError) -> Passphrase
    ) throws(SigningError) -> [UInt8] {
        let what = "the private key cannot be used: "
        let info = try SigningError.wrap(what) { () throws(CryptoError) in
            try EncryptedKeyInfo(der: der)
        }
        let given = try passphrase()
        return try SigningError.wrap(what) { () throws(CryptoError) in
            try info.decrypt(passphrase: given.bytes)
        }
    }

    /// What to do about a PEM block that is no PKCS#8.
    private static func advice(on label: ByteString) -> String {
        switch label {
        case "EC PRIVATE KEY", "RSA PRIVATE KEY":
            "the private key is not PKCS#8; convert it with "
                + "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW"
        case "PUBLIC KEY":
            "this is a public key; give the .key file that belongs to it"
        default:
            "the PEM block is \"\(label.escaped)\"; a private key's is \"PRIVATE KEY\""
        }
    }

    /// The key as PKCS#8 PEM with a final line feed, encrypted if there is a passphrase (scrypt,
    /// AES-256-CBC): write it with mode 0600.
    ///
    /// - Throws: ``SigningError`` if the library cannot write it.
    public func pem(passphrase: Passphrase? = nil) throws(SigningError) -> [UInt8] {
        try SigningError.wrap("") { () throws(CryptoError) in
            var der = try secret.pkcs8()
            defer { Library.wipe(&der) }
            guard let passphrase else { return PEM.encode(der, label: PrivateKey.label) }
            let encrypted = try EncryptedKeyInfo.encrypt(der, passphrase: passphrase.bytes)
            return PEM.encode(encrypted, label: PrivateKey.encryptedLabel)
        }
    }

    /// A signature over `message`: in DER for ECDSA, else raw bytes.
    ///
    /// - Throws: ``SigningError`` if the library cannot sign.
    public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        try SigningError.wrap("") { () throws(CryptoError) in try secret.sign(message) }
    }
}

/// The sizes of RSA keys, in bits of the modulus.
public enum RSAKeySize {
    /// The smallest by which signatures are believed.
    public static let smallest = RSAModulus.smallest
    /// The smallest that signs.
    public static let smallestToSign = RSAModulus.smallestToSign
}
