import Bytes

/// A signed JSON value as in-toto had it before DSSE: `signatures` and `signed`, nothing else.
///
/// The signatures are over the canonical form of `signed` (``signedBytes``). That form has one text
/// per value, so the value that was read is the one that was signed.
public struct Metablock: Hashable, Sendable {
    /// The signatures in the order of the text.
    public let signatures: [Envelope.Signature]
    /// What they are over.
    public let signedBytes: [UInt8]
    /// What is said.
    let signed: JSON

    /// The most signatures: a worker's, its daemon's, and some more.
    public static let signatureLimit = 16
    /// The most bytes of its text. Real ones have two thousand.
    public static let sizeLimit = 4 * 1024 * 1024

    /// Whether a text is JSON with the two names of a metablock, whatever stands behind them.
    public static func recognizes(_ text: [UInt8]) -> Bool {
        guard text.count <= sizeLimit, text.first == UInt8(ascii: "{"), mentionsSigned(text),
            let json = try? JSON(parsing: text, limits: limits)
        else { return false }
        return isMetablock(json)
    }

    /// Whether the name stands in it somewhere: envelopes need not be parsed twice.
    private static func mentionsSigned(_ text: [UInt8]) -> Bool {
        ByteString(text).contains("\"signed\"")
    }

    private static func isMetablock(_ json: JSON) -> Bool {
        Set((json.object ?? []).map(\.key)) == ["signatures", "signed"]
    }

    private static var limits: JSON.Limits {
        var limits = JSON.Limits()
        limits.values = 100_000
        return limits
    }

    /// A metablock from its JSON text.
    ///
    /// - Throws: ``AttestationError`` for what is not strict JSON or has another outline,
    ///   signatures that are not lowercase hexadecimal, and what has no canonical form.
    public init(parsing text: [UInt8]) throws(AttestationError) {
        guard text.count <= Metablock.sizeLimit else {
            throw AttestationError(.limit, "the link is over \(Metablock.sizeLimit) bytes")
        }
        let json = try JSON.strict(text, limits: Metablock.limits, what: "the link")
        guard Metablock.isMetablock(json) else {
            throw AttestationError(.malformed, "the link is not signatures and signed alone")
        }
        let fields = try Fields(json, "link")
        var signatures: [Envelope.Signature] = []
        for entry in try fields.list("signatures", atMost: Metablock.signatureLimit) {
            guard let bytes = Hex.decode(try entry.text("sig").bytes) else {
                throw entry.failure("sig", "lowercase hexadecimal digits")
            }
            signatures.append(.init(keyID: try entry.text("keyid"), bytes: bytes))
        }
        self.signatures = signatures
        signed = try fields.fields("signed").json
        signedBytes = try signed.canonical()
    }
}
