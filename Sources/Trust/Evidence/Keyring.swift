import Attestation
import Bytes
import Signing

/// The keys of a policy, ready to be looked for.
struct Keyring: Sendable {
    /// The keys, at the places that they have in the policy.
    let keys: [PublicKey]
    /// Places by key ID.
    private let places: [ByteString: Int]

    /// The keys of a policy, which are all different.
    init(_ policy: Policy) { self.init(policy.keys.map(\.key)) }

    /// Some keys, each once.
    init(_ keys: [PublicKey]) {
        self.keys = keys
        places = Dictionary(
            keys.enumerated().map { (ByteString($1.keyID), $0) }, uniquingKeysWith: { $1 })
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
            proven.formUnion(verified(Set(keys.indices).subtracting(named), envelope))
        }
        let isUnnamed = envelope.signatures.contains { $0.keyID?.isEmpty ?? true }
        let hasMore = proven.count < envelope.signatures.count
        let alleged = isUnnamed && hasMore ? Set(keys.indices) : named
        return (proven, alleged.subtracting(proven))
    }

    private func verified(_ candidates: Set<Int>, _ envelope: Envelope) -> Set<Int> {
        let order = candidates.sorted()
        let found = envelope.signers(among: order.map { keys[$0] })
        return Set(order.filter { found.contains(keys[$0]) })
    }
}
