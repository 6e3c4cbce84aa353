import LibCrypto
import PostQuantum

/// Which library does the work for an algorithm.
enum Backend {
    /// libcrypto, which comes first: it is the one that a distribution keeps mended.
    case libcrypto
    /// swift-crypto, for what an older libcrypto lacks.
    case swiftCrypto(MLDSAParameters)

    /// `nil` if neither has the algorithm.
    init?(_ algorithm: KeyAlgorithm) {
        if algorithm.isInLibrary {
            self = .libcrypto
            return
        }
        switch algorithm {
        case .mlDSA65: self = .swiftCrypto(.mlDSA65)
        case .mlDSA87: self = .swiftCrypto(.mlDSA87)
        default: return nil
        }
    }

    /// The library for an algorithm.
    ///
    /// - Throws: ``CryptoError``, which says what version of libcrypto has it, if there is none.
    static func of(_ algorithm: KeyAlgorithm) throws(CryptoError) -> Backend {
        guard let backend = Backend(algorithm) else { throw algorithm.missing }
        return backend
    }
}

/// The secret half of a key, with the library that works with it.
enum SecretHalf: ~Copyable {
    /// libcrypto's, which wipes it when it goes.
    case libcrypto(SecretKey)
    /// swift-crypto's, which does so too.
    case swiftCrypto(MLDSASecret, KeyAlgorithm)

    /// A new key; `modulusBits` is the size of an RSA key.
    static func generate(
        _ algorithm: KeyAlgorithm, modulusBits: Int
    ) throws(CryptoError) -> SecretHalf {
        switch try Backend.of(algorithm) {
        case .libcrypto:
            return .libcrypto(try SecretKey(generating: algorithm, modulusBits: modulusBits))
        case .swiftCrypto(let parameters):
            guard let key = MLDSASecret(generating: parameters) else {
                throw CryptoError("no key can be made")
            }
            return .swiftCrypto(key, algorithm)
        }
    }

    /// The key of a PKCS#8 PrivateKeyInfo in DER. Of an ML-DSA key the seed alone is used, so that
    /// what else the file says cannot matter; it must be for the same key all the same.
    static func read(pkcs8: [UInt8]) throws(CryptoError) -> SecretHalf {
        if let (algorithm, _) = KeyAlgorithm.privateKey(in: pkcs8) {
            _ = try Backend.of(algorithm)
        }
        guard let info = try SeedKeyInfo(pkcs8: pkcs8) else {
            return .libcrypto(try SecretKey.read(pkcs8: pkcs8))
        }
        let half = try SecretHalf.read(info)
        let key = try PublicKeyInfo(spki: half.spki()).key
        guard info.isConsistent(with: key) else {
            throw CryptoError("the seed and the expanded key in the file are not one key")
        }
        return half
    }

    /// The key of a seed.
    private static func read(_ info: SeedKeyInfo) throws(CryptoError) -> SecretHalf {
        switch try Backend.of(info.algorithm) {
        case .libcrypto:
            var der = SeedKeyInfo.encode(info.algorithm, seed: info.seed)
            defer { Library.wipe(&der) }
            return .libcrypto(try SecretKey.read(pkcs8: der))
        case .swiftCrypto(let parameters):
            guard let key = MLDSASecret(parameters, seed: info.seed) else {
                throw CryptoError("the ML-DSA private key is malformed")
            }
            return .swiftCrypto(key, info.algorithm)
        }
    }

    /// The SubjectPublicKeyInfo of the public half, in DER.
    borrowing func spki() -> [UInt8] {
        switch self {
        case .libcrypto(let key): key.spki
        case .swiftCrypto(let key, let algorithm): PublicKeyInfo.encode(algorithm, key.publicKey)
        }
    }

    /// The key as PKCS#8 PrivateKeyInfo in DER, an ML-DSA key by its seed alone. The caller wipes
    /// it.
    borrowing func pkcs8() throws(CryptoError) -> [UInt8] {
        switch self {
        case .libcrypto(let key):
            let der = try key.pkcs8()
            guard let info = try SeedKeyInfo(pkcs8: der) else { return der }
            return SeedKeyInfo.encode(info.algorithm, seed: info.seed)
        case .swiftCrypto(let key, let algorithm):
            return SeedKeyInfo.encode(algorithm, seed: key.seed)
        }
    }

    /// A signature over `message`.
    borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        switch self {
        case .libcrypto(let key): return try key.sign(message)
        case .swiftCrypto(let key, _):
            guard let signature = key.sign(message) else {
                throw CryptoError("the key cannot sign")
            }
            return signature
        }
    }
}
