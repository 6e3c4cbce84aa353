internal import Crypto

/// The parameter sets of ML-DSA (FIPS 204, section 4) that swift-crypto has, pure and without a
/// context.
public enum MLDSAParameters: Hashable, Sendable, CaseIterable {
    /// ML-DSA-65.
    case mlDSA65
    /// ML-DSA-87.
    case mlDSA87
}

/// A private key for ML-DSA, made of its seed.
public struct MLDSASecret: Sendable {
    /// The key as swift-crypto has it, which wipes it when the last copy goes.
    fileprivate enum Key: Sendable {
        case mlDSA65(MLDSA65.PrivateKey)
        case mlDSA87(MLDSA87.PrivateKey)
    }

    private let key: Key

    /// A new key from swift-crypto's random numbers; `nil` if it has none.
    public init?(generating parameters: MLDSAParameters) {
        guard let key = try? Key(parameters, seed: nil) else { return nil }
        self.key = key
    }

    /// The key that a seed of 32 bytes gives; `nil` for a seed of any other length.
    public init?(_ parameters: MLDSAParameters, seed: [UInt8]) {
        guard let key = try? Key(parameters, seed: seed) else { return nil }
        self.key = key
    }

    /// The seed, 32 bytes.
    public var seed: [UInt8] {
        switch key {
        case .mlDSA65(let key): [UInt8](key.seedRepresentation)
        case .mlDSA87(let key): [UInt8](key.seedRepresentation)
        }
    }

    /// The public key as FIPS 204 encodes it (algorithm 22).
    public var publicKey: [UInt8] {
        switch key {
        case .mlDSA65(let key): [UInt8](key.publicKey.rawRepresentation)
        case .mlDSA87(let key): [UInt8](key.publicKey.rawRepresentation)
        }
    }

    /// A signature over `message`, another one each time; `nil` if there is no randomness.
    public func sign(_ message: [UInt8]) -> [UInt8]? {
        switch key {
        case .mlDSA65(let key): (try? key.signature(for: message)).map { [UInt8]($0) }
        case .mlDSA87(let key): (try? key.signature(for: message)).map { [UInt8]($0) }
        }
    }
}

extension MLDSASecret.Key {
    /// A key from a seed, or a new one.
    fileprivate init(_ parameters: MLDSAParameters, seed: [UInt8]?) throws {
        switch parameters {
        case .mlDSA65:
            self = .mlDSA65(
                try seed.map { try .init(seedRepresentation: $0, publicKey: nil) } ?? .init())
        case .mlDSA87:
            self = .mlDSA87(
                try seed.map { try .init(seedRepresentation: $0, publicKey: nil) } ?? .init())
        }
    }
}

extension MLDSAParameters {
    /// Whether `key` is a public key as FIPS 204 encodes one.
    public func isKey(_ key: [UInt8]) -> Bool {
        switch self {
        case .mlDSA65: (try? MLDSA65.PublicKey(rawRepresentation: key)) != nil
        case .mlDSA87: (try? MLDSA87.PublicKey(rawRepresentation: key)) != nil
        }
    }

    /// Whether `signature` is one by `key` over `message`; a malformed one is none.
    public func verifies(_ signature: [UInt8], over message: [UInt8], by key: [UInt8]) -> Bool {
        switch self {
        case .mlDSA65:
            (try? MLDSA65.PublicKey(rawRepresentation: key))?
                .isValidSignature(signature, for: message) ?? false
        case .mlDSA87:
            (try? MLDSA87.PublicKey(rawRepresentation: key))?
                .isValidSignature(signature, for: message) ?? false
        }
    }
}
