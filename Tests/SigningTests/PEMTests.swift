import Bytes
import Signing
import Testing

struct PEMTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: Algorithm.available)
    func `keys survive PEM`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let again = try PrivateKey(pem: try key.pem())
        #expect(again.publicKey == key.publicKey)
        #expect(key.publicKey.algorithm == algorithm)
        let parsed = try PublicKey(pem: key.publicKey.pem)
        #expect(parsed == key.publicKey)
        let message = Array("tally".utf8)
        #expect(parsed.verifies(try again.sign(message), over: message))
        #expect(text(key.publicKey.pem).hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
        #expect(text(try key.pem()).hasSuffix("-----END PRIVATE KEY-----\n"))
    }

    @Test func `CRLF and a missing final line break are taken`() throws {
        let key = try PrivateKey.generate(.ecdsaP256).publicKey
        let crlf = text(key.pem).split(separator: "\n").joined(separator: "\r\n")
        #expect(try PublicKey(pem: Array(crlf.utf8)) == key)
    }

    @Test func `the key ID is the SHA-256 of the DER`() throws {
        let point = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        let der = try #require(Hex.decode(("302a300506032b6570032100" + point).utf8))
        // printf '%s' 302a…511a | xxd -r -p | sha256sum
        #expect(
            try PublicKey(der: der).keyID
                == "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9")
    }

    static let edits: [@Sendable (String) -> String] = [
        { "x" + $0 },
        { "\n" + $0 },
        { $0 + "\n" },
        { $0 + "x" },
        { $0 + $0 },
        { $0.replacing("BEGIN PUBLIC", with: "BEGIN TRUSTED PUBLIC") },
        { $0.replacing("END PUBLIC", with: "END PRIVATE") },
        { $0.replacing("=", with: "") },
        { $0.replacing("\nM", with: "\n M") },
        { $0.replacing("\nM", with: "\nM\n") },
        { $0.replacing("BEGIN PUBLIC KEY-----\n", with: "BEGIN PUBLIC KEY-----\nA: b\n\n") },
        { _ in "" },
        { _ in "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n" },
        { _ in "-----BEGIN -----\nAA==\n-----END -----\n" },
        { _ in String(repeating: "-", count: 70_000) },
    ]

    @Test(arguments: edits.indices)
    func `anything but one strict block is refused`(edit: Int) throws {
        let pem = try PrivateKey.generate(.ed25519).publicKey.pem
        let edited = Array(PEMTests.edits[edit](text(pem)).utf8)
        #expect(throws: SigningError.self) { _ = try PublicKey(pem: edited) }
    }

    @Test(arguments: [
        ("ENCRYPTED PRIVATE KEY", "malformed"), ("EC PRIVATE KEY", "openssl pkcs8"),
        ("RSA PRIVATE KEY", "openssl pkcs8"),
        ("PUBLIC KEY", ".key file"), ("CERTIFICATE", "CERTIFICATE"),
        ("\u{1b}[2J", "\\x1b[2J"),
    ])
    func `other blocks are refused with advice`(label: String, advice: String) {
        let pem = Array("-----BEGIN \(label)-----\nAA==\n-----END \(label)-----\n".utf8)
        let error = #expect(throws: SigningError.self) { _ = try PrivateKey(pem: pem) }
        #expect(error?.message.contains(advice) == true)
    }

    @Test func `a private key is not taken for a public one`() throws {
        let pem = try PrivateKey.generate(.ed25519).pem()
        let error = #expect(throws: SigningError.self) { _ = try PublicKey(pem: pem) }
        #expect(error?.message.contains("private key") == true)
    }
}
