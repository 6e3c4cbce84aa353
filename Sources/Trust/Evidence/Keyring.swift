import Attestation
import Bytes
import Signing

/// The keys of a policy, ready to be looked for.
struct Keyring: Sendable {
    /// The plain keys, by their places in the policy.
    let keys: [Int: PublicKey]
    /// The certificates of OpenPGP, by their places in the policy.
    let certificates: [Int: OpenPGPKey]
    /// Places by key ID.
    private let places: [ByteString: Int]

    /// The keys of a policy, which are all different.
    init(_ policy: Policy) {
        var keys: [Int: PublicKey] = [:]
        var certificates: [Int: OpenPGPKey] = [:]
        for (place, key) in policy.keys.enumerated() {
            switch key.material {
            case .plain(let key): keys[place] = key
            case .openPGP(let certificate): certificates[place] = certificate
            }
        }
        self.keys = keys
        self.certificates = certificates
        places = Dictionary(
            keys.map { (ByteString($0.value.keyID), $0.key) }, uniquingKeysWith: { $1 })
    }

    /// The places of some keys.
    func places(where holds: (PublicKey) -> Bool) -> Set<Int> {
        Set(keys.filter { holds($0.value) }.keys)
    }

    /// Whose signatures an envelope has.
    ///
    /// A key ID is a hint that saves time: the key that it names is tried first, and all others
    /// where some signature is by none of those named. It decides nothing.
    func signers(of envelope: Envelope) -> (proven: Set<Int>, alleged: Set<Int>) {
        let hints = envelope.signatures.map { $0.keyID.flatMap { places[$0] } }
        let named = Set(hints.compactMap { $0 })
        var proven = verified(named, envelope)
        if proven.count < envelope.signatures.count {
            proven.formUnion(verified(Set(keys.keys).subtracting(named), envelope))
        }
        let isUnnamed = envelope.signatures.contains { $0.keyID?.isEmpty ?? true }
        let hasMore = proven.count < envelope.signatures.count
        let alleged = isUnnamed && hasMore ? Set(keys.keys) : named
        return (proven, alleged.subtracting(proven))
    }

    private func verified(_ candidates: Set<Int>, _ envelope: Envelope) -> Set<Int> {
        let found = envelope.signers(among: candidates.sorted().compactMap { keys[$0] })
        return candidates.filter { place in keys[place].map { found.contains($0) } ?? false }
    }
}
