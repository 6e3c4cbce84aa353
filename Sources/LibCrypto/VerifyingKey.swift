internal import CCrypto

/// The public half of a key, ready to verify (`EVP_DigestVerify`).
public struct VerifyingKey: ~Copyable {
    /// What the key is for.
    public let algorithm: KeyAlgorithm
    /// The owner of the `EVP_PKEY`.
    private let handle: KeyHandle

    /// A key from its SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7).
    ///
    /// - Throws: ``CryptoError`` for another kind of key, any encoding but the one permitted, a
    ///   point that is not on the curve, and an Ed25519 point of small order.
    public init(spki: [UInt8]) throws(CryptoError) {
        guard let algorithm = KeyAlgorithm(spki: spki) else {
            throw CryptoError(
                "this is no Ed25519 or P-256 public key in DER with an uncompressed point")
        }
        let point = Array(spki.suffix(algorithm.pointLength))
        if algorithm == .ed25519, Ed25519Point.isUnfit(point) {
            throw CryptoError("this Ed25519 key is weak: its point is of small order or misspelt")
        }
        let pointer = unsafe spki.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let pointer = unsafe pointer else { throw .latest("the public key is malformed") }
        self.algorithm = algorithm
        handle = unsafe KeyHandle(owning: pointer)
    }

    /// Whether `signature` is this key's over `message`. Ed25519 takes 64 raw bytes, ECDSA
    /// strict DER; whatever else is malformed is no signature.
    public borrowing func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signature.count <= algorithm.signatureLimit, let operation = try? SignatureContext()
        else { return false }
        let digest = unsafe SignatureContext.digest(of: algorithm)
        return unsafe handle.withKey { key in
            unsafe operation.withContext { context in
                unsafe EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1
                    && EVP_DigestVerify(
                        context, signature, signature.count, message, message.count) == 1
            }
        }
    }
}
