import Bytes
import Signing

/// A signed payload: DSSE 1.0.2, any number of signatures.
///
/// What verifies is what is parsed: both ``signers(among:)`` and ``Statement/init(of:)`` read
/// ``payload`` of one value, and nothing reads the envelope's text again.
public struct Envelope: Hashable, Sendable {
    /// One signature, and what it says of its key.
    public struct Signature: Hashable, Sendable {
        /// The key ID as given: a hint that nothing vouches for. It decides nothing here.
        public let keyID: ByteString?
        /// The signature's bytes.
        public let bytes: [UInt8]

        /// A signature.
        public init(keyID: ByteString?, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// What the payload is; signed together with it.
    public let payloadType: ByteString
    /// The payload's bytes.
    public let payload: [UInt8]
    /// The signatures in the order of the text.
    public private(set) var signatures: [Signature]

    /// The most signatures that one envelope may have.
    public static let signatureLimit = 64
    /// The most bytes of an envelope's text.
    public static let sizeLimit = 64 * 1024 * 1024

    /// An envelope from its parts. Traps past ``signatureLimit``.
    public init(payloadType: ByteString, payload: [UInt8], signatures: [Signature] = []) {
        precondition(signatures.count <= Envelope.signatureLimit, "too many signatures")
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// What a signature covers: DSSE's pre-authentication encoding, with which the type cannot
    /// flow into the payload (`protocol.md`, "Signature Definition").
    public var signedBytes: [UInt8] {
        let type = payloadType.bytes
        return Array("DSSEv1 \(type.count) ".utf8) + type
            + Array(" \(payload.count) ".utf8) + payload
    }

    /// Adds a signature by `key` behind those that are there.
    ///
    /// - Throws: ``AttestationError`` as ``join(_:by:)``, and with code `unfit` if the key cannot
    ///   sign.
    public mutating func sign(with key: PrivateKey) throws(AttestationError) {
        try checkRoom(for: key.publicKey)
        let bytes: [UInt8]
        do {
            bytes = try key.sign(signedBytes)
        } catch {
            throw AttestationError(.unfit, "the envelope cannot be signed: \(error.message)")
        }
        try join(bytes, by: key.publicKey)
    }

    /// Adds a signature that was made elsewhere behind those that are there.
    ///
    /// - Throws: ``AttestationError`` with code `limit` past ``signatureLimit``, and with code
    ///   `unfit` if the same key has signed before, or the signature is not one by `key` over
    ///   ``signedBytes``.
    public mutating func join(_ bytes: [UInt8], by key: PublicKey) throws(AttestationError) {
        try checkRoom(for: key)
        guard key.verifies(bytes, over: signedBytes) else {
            throw AttestationError(
                .unfit,
                "what was signed is not this envelope, or not by \(key.algorithm.rawValue) key "
                    + "\(key.keyID), or not in the form of that algorithm")
        }
        signatures.append(Signature(keyID: ByteString(key.keyID), bytes: bytes))
    }

    /// Whether a signature by `key` may be added.
    private func checkRoom(for key: PublicKey) throws(AttestationError) {
        guard signatures.count < Envelope.signatureLimit else {
            throw AttestationError(
                .limit, "the envelope has \(Envelope.signatureLimit) signatures, which is the most")
        }
        guard signers(among: [key]).isEmpty else {
            throw AttestationError(
                .unfit, "the envelope already has a signature by key \(key.keyID)")
        }
    }

    /// Those of `keys` by which some signature verifies, each once, in the order given.
    ///
    /// Every signature is tried with every key, so a wrong, missing or borrowed key ID changes
    /// nothing, and signatures that do not verify are passed over. A key is its material: the same
    /// one named twice is one signer, so the count is what a threshold may be held against.
    /// - Complexity: one verification of the payload per key and signature.
    public func signers(among keys: [PublicKey]) -> [PublicKey] {
        let message = signedBytes
        var found: [PublicKey] = []
        for key in keys where !found.contains(key) {
            if signatures.contains(where: { key.verifies($0.bytes, over: message) }) {
                found.append(key)
            }
        }
        return found
    }
}
