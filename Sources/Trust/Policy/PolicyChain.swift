import Attestation
import Bytes
import Signing

/// Signed policies as they travel: versions of one policy, each signed by the quorum of the one
/// before and by its own.
public struct PolicyChain: Sendable {
    /// A policy's text with all signatures over it that were found.
    private struct Link: Sendable {
        let text: [UInt8]
        var envelopes: [Envelope]

        /// Those of some keys that signed.
        func signers(among keys: [PublicKey]) -> [PublicKey] {
            let found = envelopes.flatMap { $0.signers(among: keys) }
            return keys.filter { found.contains($0) }
        }

        /// The operators of a policy's root by whose keys it is signed.
        func operators(of policy: Policy) -> [String] {
            let members = policy.root.members
            let found = signers(among: members.compactMap { policy.keys[$0].key })
            return policy.operators(
                of: members.filter { place in
                    policy.keys[place].key.map { found.contains($0) } ?? false
                })
        }
    }

    /// What came of looking for a policy to believe.
    public struct Outcome: Sendable {
        /// The newest version that is trusted; `nil` if there is none.
        public let policy: Policy?
        /// How it is trusted, or why not.
        public let check: VerificationResult.Check
        /// Versions that were passed over, and why.
        public let notes: [String]
    }

    private var links: [Link] = []

    /// The most versions that travel together.
    private static let limit = 1_024

    /// The policies in some envelopes.
    ///
    /// - Throws: ``PolicyError`` if there are none, or something that is no policy among them.
    public init(_ envelopes: [Envelope]) throws(PolicyError) {
        for envelope in envelopes {
            guard envelope.payloadType == Policy.payloadType else {
                throw PolicyError(
                    "the payload's type is \"\(envelope.payloadType.escaped)\", which is no policy")
            }
            if let index = links.firstIndex(where: { $0.text == envelope.payload }) {
                links[index].envelopes.append(envelope)
            } else {
                links.append(Link(text: envelope.payload, envelopes: [envelope]))
            }
            guard links.count <= PolicyChain.limit else {
                throw PolicyError("there are more than \(PolicyChain.limit) policies")
            }
        }
        guard !links.isEmpty else { throw PolicyError("there is no policy") }
    }

    /// Walks from the policy that the keys given signed to the newest one that follows from it.
    ///
    /// No text is parsed before a quorum that is trusted has signed it.
    /// - Parameters:
    ///   - anchors: the keys to believe.
    ///   - threshold: how many of them must have signed; each key counts once.
    /// - Throws: ``PolicyError`` for a trusted policy that is malformed, and for two of one
    ///   version.
    public func walk(
        from anchors: [PublicKey], threshold: Int
    ) throws(PolicyError) -> Outcome {
        var notes: [String] = []
        let trusted = links.filter { $0.signers(among: anchors).count >= threshold }
        guard !trusted.isEmpty else {
            let whom = threshold == 1 ? "a key" : "\(threshold) of the keys"
            return refusal("no policy is signed by \(whom) given with --policy-key", notes)
        }
        var anchored: [(policy: Policy, link: Link)] = []
        for link in trusted {
            let policy = try Policy(text: link.text)
            if hasQuorum(link, policy) {
                anchored.append((policy, link))
            } else {
                notes.append(shortage(link, policy))
            }
        }
        let newest = anchored.max { $0.policy.version < $1.policy.version }
        guard let newest else { return refusal(notes[0], notes) }
        try checkUnique(anchored.map(\.policy), as: newest.policy)
        var current = newest
        while let next = try successor(of: current.policy, &notes) { current = next }
        let walked =
            current.policy.version == newest.policy.version
            ? "" : ", in unbroken succession from version \(newest.policy.version)"
        let signers = current.link.operators(of: current.policy).joined(separator: ", ")
        return Outcome(
            policy: current.policy,
            check: .init(
                .policy, .met,
                "the policy \(current.policy.title) is signed by its own quorum (\(signers))"
                    + walked),
            notes: notes)
    }

    // MARK: Links

    private func hasQuorum(_ link: Link, _ policy: Policy) -> Bool {
        link.operators(of: policy).count >= policy.root.threshold
    }

    private func shortage(_ link: Link, _ policy: Policy) -> String {
        "the policy \(policy.title) is signed by \(link.operators(of: policy).count) of the "
            + "\(policy.root.threshold) operators that its own root demands"
    }

    /// The next version, if both quorums signed it.
    private func successor(
        of policy: Policy, _ notes: inout [String]
    ) throws(PolicyError) -> (policy: Policy, link: Link)? {
        var found: [(policy: Policy, link: Link)] = []
        for link in links where hasQuorum(link, policy) {
            let next = try Policy(text: link.text)
            guard next.version == policy.version + 1, next.name == policy.name else { continue }
            if hasQuorum(link, next) {
                found.append((next, link))
            } else {
                notes.append(shortage(link, next))
            }
        }
        guard let next = found.first else { return nil }
        try checkUnique(found.map(\.policy), as: next.policy)
        return next
    }

    /// Two texts of one version, both signed, are a fork that nobody here can settle.
    private func checkUnique(
        _ policies: [Policy], as policy: Policy
    ) throws(PolicyError) {
        let twins = policies.count { $0.version == policy.version }
        guard twins == 1 else {
            throw PolicyError(
                "there are \(twins) policies \(policy.title), all of them signed; ask who signs "
                    + "them which one holds")
        }
    }

    private func refusal(_ message: String, _ notes: [String]) -> Outcome {
        Outcome(policy: nil, check: .init(.policy, .notMet(.unproven), message), notes: notes)
    }
}
