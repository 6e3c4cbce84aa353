/// The kinds of key in use here, each with one encoding of its public half.
///
/// A key's algorithm is a property of the key. Nothing that arrives with a signature can change it.
public enum KeyAlgorithm: Hashable, Sendable, CaseIterable {
    /// Ed25519 (RFC 8032): deterministic, signatures of 64 bytes.
    case ed25519
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5): signatures in DER.
    case ecdsaP256

    /// The algorithm of a SubjectPublicKeyInfo; `nil` unless it has the one encoding permitted.
    ///
    /// BER, explicit curve parameters, compressed points and an algorithm identifier with a
    /// superfluous NULL would all give one key several digests, and so several key IDs.
    public init?(spki: [UInt8]) {
        let match = KeyAlgorithm.allCases.first {
            spki.count == $0.spkiPrefix.count + $0.pointLength
                && spki.starts(with: $0.spkiPrefix)
        }
        guard let match else { return nil }
        self = match
    }

    /// The DER in front of the public point (RFC 8410, section 4; RFC 5480, section 2).
    var spkiPrefix: [UInt8] {
        switch self {
        case .ed25519:
            [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
        case .ecdsaP256:
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ]
        }
    }

    /// The bytes of the public point behind the prefix.
    var pointLength: Int {
        switch self {
        case .ed25519: 32
        case .ecdsaP256: 64
        }
    }

    /// The largest signature in bytes.
    var signatureLimit: Int {
        switch self {
        case .ed25519: 64
        case .ecdsaP256: 72
        }
    }
}
