import Bytes
import Signing

/// What has to hold of key files: public ones, private ones, and those under a passphrase.
enum Keys {
    /// The passphrase that seeds are encrypted under, and that every file is tried with.
    private static let phrase = Array("tally".utf8)

    /// A key that was read is written and read again as the same; a changed file is refused or is
    /// another key, which signs and verifies.
    static func check(_ input: [UInt8]) {
        let text = text(of: input)
        if let key = try? PublicKey(pem: text) {
            hold((try? PublicKey(pem: key.pem)) == key, "a public key is read as written")
            hold((try? PublicKey(der: key.der)) == key, "a public key has one encoding")
            hold(!key.verifies(text, over: text), "noise is no signature")
        }
        guard let key = try? PrivateKey(pem: text, passphrase: passphrase) else { return }
        let written = try? key.pem()
        let again = written.flatMap { try? PrivateKey(pem: $0) }
        hold(again?.publicKey == key.publicKey, "a private key is read as written")
        let message = Array("message".utf8)
        guard let signature = try? key.sign(message) else { return }
        hold(key.publicKey.verifies(signature, over: message), "what is signed verifies")
    }

    /// A text stands for itself; anything else is DER behind a byte that says which block it is in,
    /// since changes of Base64 mostly end at its reader.
    private static func text(of input: [UInt8]) -> [UInt8] {
        guard let kind = input.first, Int(kind) < labels.count else { return input }
        let body = Array(Base64.encode(Array(input.dropFirst())).utf8)
        let lines = stride(from: 0, to: body.count, by: 64).map {
            body[$0..<min($0 + 64, body.count)] + [UInt8(ascii: "\n")]
        }
        return Array("-----BEGIN \(labels[Int(kind)])-----\n".utf8) + lines.joined()
            + Array("-----END \(labels[Int(kind)])-----\n".utf8)
    }

    private static let labels = ["PUBLIC KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"]

    /// The DER of a PEM text behind the byte of its label.
    private static func binary(of text: [UInt8]) -> [UInt8]? {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard let kind = labels.firstIndex(where: { lines.first == "-----BEGIN \($0)-----" }),
            let der = Base64.decode(Array(lines.dropFirst().dropLast().joined().utf8))
        else { return nil }
        return [UInt8(kind)] + der
    }

    private static func passphrase() throws(SigningError) -> Passphrase {
        guard let passphrase = Passphrase(phrase) else { throw SigningError("") }
        return passphrase
    }

    /// The DER of all that ``seeds()`` has as PEM.
    static func binaries() -> [[UInt8]] {
        seeds().compactMap { binary(of: $0).map { Array($0.dropFirst()) } }
    }

    /// Keys of each kind, both halves; some under the passphrase.
    static func seeds() -> [[UInt8]] {
        let made = Algorithm.available.flatMap { algorithm -> [[UInt8]] in
            guard let key = try? PrivateKey.generate(algorithm) else { return [] }
            let files = [try? key.pem(), try? key.pem(passphrase: try? passphrase())]
            return [key.publicKey.pem] + files.compactMap { $0 }
        }
        let texts = made + foreign.map { Array($0.utf8) }
        return texts + texts.compactMap { binary(of: $0) }
    }

    /// As `openssl pkcs8 -topk8 -v2 aes-256-cbc` encrypts an Ed25519 key under the passphrase.
    private static let foreign = [
        """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhYjTClZnJNDwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEC3tLdaDerBgOT8Le+JrTGMEQEuJ
        jzSbfCLrrR5QHz/VeqMghurhUqsCBiy4qABDaiW8iM+eOkVVDe//ttXkktE/bPTV
        PhkZBDzAkz2jA9jmUHk=
        -----END ENCRYPTED PRIVATE KEY-----

        """
    ]
}
