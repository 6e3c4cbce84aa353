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

    /// The largest signature in bytes (`EVP_PKEY_get_size`).
    borrowing func signatureLimit() -> Int { max(0, Int(unsafe EVP_PKEY_get_size(key))) }

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

    /// Signs (`EVP_DigestSign`) into `signature`; the bytes written, or `nil`.
    borrowing func sign(
        _ message: [UInt8], with key: borrowing KeyHandle, as algorithm: KeyAlgorithm,
        into signature: inout [UInt8]
    ) -> Int? {
        var length = signature.count
        return unsafe key.withKey { key in
            var options: OpaquePointer?
            guard unsafe EVP_DigestSignInit(context, &options, algorithm.digest, nil, key) == 1,
                unsafe SignatureContext.setPadding(options, algorithm),
                unsafe EVP_DigestSign(
                    context, &signature, &length, message, message.count) == 1
            else { return nil }
            return length
        }
    }

    /// Whether `signature` is one by `key` (`EVP_DigestVerify`).
    borrowing func verifies(
        _ signature: [UInt8], over message: [UInt8], with key: borrowing KeyHandle,
        as algorithm: KeyAlgorithm
    ) -> Bool {
        unsafe key.withKey { key in
            var options: OpaquePointer?
            return unsafe EVP_DigestVerifyInit(context, &options, algorithm.digest, nil, key) == 1
                && SignatureContext.setPadding(options, algorithm)
                && EVP_DigestVerify(
                    context, signature, signature.count, message, message.count) == 1
        }
    }

    /// RSA is used with PSS alone, its mask and its salt as long as the digest.
    private static func setPadding(_ options: OpaquePointer?, _ algorithm: KeyAlgorithm) -> Bool {
        guard algorithm == .rsaPSS else { return true }
        return unsafe EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(options, algorithm.digest) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1
    }
}
