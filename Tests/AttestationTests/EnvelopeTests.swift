import Attestation
import Bytes
import Findings
import Signing
import Testing

struct EnvelopeTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `the signed bytes are those of the DSSE specification`() {
        let hello = Envelope(
            payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(
            text(hello.signedBytes) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
        let empty = Envelope(payloadType: "é", payload: [])
        #expect(text(empty.signedBytes) == "DSSEv1 2 é 0 ")
    }

    @Test(arguments: [false, true])
    func `an envelope survives its text`(pretty: Bool) throws {
        let envelope = try Fixture.envelope(
            .identical, keys: [try Fixture.key(1), try Fixture.key(2)])
        let written = envelope.text(pretty: pretty)
        #expect(written.last == UInt8(ascii: "\n"))
        #expect(try Envelope(parsing: written) == envelope)
        #expect(text(written).split(separator: "\n").count == (pretty ? 14 : 1))
    }

    @Test func `the URL-safe alphabet and unknown fields are taken`() throws {
        let key = try Fixture.key(1)
        var envelope = Envelope(payloadType: "t", payload: [0xfb, 0xff, 0xbf, 0x3e, 0x3f])
        try envelope.sign(with: key)
        let json = try JSON(parsing: envelope.text())
        let foreign = json.setting("payload", to: .text("-_-_Pj8"))
            .setting("future", to: .array([.null])).setting("signatures", "0", "x", to: .bool(true))
        let parsed = try Envelope(parsing: foreign.compact)
        #expect(parsed == envelope)
        #expect(parsed.signers(among: [key.publicKey]) == [key.publicKey])
    }

    static let edits: [@Sendable (JSON) -> JSON] = [
        { $0.setting("payload", to: nil) },
        { $0.setting("payload", to: .null) },
        { $0.setting("payload", to: .text("AA=")) },
        { $0.setting("payload", to: .text("AB==")) },
        { $0.setting("payload", to: .text("AA==\n")) },
        { $0.setting("payloadType", to: nil) },
        { $0.setting("payloadType", to: .integer(1)) },
        { $0.setting("signatures", to: nil) },
        { $0.setting("signatures", to: .record([:])) },
        { $0.setting("signatures", "0", to: .text("x")) },
        { $0.setting("signatures", "0", "sig", to: nil) },
        { $0.setting("signatures", "0", "sig", to: .text("*")) },
        { $0.setting("signatures", "0", "keyid", to: .integer(1)) },
        {
            $0.setting(
                "signatures", to: .array(Array(repeating: .record(["sig": .text("")]), count: 65)))
        },
        { .array([$0]) },
    ]

    @Test(arguments: edits.indices)
    func `what DSSE does not allow is refused`(edit: Int) throws {
        let envelope = try Fixture.envelope(.identical, keys: [try Fixture.key(1)])
        let edited = EnvelopeTests.edits[edit](try JSON(parsing: envelope.text()))
        #expect(throws: AttestationError.self) { try Envelope(parsing: edited.compact) }
    }

    @Test(arguments: [
        "{\"payload\":\"\",\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"\",\"p\\u0061yload\":\"\",\"payloadType\":\"\",\"signatures\":[]}",
        "\u{feff}{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}x",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}{}", "", "[]", "null",
    ])
    func `what is not one strict JSON object is refused`(text: String) {
        #expect(throws: AttestationError.self) { try Envelope(parsing: Array(text.utf8)) }
    }

    @Test func `depth and size are bounded`() {
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: AttestationError.self) { try Envelope(parsing: deep) }
        let large = [UInt8](repeating: UInt8(ascii: " "), count: Envelope.sizeLimit + 1)
        let error = #expect(throws: AttestationError.self) { try Envelope(parsing: large) }
        #expect(error?.code == .limit)
    }

    @Test func `one key counts once however often it signs`() throws {
        let key = try Fixture.key(1)
        let other = try Fixture.key(2).publicKey
        let once = try Fixture.envelope(.identical, keys: [key])
        let signature = try #require(once.signatures.first)
        let twice = Envelope(
            payloadType: once.payloadType, payload: once.payload,
            signatures: [
                signature, signature, .init(keyID: "B", bytes: signature.bytes),
                .init(keyID: ByteString(other.keyID), bytes: signature.bytes),
            ])
        #expect(twice.signers(among: [key.publicKey, other, key.publicKey]) == [key.publicKey])
    }

    @Test(arguments: [nil, "", "wrong"] as [ByteString?])
    func `the key ID decides nothing`(keyID: ByteString?) throws {
        let key = try Fixture.key(1)
        let envelope = try Fixture.envelope(.identical, keys: [key])
        let bytes = try #require(envelope.signatures.first?.bytes)
        let renamed = Envelope(
            payloadType: envelope.payloadType, payload: envelope.payload,
            signatures: [.init(keyID: keyID, bytes: bytes)])
        #expect(renamed.signers(among: [key.publicKey]) == [key.publicKey])
        let parsed = try Envelope(parsing: renamed.text())
        #expect(parsed.signers(among: [key.publicKey]) == [key.publicKey])
    }

    @Test func `a borrowed key ID, another type and no signature verify nothing`() throws {
        let key = try Fixture.key(1)
        let envelope = try Fixture.envelope(.identical, keys: [key])
        let foreign = try Fixture.key(2).sign(envelope.signedBytes)
        let borrowed = Envelope(
            payloadType: envelope.payloadType, payload: envelope.payload,
            signatures: [.init(keyID: ByteString(key.publicKey.keyID), bytes: foreign)])
        let retyped = Envelope(
            payloadType: "text/plain", payload: envelope.payload, signatures: envelope.signatures)
        let bare = Envelope(payloadType: envelope.payloadType, payload: envelope.payload)
        for each in [borrowed, retyped, bare] {
            #expect(each.signers(among: [key.publicKey]).isEmpty)
        }
    }

    @Test func `signatures by several keys stand side by side`() throws {
        let keys = [try Fixture.key(1), try Fixture.key(2), try PrivateKey.generate(.ecdsaP256)]
        let envelope = try Fixture.envelope(.identical, keys: keys)
        let publicKeys = keys.map(\.publicKey)
        #expect(envelope.signers(among: publicKeys) == publicKeys)
        #expect(envelope.signatures.map(\.keyID) == publicKeys.map { ByteString($0.keyID) })
        for dropped in keys.indices {
            var signatures = envelope.signatures
            signatures.remove(at: dropped)
            var rest = publicKeys
            rest.remove(at: dropped)
            let fewer = Envelope(
                payloadType: envelope.payloadType, payload: envelope.payload,
                signatures: signatures)
            #expect(fewer.signers(among: publicKeys) == rest)
        }
    }

    @Test func `a key signs an envelope once, and the number of signatures is bounded`() throws {
        let key = try Fixture.key(1)
        var envelope = try Fixture.envelope(.identical, keys: [key])
        #expect(throws: AttestationError.self) { try envelope.sign(with: key) }
        var full = Envelope(
            payloadType: "t", payload: [],
            signatures: Array(repeating: .init(keyID: nil, bytes: []), count: 64))
        let error = #expect(throws: AttestationError.self) { try full.sign(with: key) }
        #expect(error?.code == .limit)
    }

    @Test func `a hybrid pair is two signers, and one signature less is one`() throws {
        let keys = [try Fixture.key(1), try PrivateKey.generate(.mlDSA65)]
        let envelope = try Fixture.envelope(.identical, keys: keys)
        let publicKeys = keys.map(\.publicKey)
        #expect(envelope.signers(among: publicKeys) == publicKeys)
        for kept in keys.indices {
            let stripped = Envelope(
                payloadType: envelope.payloadType, payload: envelope.payload,
                signatures: [envelope.signatures[kept]])
            #expect(stripped.signers(among: publicKeys) == [publicKeys[kept]])
        }
    }

    @Test(arguments: Algorithm.available)
    func `a signature made elsewhere is joined once, and if it verifies`(
        algorithm: Algorithm
    ) throws {
        let key = try PrivateKey.generate(algorithm)
        var envelope = try Fixture.envelope(.identical, keys: [try Fixture.key(1)])
        let signature = try key.sign(envelope.signedBytes)
        let other = try key.sign(envelope.signedBytes + [0])
        for wrong in [other, [], Array(signature.dropLast()), signature + [0], envelope.payload] {
            let error = #expect(throws: AttestationError.self) {
                try envelope.join(wrong, by: key.publicKey)
            }
            #expect(error?.code == .unfit)
        }
        #expect(throws: AttestationError.self) {
            try envelope.join(signature, by: try Fixture.key(2).publicKey)
        }
        #expect(envelope.signatures.count == 1)
        try envelope.join(signature, by: key.publicKey)
        #expect(try Envelope(parsing: envelope.text()).signers(among: [key.publicKey]).count == 1)
        #expect(throws: AttestationError.self) {
            try envelope.join(try key.sign(envelope.signedBytes), by: key.publicKey)
        }
        #expect(envelope.signatures.count == 2)
    }

    @Test(arguments: Verdict.allCases)
    func `a summary says what is signed`(verdict: Verdict) throws {
        let summary = try Fixture.envelope(verdict, keys: []).summary()
        #expect(summary.hasPrefix(verdict.rawValue))
        #expect(summary.contains("tool.tar"))
        #expect(summary.contains(Fixture.digest("A").hex))
        let foreign = try Statement(
            subjects: [try Fixture.subject("A", name: "\u{1b}[2J")],
            predicateType: "https://e.org/\n",
            predicate: .record([:]))
        let said = try Envelope(foreign).summary()
        #expect(said.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test func `no summary is given of what contradicts itself or is no statement`() throws {
        let predicate = try Fixture.predicate(Fixture.report(.different))
        let lie = try Statement(
            subjects: [try Fixture.subject("A")], predicateType: PredicateType.uri(.identical),
            predicate: predicate.json)
        #expect(throws: AttestationError.self) { try Envelope(lie).summary() }
        let other = try Statement(
            subjects: [try Fixture.subject("C")], predicateType: PredicateType.uri(.different),
            predicate: predicate.json)
        #expect(throws: AttestationError.self) { try Envelope(other).summary() }
        let text = Envelope(payloadType: "text/plain", payload: Array("{}".utf8))
        #expect(throws: AttestationError.self) { try text.summary() }
    }

    @Test func `JSON Lines are read, and lines that are no envelope passed over`() throws {
        let one = try Fixture.envelope(.identical, keys: [try Fixture.key(1)])
        let two = try Fixture.envelope(.different, keys: [try Fixture.key(2)])
        let both = try Envelope.all(
            in: one.text(pretty: false) + Array("{}\n\n".utf8) + two.text(pretty: false))
        #expect(both.envelopes == [one, two])
        #expect(both.skipped == 1)
        #expect(try Envelope.all(in: one.text()).envelopes == [one])
        #expect(throws: AttestationError.self) {
            try Envelope.all(in: one.text() + Array("{}\n".utf8))
        }
        for nothing in ["", "\n\n", "{}\n{}\n", "x"] {
            #expect(throws: AttestationError.self) { try Envelope.all(in: Array(nothing.utf8)) }
        }
    }
}
