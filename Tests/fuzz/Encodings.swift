import Attestation
import Bytes
import Hashing
import LibCrypto

/// What has to hold of the smallest readers: Base64, hexadecimal, times, lists of digests, DER.
enum Encodings {
    /// What is read has one spelling; what is shown has no controls.
    static func checkText(_ text: [UInt8]) {
        if let bytes = Base64.decode(text) {
            let standard = text.map { byte in
                byte == UInt8(ascii: "-")
                    ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
            }
            let written = Array(Base64.encode(bytes).utf8)
            hold(
                written == standard || written.filter { $0 != UInt8(ascii: "=") } == standard,
                "Base64 has one spelling but for its alphabet and its end")
        }
        if let bytes = Hex.decode(text) {
            hold(Array(Hex.encode(bytes).utf8) == text, "hexadecimal has one spelling")
        }
        if let time = Timestamp(ByteString(text)) {
            hold(Array(time.text.utf8) == text, "a time has one spelling")
        }
        hold(
            !ByteString(text).escaped.unicodeScalars.contains {
                $0.properties.generalCategory == .control
            }, "what is shown has no controls")
    }

    /// Some of each.
    static func texts() -> [[UInt8]] {
        ["", "AA==", "AAE=", "-_-_", "+/+/", "00ff", "2026-01-31T12:00:00Z", "a\\x00\u{202e}"]
            .map { Array($0.utf8) }
    }

    /// Lists name each file once.
    static func checkList(_ text: [UInt8]) {
        let lists = [
            DigestList(checksums: text), DigestList(control: text), DigestList(side: text),
            DigestList(record: text), DigestList(manifest: text), DigestList(gem: text),
        ]
        for list in lists.compactMap({ $0 }) {
            hold(!list.entries.isEmpty, "a list names something")
            hold(
                Set(list.entries.map(\.name)).count == list.entries.count,
                "a list names each file once")
        }
    }

    /// One list of each kind.
    static func lists() -> [[UInt8]] {
        let hex = String(repeating: "0", count: 64)
        return [
            "\(hex)  a\n\(hex) *b\n\\\(hex)  a\\\\b\n",
            "Format: 1.0\nChecksums-Sha256:\n \(hex) 1 a\n \(hex) 2 b\nX: y\n",
            "a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nRECORD,,\n",
            "Manifest-Version: 1.0\r\n\r\nName: a\r\nSHA-256-Digest: AAAA\r\n\r\n",
            "---\nSHA256:\n  metadata.gz: \(hex)\n  data.tar.gz: \(hex)\n",
        ].map { Array($0.utf8) }
    }

    // MARK: DER

    /// Every entry point that takes DER takes one encoding, and ends.
    static func checkDER(_ der: [UInt8]) {
        if let info = try? PublicKeyInfo(spki: der) {
            hold(
                PublicKeyInfo.encode(info.algorithm, info.key) == der,
                "a public key has one encoding")
        }
        if let key = try? VerifyingKey(spki: der) {
            hold(!key.verifies(der, over: der), "noise is no signature")
        }
        _ = try? EncryptedKeyInfo(der: der)
        _ = try? SeedKeyInfo(pkcs8: der)
        _ = try? SecretKey.read(pkcs8: der)
        _ = try? RSAModulus(rsaPublicKey: der)
        for key in verifiers {
            hold((try? VerifyingKey(spki: key))?.verifies(der, over: [0]) != true, "nor is it here")
        }
    }

    /// Keys under which the input is tried as a signature, ECDSA's in DER.
    private static let verifiers: [[UInt8]] = Keys.binaries().filter {
        (try? PublicKeyInfo(spki: $0)) != nil
    }

    /// Keys of each kind, and a signature of ECDSA.
    static func ders() -> [[UInt8]] {
        Keys.binaries() + [[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]]
    }
}
