import Bytes
import Signing

/// Sigstore bundles v0.3 that are signed by a plain key (sigstore `bundle.proto`).
extension Envelope {
    /// The media type of the bundles that are read and written.
    public static let sigstoreType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    /// The envelope in a Sigstore bundle.
    ///
    /// The hint says which key may have signed and decides nothing, like a key ID. Log entries and
    /// timestamps are not looked at: nothing vouches for them here, and nothing relies on them.
    /// - Throws: ``AttestationError``: `unsupported` for other versions, for certificates and for
    ///   messages without an envelope; `inconsistent` if there is not exactly one signature, or if
    ///   hint and key ID differ.
    public init(sigstore text: [UInt8]) throws(AttestationError) {
        guard text.count <= Envelope.sizeLimit else {
            throw AttestationError(.limit, "the bundle is over \(Envelope.sizeLimit) bytes")
        }
        var limits = JSON.Limits()
        limits.values = 100_000
        let fields = try Fields(
            try JSON.strict(text, limits: limits, what: "the Sigstore bundle"), "bundle")
        let type = try fields.text("mediaType")
        guard type == ByteString(Envelope.sigstoreType) else {
            throw AttestationError(
                .unsupported, "the media type is \"\(type.escaped)\", not \(Envelope.sigstoreType)")
        }
        let hint = try Envelope.hint(in: try fields.fields("verificationMaterial"))
        guard fields.optional("messageSignature") == nil, fields.optional("dsseEnvelope") != nil
        else {
            throw AttestationError(
                .unsupported, "the Sigstore bundle holds no envelope, which it must here")
        }
        let envelope = try Envelope(try fields.fields("dsseEnvelope"))
        guard envelope.signatures.count == 1 else {
            throw AttestationError(
                .inconsistent,
                "the Sigstore bundle has \(envelope.signatures.count) signatures, not exactly one")
        }
        let signature = envelope.signatures[0]
        // Some signers leave one of the two empty.
        let names = [signature.keyID, hint].compactMap { $0 }.filter { !$0.isEmpty }
        guard Set(names).count <= 1 else {
            throw AttestationError(
                .inconsistent, "the Sigstore bundle names two keys: its hint is not its key ID")
        }
        self.init(
            payloadType: envelope.payloadType, payload: envelope.payload,
            signatures: [Signature(keyID: names.first, bytes: signature.bytes)])
    }

    /// Whether a media type is that of a Sigstore bundle of any version up to 0.3.
    static func isSigstore(_ type: ByteString) -> Bool {
        type == ByteString(sigstoreType)
            || (1...3).contains {
                type == ByteString("application/vnd.dev.sigstore.bundle+json;version=0.\($0)")
            }
    }

    /// The envelope in a Sigstore bundle of any version up to 0.3, however it is signed: for who
    /// wants to know what is said, and not by whom.
    ///
    /// - Throws: ``AttestationError`` for what is none, or has no envelope in it.
    init(unverifiedSigstore text: [UInt8]) throws(AttestationError) {
        var limits = JSON.Limits()
        limits.values = 100_000
        let json = try JSON.strict(text, limits: limits, what: "the Sigstore bundle")
        let fields = try Fields(json, "bundle")
        guard Envelope.isSigstore(try fields.text("mediaType")),
            fields.optional("dsseEnvelope") != nil
        else {
            throw AttestationError(
                .unsupported, "it is no Sigstore bundle up to version 0.3 with an envelope in it")
        }
        try self.init(try fields.fields("dsseEnvelope"))
    }

    /// Which key may have signed.
    private static func hint(in material: Fields) throws(AttestationError) -> ByteString? {
        let isCertified =
            material.optional("certificate") != nil
            || material.optional("x509CertificateChain") != nil
        guard !isCertified, material.optional("publicKey") != nil else {
            throw AttestationError(
                .unsupported,
                "the Sigstore bundle is signed by a certificate (keyless), which cannot be checked "
                    + "here; only plain keys count. 'tally compare' takes it by digest alone")
        }
        return try material.fields("publicKey").optional("hint")?.text("hint")
    }

    /// Sigstore bundles of the envelope, one line for each signature: such a bundle has exactly
    /// one. The hint is the key ID, as `bundle.proto` demands.
    public var sigstoreBundles: [[UInt8]] {
        signatures.map { sigstoreBundle(of: $0.bytes, hint: $0.keyID ?? "") }
    }

    /// Sigstore bundles of the signatures by a key, which they verify by, under another hint.
    public func sigstoreBundles(by key: PublicKey, hint: ByteString) -> [[UInt8]] {
        let message = signedBytes
        return signatures.filter { key.verifies($0.bytes, over: message) }
            .map { sigstoreBundle(of: $0.bytes, hint: hint) }
    }

    private func sigstoreBundle(of signature: [UInt8], hint: ByteString) -> [UInt8] {
        let alone = Envelope(
            payloadType: payloadType, payload: payload,
            signatures: [Signature(keyID: hint, bytes: signature)])
        let json = JSON.record([
            "mediaType": .text(Envelope.sigstoreType),
            "verificationMaterial": .record([
                "publicKey": .record(["hint": .string(hint)])
            ]),
            "dsseEnvelope": alone.json,
        ])
        return json.text(pretty: false) + [UInt8(ascii: "\n")]
    }
}
