internal import CCrypto

/// The owner of one `EVP_PKEY`.
@safe
struct KeyHandle: ~Copyable {
    /// Never `NULL`; freed exactly once, by ``deinit``.
    private let key: OpaquePointer

    /// Takes over a key that the caller owns.
    init(owning key: OpaquePointer) { unsafe self.key = key }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Lends the pointer for the length of a call.
    borrowing func withKey<Value>(_ body: (OpaquePointer) -> Value) -> Value {
        unsafe body(key)
    }

    /// The SubjectPublicKeyInfo in DER (`i2d_PUBKEY`); empty if libcrypto cannot write it.
    borrowing func spki() -> [UInt8] {
        let length = Int(unsafe i2d_PUBKEY(key, nil))
        guard length > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: length)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            _ = unsafe i2d_PUBKEY(key, &end)
        }
        return bytes
    }
}

/// A signing or verifying operation in the making: the owner of one `EVP_MD_CTX`.
@safe
struct SignatureContext: ~Copyable {
    /// Never `NULL`; for one operation only.
    private let context: OpaquePointer

    /// - Throws: ``CryptoError`` if there is no memory left.
    init() throws(CryptoError) {
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw CryptoError("there is no memory left for a signature")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Lends the pointer for the length of a call.
    borrowing func withContext<Value>(_ body: (OpaquePointer) -> Value) -> Value {
        unsafe body(context)
    }

    /// The digest that `algorithm` is used with; none where the algorithm brings its own.
    static func digest(of algorithm: KeyAlgorithm) -> OpaquePointer? {
        switch algorithm {
        case .ed25519: nil
        case .ecdsaP256: unsafe EVP_sha256()
        }
    }
}
