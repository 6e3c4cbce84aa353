internal import CCrypto

/// A private key, kept by libcrypto, which wipes it when the owner goes.
public struct SecretKey: ~Copyable {
    /// What the key is for.
    public let algorithm: KeyAlgorithm
    /// The SubjectPublicKeyInfo of the public half, in DER.
    public let spki: [UInt8]
    /// The owner of the `EVP_PKEY`.
    private let handle: KeyHandle

    /// A new key from libcrypto's random numbers (`EVP_PKEY_generate`).
    ///
    /// - Parameter modulusBits: the size of an RSA key; of no meaning for others.
    /// - Throws: ``CryptoError`` if libcrypto has no randomness, no memory, or not the algorithm.
    public init(
        generating algorithm: KeyAlgorithm, modulusBits: Int = RSAModulus.smallestToSign
    ) throws(CryptoError) {
        guard algorithm.isInLibrary else { throw algorithm.missing }
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm.typeName, nil) else {
            throw .latest("no key can be made")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            algorithm.group.map({
                unsafe EVP_PKEY_CTX_set_group_name(context, $0) == 1
            }) ?? true,
            unsafe algorithm != .rsaPSS
                || EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: modulusBits)) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw .latest("no key can be made") }
        try self.init(unsafe KeyHandle(owning: key))
    }

    /// A key from its PKCS#8 PrivateKeyInfo in DER (RFC 5958).
    ///
    /// - Throws: ``CryptoError`` for another kind of key, bytes after the key, an RSA key that is
    ///   too small to sign, and a private half that does not belong to the public half stored
    ///   with it.
    public static func read(pkcs8: [UInt8]) throws(CryptoError) -> SecretKey {
        let key = try SecretKey(try handle(pkcs8: pkcs8))
        let probe = Array("tallystick key check".utf8)
        guard try VerifyingKey(spki: key.spki).verifies(try key.sign(probe), over: probe) else {
            throw CryptoError("the private key does not belong to the public key stored with it")
        }
        return key
    }

    /// The key in a PKCS#8 DER that ends where the text ends; its halves are not compared here.
    private static func handle(pkcs8: [UInt8]) throws(CryptoError) -> KeyHandle {
        var taken = 0
        let info = unsafe pkcs8.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &start, buffer.count)
            if let base = buffer.baseAddress, let end = unsafe start { taken = unsafe end - base }
            return unsafe info
        }
        guard let info = unsafe info else { throw .latest("the private key is malformed") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        guard taken == pkcs8.count else {
            throw CryptoError("something follows the private key in its DER")
        }
        guard let key = unsafe EVP_PKCS82PKEY(info) else {
            throw .latest("the private key is of a kind that libcrypto does not know")
        }
        return unsafe KeyHandle(owning: key)
    }

    /// Takes over a key of a kind in use here.
    ///
    /// - Throws: ``CryptoError`` for any other, and for one whose public half is weak.
    private init(_ handle: consuming KeyHandle) throws(CryptoError) {
        spki = handle.spki()
        algorithm = try SecretKey.checked(spki)
        self.handle = handle
    }

    /// The algorithm of a key that may sign, by its public half.
    private static func checked(_ spki: [UInt8]) throws(CryptoError) -> KeyAlgorithm {
        let info = try PublicKeyInfo(spki: spki)
        guard info.algorithm == .rsaPSS else { return info.algorithm }
        let bits = try RSAModulus(rsaPublicKey: info.key).bits
        guard bits >= RSAModulus.smallestToSign else {
            throw CryptoError(
                "the RSA key has \(bits) bits, and signing takes \(RSAModulus.smallestToSign) or "
                    + "more; make another with 'tally key generate'")
        }
        return info.algorithm
    }

    /// The key as PKCS#8 PrivateKeyInfo in DER, not encrypted (`i2d_PKCS8_PRIV_KEY_INFO`).
    ///
    /// - Throws: ``CryptoError`` if libcrypto cannot write it.
    public borrowing func pkcs8() throws(CryptoError) -> [UInt8] {
        let info = unsafe handle.withKey { unsafe EVP_PKEY2PKCS8($0) }
        guard let info = unsafe info else { throw .latest("the private key cannot be written") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        let length = Int(unsafe i2d_PKCS8_PRIV_KEY_INFO(info, nil))
        guard length > 0 else { throw .latest("the private key cannot be written") }
        var bytes = [UInt8](repeating: 0, count: length)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            _ = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &end)
        }
        return bytes
    }

    /// A signature over `message` (`EVP_DigestSign`): in DER for ECDSA, else raw bytes.
    ///
    /// - Throws: ``CryptoError`` if libcrypto cannot sign.
    public borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let operation = try SignatureContext()
        var signature = [UInt8](repeating: 0, count: handle.signatureLimit())
        guard
            let length = operation.sign(
                message, with: handle, as: algorithm, into: &signature)
        else { throw .latest("the key cannot sign") }
        return Array(signature.prefix(length))
    }
}
