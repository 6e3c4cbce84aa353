internal import CCrypto

/// PKCS#8 EncryptedPrivateKeyInfo (RFC 5958, section 3) under PBES2 (RFC 8018, section 6.2): a key
/// file under a passphrase.
///
/// PBES2 does not authenticate. A changed file gives another key or none; the key's own consistency
/// is for its reader to check.
public struct EncryptedKeyInfo {
    /// How the passphrase becomes a key.
    private let derivation: KeyDerivation
    /// What it is encrypted with.
    private let cipher: Cipher
    /// The cipher's first block.
    private let vector: [UInt8]
    /// What is encrypted, with its padding.
    private let content: [UInt8]

    /// AES in cipher block chaining; the raw values are the bytes of a key.
    private enum Cipher: Int, CaseIterable {
        case aes128 = 16
        case aes192 = 24
        case aes256 = 32

        /// The object identifier's bytes (RFC 8018, appendix B.2.5; NIST's AES arc).
        var name: [UInt8] {
            let arc: UInt8 =
                switch self {
                case .aes128: 2
                case .aes192: 22
                case .aes256: 42
                }
            return [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, arc]
        }

        /// libcrypto's method; the pointers live as long as the program.
        var method: OpaquePointer? {
            switch self {
            case .aes128: unsafe EVP_aes_128_cbc()
            case .aes192: unsafe EVP_aes_192_cbc()
            case .aes256: unsafe EVP_aes_256_cbc()
            }
        }
    }

    /// The bytes of a block of AES.
    private static let block = 16
    /// id-PBES2 (RFC 8018, appendix A.4).
    private static let identifier: [UInt8] = [
        0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d,
    ]
    static let malformed = CryptoError("the encrypted private key is malformed")

    /// What an EncryptedPrivateKeyInfo in DER holds; nothing is decrypted yet.
    ///
    /// - Throws: ``CryptoError`` for any other way to encrypt, and for costs past the limits.
    public init(der: [UInt8]) throws(CryptoError) {
        var outer = DER.Reader(der)
        guard var body = outer.open(), outer.isAtEnd, var algorithm = body.open(),
            let content = body.take(.octetString), body.isAtEnd,
            let name = algorithm.take(.objectIdentifier)
        else { throw EncryptedKeyInfo.malformed }
        guard name == EncryptedKeyInfo.identifier else {
            throw CryptoError(
                "the private key is not encrypted under PBES2; \(KeyDerivation.remedy)")
        }
        guard var scheme = algorithm.open(), algorithm.isAtEnd, let derivation = scheme.open(),
            var encryption = scheme.open(), scheme.isAtEnd
        else { throw EncryptedKeyInfo.malformed }
        let cipherName = encryption.take(.objectIdentifier)
        guard let cipher = Cipher.allCases.first(where: { $0.name == cipherName }) else {
            throw CryptoError("the private key is not encrypted with AES; \(KeyDerivation.remedy)")
        }
        guard let vector = encryption.take(.octetString), encryption.isAtEnd,
            vector.count == Self.block, !content.isEmpty, content.count.isMultiple(of: Self.block)
        else { throw EncryptedKeyInfo.malformed }
        self.derivation = try KeyDerivation(derivation, length: cipher.rawValue)
        (self.cipher, self.vector, self.content) = (cipher, vector, content)
    }

    /// A PrivateKeyInfo encrypted under a passphrase, as DER: scrypt and AES-256-CBC.
    ///
    /// - Throws: ``CryptoError`` if libcrypto has no random numbers.
    public static func encrypt(
        _ pkcs8: [UInt8], passphrase: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let (cipher, derivation) = (Cipher.aes256, try KeyDerivation.fresh())
        let vector = try Library.randomBytes(block)
        var key = try derivation.key(of: passphrase, length: cipher.rawValue)
        defer { Library.wipe(&key) }
        guard let content = crypt(pkcs8, cipher, key, vector, encrypts: true) else {
            throw .latest("the private key cannot be encrypted")
        }
        let encryption = DER.encode(
            .sequence,
            DER.encode(.objectIdentifier, cipher.name) + DER.encode(.octetString, vector))
        let algorithm =
            DER.encode(.objectIdentifier, identifier)
            + DER.encode(.sequence, derivation.identifier + encryption)
        return DER.encode(
            .sequence, DER.encode(.sequence, algorithm) + DER.encode(.octetString, content))
    }

    /// The PrivateKeyInfo in DER. The caller wipes it (``Library/wipe(_:)``).
    ///
    /// - Throws: ``CryptoError`` for the wrong passphrase, as far as that shows.
    public func decrypt(passphrase: [UInt8]) throws(CryptoError) -> [UInt8] {
        var key = try derivation.key(of: passphrase, length: cipher.rawValue)
        defer { Library.wipe(&key) }
        guard
            let plain = EncryptedKeyInfo.crypt(content, cipher, key, vector, encrypts: false)
        else { throw EncryptedKeyInfo.wrongPassphrase }
        // One wrong passphrase in 256 leaves what looks like padding.
        var reader = DER.Reader(plain)
        guard reader.open() != nil, reader.isAtEnd else { throw EncryptedKeyInfo.wrongPassphrase }
        return plain
    }

    /// Which of the two it is cannot be told.
    private static let wrongPassphrase = CryptoError(
        "the passphrase is wrong, or the key file is damaged")

    /// AES-CBC with the padding of RFC 8018, section 6.1.1 (`EVP_CipherInit_ex`); `nil` if the
    /// padding is wrong.
    private static func crypt(
        _ input: [UInt8], _ cipher: Cipher, _ key: [UInt8], _ vector: [UInt8], encrypts: Bool
    ) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: input.count + block)
        var (count, last): (Int32, Int32) = (0, 0)
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe EVP_CipherInit_ex(
                context, cipher.method, nil, key, vector, encrypts ? 1 : 0) == 1
                && EVP_CipherUpdate(context, base, &count, input, Int32(input.count)) == 1
                && EVP_CipherFinal_ex(context, base + Int(count), &last) == 1
        }
        defer { Library.wipe(&output) }
        return isDone ? Array(output.prefix(Int(count + last))) : nil
    }
}
