import LibCrypto

/// What a key signs with. It belongs to the key and is never taken from a file that is to be
/// verified.
public struct Algorithm: Hashable, Sendable {
    /// The same as libcrypto's room has it.
    let base: KeyAlgorithm

    /// Ed25519 (RFC 8032): deterministic, signatures of 64 bytes.
    public static let ed25519 = Algorithm(.ed25519)
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5): signatures in DER, new in each run.
    public static let ecdsaP256 = Algorithm(.ecdsaP256)
    /// ECDSA over P-384 with SHA-384 (FIPS 186-5): signatures in DER, new in each run.
    public static let ecdsaP384 = Algorithm(.ecdsaP384)
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017): new in each
    /// run. Keys that sign have 3,072 bits at least, those that verify 2,048.
    public static let rsaPSS = Algorithm(.rsaPSS)
    /// ML-DSA-65 (FIPS 204), pure and without a context: new in each run.
    public static let mlDSA65 = Algorithm(.mlDSA65)
    /// ML-DSA-87 (FIPS 204), pure and without a context: new in each run.
    public static let mlDSA87 = Algorithm(.mlDSA87)

    /// An algorithm as libcrypto's room names it.
    init(_ base: KeyAlgorithm) { self.base = base }

    /// Whether it is meant to withstand a quantum computer. A hybrid pair has one signature by a
    /// key that says yes, and one by a key that says no.
    public var isPostQuantum: Bool { base.isPostQuantum }

    /// Whether keys of this kind can be used with the libraries that were loaded.
    public var isAvailable: Bool { Backend(base) != nil }

    /// Those that can be used with the libraries that were loaded.
    public static var available: [Algorithm] { allCases.filter(\.isAvailable) }
}

extension Algorithm: RawRepresentable, CaseIterable {
    /// All that have a name, whether or not they can be used here.
    public static var allCases: [Algorithm] { KeyAlgorithm.allCases.map(Algorithm.init) }

    /// The name, as `ecdsa-p256`.
    public var rawValue: String { base.rawValue }

    /// The algorithm of a name.
    public init?(rawValue: String) {
        guard let base = KeyAlgorithm(rawValue: rawValue) else { return nil }
        self.base = base
    }
}
