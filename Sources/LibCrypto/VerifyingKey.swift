internal import CCrypto

/// The public half of a key, ready to verify (`EVP_DigestVerify`).
public struct VerifyingKey: ~Copyable {
    /// What the key is for.
    public let algorithm: KeyAlgorithm
    /// The owner of the `EVP_PKEY`.
    private let handle: KeyHandle

    /// A key from its SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7).
    ///
    /// - Throws: ``CryptoError`` as ``PublicKeyInfo/init(spki:)``, for a point that is not on its
    ///   curve, and for an algorithm that the libcrypto that was loaded does not have.
    public init(spki: [UInt8]) throws(CryptoError) {
        let info = try PublicKeyInfo(spki: spki)
        guard info.algorithm.isInLibrary else { throw info.algorithm.missing }
        let pointer = unsafe spki.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let pointer = unsafe pointer else { throw .latest("the public key is malformed") }
        algorithm = info.algorithm
        handle = unsafe KeyHandle(owning: pointer)
    }

    /// Whether `signature` is this key's over `message`. ECDSA takes strict DER, the others raw
    /// bytes; whatever else is malformed is no signature.
    public borrowing func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signature.count <= algorithm.signatureLimit, let operation = try? SignatureContext()
        else { return false }
        return operation.verifies(signature, over: message, with: handle, as: algorithm)
    }
}
