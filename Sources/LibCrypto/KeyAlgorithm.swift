/// The kinds of key in use here, each with one encoding of its public half.
///
/// A key's algorithm is a property of the key. Nothing that arrives with a signature can change it.
public enum KeyAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// Ed25519 (RFC 8032): deterministic, signatures of 64 bytes.
    case ed25519
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5): signatures in DER.
    case ecdsaP256 = "ecdsa-p256"
    /// ECDSA over P-384 with SHA-384 (FIPS 186-5): signatures in DER.
    case ecdsaP384 = "ecdsa-p384"
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017, section 8.1).
    case rsaPSS = "rsa-pss"
    /// ML-DSA-44 (FIPS 204), pure and without a context.
    case mlDSA44 = "ml-dsa-44"
    /// ML-DSA-65 (FIPS 204), pure and without a context.
    case mlDSA65 = "ml-dsa-65"
    /// ML-DSA-87 (FIPS 204), pure and without a context.
    case mlDSA87 = "ml-dsa-87"
    /// SLH-DSA-SHA2-128s (FIPS 205), pure and without a context, as are those that follow.
    case slhDSASHA2128s = "slh-dsa-sha2-128s"
    /// SLH-DSA-SHA2-128f.
    case slhDSASHA2128f = "slh-dsa-sha2-128f"
    /// SLH-DSA-SHA2-192s.
    case slhDSASHA2192s = "slh-dsa-sha2-192s"
    /// SLH-DSA-SHA2-192f.
    case slhDSASHA2192f = "slh-dsa-sha2-192f"
    /// SLH-DSA-SHA2-256s.
    case slhDSASHA2256s = "slh-dsa-sha2-256s"
    /// SLH-DSA-SHA2-256f.
    case slhDSASHA2256f = "slh-dsa-sha2-256f"
    /// SLH-DSA-SHAKE-128s.
    case slhDSASHAKE128s = "slh-dsa-shake-128s"
    /// SLH-DSA-SHAKE-128f.
    case slhDSASHAKE128f = "slh-dsa-shake-128f"
    /// SLH-DSA-SHAKE-192s.
    case slhDSASHAKE192s = "slh-dsa-shake-192s"
    /// SLH-DSA-SHAKE-192f.
    case slhDSASHAKE192f = "slh-dsa-shake-192f"
    /// SLH-DSA-SHAKE-256s.
    case slhDSASHAKE256s = "slh-dsa-shake-256s"
    /// SLH-DSA-SHAKE-256f.
    case slhDSASHAKE256f = "slh-dsa-shake-256f"

    /// What a post-quantum algorithm is made of: the last arc of its object identifier below
    /// 2.16.840.1.101.3.4.3, and the bytes of a public key and of a signature (FIPS 204, table 2;
    /// FIPS 205, table 2).
    private typealias Parameters = (arc: UInt8, publicKey: Int, signature: Int)

    /// `nil` for what is not post-quantum.
    private var parameters: Parameters? {
        switch self {
        case .ed25519, .ecdsaP256, .ecdsaP384, .rsaPSS: nil
        case .mlDSA44: (17, 1_312, 2_420)
        case .mlDSA65: (18, 1_952, 3_309)
        case .mlDSA87: (19, 2_592, 4_627)
        case .slhDSASHA2128s: (20, 32, 7_856)
        case .slhDSASHA2128f: (21, 32, 17_088)
        case .slhDSASHA2192s: (22, 48, 16_224)
        case .slhDSASHA2192f: (23, 48, 35_664)
        case .slhDSASHA2256s: (24, 64, 29_792)
        case .slhDSASHA2256f: (25, 64, 49_856)
        case .slhDSASHAKE128s: (26, 32, 7_856)
        case .slhDSASHAKE128f: (27, 32, 17_088)
        case .slhDSASHAKE192s: (28, 48, 16_224)
        case .slhDSASHAKE192f: (29, 48, 35_664)
        case .slhDSASHAKE256s: (30, 64, 29_792)
        case .slhDSASHAKE256f: (31, 64, 49_856)
        }
    }

    /// Whether it is meant to withstand a quantum computer.
    public var isPostQuantum: Bool { parameters != nil }

    /// The AlgorithmIdentifier in DER (RFC 8410, section 3; RFC 5480, section 2.1.1; RFC 4055,
    /// section 1.2; RFC 9881, section 2; RFC 9909, section 3).
    public var identifier: [UInt8] {
        let curve: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
        let rsa: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
        let parts: [[UInt8]] =
            switch self {
            case .ed25519: [[0x2b, 0x65, 0x70]]
            case .ecdsaP256: [curve, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]]
            case .ecdsaP384: [curve, [0x2b, 0x81, 0x04, 0x00, 0x22]]
            case .rsaPSS: [rsa]
            default:
                [[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, parameters?.arc ?? 0]]
            }
        let null = self == .rsaPSS ? DER.encode(.null, []) : []
        return DER.encode(
            .sequence, parts.flatMap { DER.encode(.objectIdentifier, $0) } + null)
    }

    /// The bytes of a public key as it stands in the BIT STRING; `nil` where they vary.
    var publicKeyLength: Int? {
        switch self {
        case .ed25519: 32
        case .ecdsaP256: 65
        case .ecdsaP384: 97
        case .rsaPSS: nil
        default: parameters?.publicKey
        }
    }

    /// The largest signature in bytes, by a key of any size.
    public var signatureLimit: Int {
        switch self {
        case .ed25519: 64
        case .ecdsaP256: 72
        case .ecdsaP384: 104
        case .rsaPSS: RSAModulus.largest / 8
        default: parameters?.signature ?? 0
        }
    }
}
