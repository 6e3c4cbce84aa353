import Bytes

extension Envelope {
    /// An envelope from its JSON text.
    ///
    /// Both Base64 alphabets are read and unknown fields are ignored, as DSSE demands. Refused are
    /// a name that occurs twice, a missing `payload`, `payloadType`, `signatures` or `sig`, Base64
    /// with a second spelling, and whatever follows the text.
    /// - Throws: ``AttestationError``.
    public init(parsing text: [UInt8]) throws(AttestationError) {
        guard text.count <= Envelope.sizeLimit else {
            throw AttestationError(.limit, "the envelope is over \(Envelope.sizeLimit) bytes")
        }
        var limits = JSON.Limits()
        limits.values = 100_000
        let json = try JSON.strict(text, limits: limits, what: "the envelope")
        try self.init(try Fields(json, "envelope"))
    }

    /// An envelope from its fields.
    init(_ fields: Fields) throws(AttestationError) {
        var signatures: [Signature] = []
        for entry in try fields.list("signatures", atMost: Envelope.signatureLimit) {
            signatures.append(
                Signature(
                    keyID: try entry.optional("keyid")?.text("keyid"),
                    bytes: try Envelope.bytes(entry, "sig")))
        }
        self.init(
            payloadType: try fields.text("payloadType"),
            payload: try Envelope.bytes(fields, "payload"), signatures: signatures)
    }

    /// A payload or signature from Base64, in either alphabet that DSSE permits.
    private static func bytes(
        _ fields: Fields, _ name: String
    ) throws(AttestationError) -> [UInt8] {
        guard let bytes = Base64.decode(try fields.text(name).bytes) else {
            throw AttestationError(
                .malformed, "\(fields.place).\(name) is not canonical Base64")
        }
        return bytes
    }

    /// The envelopes in a text: one envelope, a Sigstore bundle, or JSON Lines of both
    /// (`*.intoto.jsonl`).
    ///
    /// Lines that are no envelope are passed over and counted, as in-toto's bundle demands; nothing
    /// vouches for the set, so a reader may only ever look for what it wants to find.
    /// - Throws: ``AttestationError`` if there is no envelope at all.
    public static func all(
        in text: [UInt8]
    ) throws(AttestationError) -> (envelopes: [Envelope], skipped: Int) {
        let only: AttestationError
        do {
            return ([try one(in: text)], 0)
        } catch {
            only = error
        }
        guard text.count <= Envelope.sizeLimit else { throw only }
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: lineLimit)
        guard lines.count > 1, lines.count <= lineLimit else { throw only }
        let envelopes = lines.compactMap { try? one(in: Array($0)) }
        guard !envelopes.isEmpty else { throw only }
        return (envelopes, lines.count - envelopes.count)
    }

    /// The one envelope that a text is, plain or in a Sigstore bundle.
    ///
    /// - Throws: ``AttestationError``: what is wrong with the bundle, if it is one, else with the
    ///   envelope.
    public static func one(in text: [UInt8]) throws(AttestationError) -> Envelope {
        let plain: AttestationError
        do {
            return try Envelope(parsing: text)
        } catch {
            plain = error
        }
        do {
            return try Envelope(sigstore: text)
        } catch {
            throw error.code == .unsupported || error.code == .inconsistent ? error : plain
        }
    }

    /// The most lines read of one text.
    public static let lineLimit = 65_536

    /// The envelope as JSON text with a final line feed: always the same for the same envelope.
    ///
    /// Base64 is in the standard alphabet with padding. Pretty, which is how one envelope is kept,
    /// nothing can be put behind it; compact, it is a line of JSON Lines.
    public func text(pretty: Bool = true) -> [UInt8] {
        json.text(pretty: pretty) + [UInt8(ascii: "\n")]
    }

    /// The envelope as JSON.
    var json: JSON {
        .record([
            "payload": .text(Base64.encode(payload)),
            "payloadType": .string(payloadType),
            "signatures": .array(
                signatures.map {
                    .record([
                        "keyid": $0.keyID.map { .string($0) },
                        "sig": .text(Base64.encode($0.bytes)),
                    ])
                }),
        ])
    }
}
