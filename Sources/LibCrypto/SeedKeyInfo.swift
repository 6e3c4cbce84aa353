/// The PKCS#8 PrivateKeyInfo of an ML-DSA key (RFC 9881, section 6): its seed, of which the whole
/// key follows.
public struct SeedKeyInfo {
    /// ML-DSA-44, -65 or -87.
    public let algorithm: KeyAlgorithm
    /// The seed, 32 bytes.
    public let seed: [UInt8]
    /// The private key that FIPS 204 makes of the seed, where the file has that too.
    private let expanded: [UInt8]?

    /// The bytes of a seed.
    public static let seedLength = 32

    /// The seed of a PrivateKeyInfo in DER; `nil` for any other kind of key.
    ///
    /// - Throws: ``CryptoError`` if there is no seed in it, or anything but the key.
    public init?(pkcs8: [UInt8]) throws(CryptoError) {
        guard let (algorithm, key) = KeyAlgorithm.privateKey(in: pkcs8),
            let length = algorithm.expandedLength
        else { return nil }
        self.algorithm = algorithm
        guard let key else { throw SeedKeyInfo.malformed }
        (seed, expanded) = try SeedKeyInfo.parts(key, expandedLength: length)
    }

    /// The choices of RFC 9881: seed, expanded key, both.
    private static func parts(
        _ key: [UInt8], expandedLength: Int
    ) throws(CryptoError) -> (seed: [UInt8], expanded: [UInt8]?) {
        var reader = DER.Reader(key)
        if let seed = reader.take(.first), reader.isAtEnd, seed.count == seedLength {
            return (seed, nil)
        }
        if var both = reader.open(), reader.isAtEnd, let seed = both.take(.octetString),
            let expanded = both.take(.octetString), both.isAtEnd, seed.count == seedLength,
            expanded.count == expandedLength
        {
            return (seed, expanded)
        }
        if let expanded = reader.take(.octetString), reader.isAtEnd,
            expanded.count == expandedLength
        {
            throw CryptoError(
                "the file has the expanded ML-DSA key without the seed that it was made of; write "
                    + "it again with the seed, as the program that made it can")
        }
        throw malformed
    }

    private static let malformed = CryptoError("the ML-DSA private key is malformed")

    /// Whether the expanded key, if there is one, is for the public key that the seed gives.
    ///
    /// It begins with the public key's first 32 bytes, 32 bytes of its own, and a digest of the
    /// whole public key (FIPS 204, algorithm 24). The rest of it is never used.
    public func isConsistent(with publicKey: [UInt8]) -> Bool {
        guard let expanded else { return true }
        return expanded.prefix(32) == publicKey.prefix(32)
            && Array(expanded.dropFirst(64).prefix(64))
                == MessageDigest.shake256(of: publicKey, length: 64)
    }

    /// The PrivateKeyInfo in DER of a seed alone: the one form that is written here.
    public static func encode(_ algorithm: KeyAlgorithm, seed: [UInt8]) -> [UInt8] {
        DER.encode(
            .sequence,
            DER.encode(0) + algorithm.identifier
                + DER.encode(.octetString, DER.encode(.first, seed)))
    }
}

extension KeyAlgorithm {
    /// The algorithm of a PrivateKeyInfo, and the content of its OCTET STRING, if that is all there
    /// is; `nil` for a kind of key that is not in use, and for what is no PrivateKeyInfo.
    public static func privateKey(in pkcs8: [UInt8]) -> (KeyAlgorithm, key: [UInt8]?)? {
        var outer = DER.Reader(pkcs8)
        guard var body = outer.open(), outer.isAtEnd, let version = body.takeNumber(),
            let identifier = body.take(.sequence).map({ DER.encode(.sequence, $0) }),
            let algorithm = allCases.first(where: { $0.identifier == identifier })
        else { return nil }
        let key = body.take(.octetString)
        return (algorithm, version == 0 && body.isAtEnd ? key : nil)
    }

    /// The bytes of an expanded private key of ML-DSA (FIPS 204, table 2); `nil` for others.
    fileprivate var expandedLength: Int? {
        switch self {
        case .mlDSA44: 2_560
        case .mlDSA65: 4_032
        case .mlDSA87: 4_896
        default: nil
        }
    }
}
