import Attestation
import Bytes
import Findings
import Testing

struct SigstoreTests {
    private func envelope(_ keys: [UInt8]) throws -> Envelope {
        try Fixture.envelope(.identical, keys: try keys.map { try Fixture.key($0) })
    }

    private func text(_ bundle: [UInt8]) -> String { String(decoding: bundle, as: UTF8.self) }

    @Test func `an envelope is written and read again, one bundle for each signature`() throws {
        let envelope = try envelope([1, 2])
        let bundles = envelope.sigstoreBundles
        #expect(bundles.count == 2)
        for (bundle, signature) in zip(bundles, envelope.signatures) {
            let read = try Envelope(sigstore: bundle)
            #expect(read.payload == envelope.payload)
            #expect(read.signatures == [signature])
            #expect(try Envelope.one(in: bundle) == read)
            #expect(throws: AttestationError.self) { try Envelope(parsing: bundle) }
        }
        let all = try Envelope.all(in: Array(bundles.joined()) + envelope.text(pretty: false))
        #expect(all.envelopes.count == 3)
        #expect(all.skipped == 0)
        #expect(
            try Envelope.all(in: bundles[0]).envelopes[0].signers(among: [
                try Fixture.key(1).publicKey
            ]).count == 1)
    }

    @Test func `a key that one of the two leaves out is the one that the other names`() throws {
        let bundle = try envelope([1]).sigstoreBundles[0]
        let keyID = try Fixture.key(1).publicKey.keyID
        for (old, new) in [
            ("\"hint\":\"\(keyID)\"", "\"hint\":\"\""),
            ("\"keyid\":\"\(keyID)\"", "\"keyid\":\"\""),
        ] {
            let changed = text(bundle).replacing(old, with: new)
            #expect(changed != text(bundle))
            let read = try Envelope(sigstore: Array(changed.utf8))
            #expect(read.signatures[0].keyID == ByteString(keyID))
        }
    }

    @Test(arguments: [
        ("v0.3+json", "v0.4+json"), ("\"publicKey\":{", "\"certificate\":{"),
        ("\"publicKey\":{", "\"x509CertificateChain\":{},\"publicKey\":{"),
        ("\"hint\":\"", "\"hint\":\"00"), ("dsseEnvelope", "messageSignature"),
        ("\"dsseEnvelope\"", "\"messageSignature\":{},\"dsseEnvelope\""),
        ("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},"),
        ("\"mediaType\":", "\"mediaType\":\"x\",\"mediaType\":"),
    ])
    func `another bundle is refused`(old: String, new: String) throws {
        let bundle = try envelope([1]).sigstoreBundles[0]
        let changed = text(bundle).replacing(old, with: new)
        #expect(changed != text(bundle))
        #expect(throws: AttestationError.self) { try Envelope(sigstore: Array(changed.utf8)) }
        #expect(throws: AttestationError.self) { try Envelope.all(in: Array(changed.utf8)) }
    }

    @Test func `what is wrong is said of the format that it is in`() throws {
        let bundle = text(try envelope([1]).sigstoreBundles[0])
        let certified = bundle.replacing("\"publicKey\"", with: "\"certificate\"")
        let error = try #require(throws: AttestationError.self) {
            try Envelope.one(in: Array(certified.utf8))
        }
        #expect(error.message.contains("certificate"))
        let none = try #require(throws: AttestationError.self) {
            try Envelope.one(in: [0x7b, 0x7d])
        }
        #expect(none.message.contains("envelope"))
    }
}
