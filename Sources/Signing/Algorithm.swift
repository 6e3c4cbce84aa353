import LibCrypto

/// What a key signs with. It belongs to the key and is never taken from a file that is to be
/// verified.
public enum Algorithm: String, Hashable, Sendable, CaseIterable {
    /// Ed25519 (RFC 8032): deterministic, signatures of 64 bytes.
    case ed25519
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5): signatures in DER, new in each run.
    case ecdsaP256 = "ecdsa-p256"

    /// The same algorithm as libcrypto's room names it.
    init(_ algorithm: KeyAlgorithm) {
        switch algorithm {
        case .ed25519: self = .ed25519
        case .ecdsaP256: self = .ecdsaP256
        }
    }

    /// The way back, for making a key.
    var keyAlgorithm: KeyAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .ecdsaP256: .ecdsaP256
        }
    }
}
