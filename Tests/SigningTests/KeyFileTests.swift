import Bytes
import LibCrypto
import Signing
import Testing

/// Private keys in files: encrypted, of other programs, and of ML-DSA.
struct KeyFileTests {
    private func passphrase(_ text: String) throws -> Passphrase {
        try #require(Passphrase(Array(text.utf8)))
    }

    private func pem(_ der: [UInt8], _ label: String = "PRIVATE KEY") -> [UInt8] {
        var lines = ["-----BEGIN \(label)-----"]
        var body = Base64.encode(der)[...]
        while !body.isEmpty {
            lines.append(String(body.prefix(64)))
            body = body.dropFirst(64)
        }
        return Array((lines + ["-----END \(label)-----", ""]).joined(separator: "\n").utf8)
    }

    @Test(arguments: Algorithm.available)
    func `an encrypted key survives its file`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let text = try key.pem(passphrase: try passphrase("tally"))
        var asked = 0
        let again = try PrivateKey(pem: text) { () throws(SigningError) in
            asked += 1
            guard let given = Passphrase(Array("tally".utf8)) else { throw SigningError("") }
            return given
        }
        #expect(asked == 1)
        #expect(again.publicKey == key.publicKey)
        #expect(try again.pem() == (try key.pem()))
        #expect(throws: SigningError.self) { try PrivateKey(pem: text) }
    }

    @Test func `nobody is asked about a key that is not encrypted`() throws {
        let text = try PrivateKey.generate(.ed25519).pem()
        #expect(throws: Never.self) {
            try PrivateKey(pem: text) { () throws(SigningError) in throw SigningError("asked") }
        }
    }

    @Test func `the wrong passphrase and a changed file give no key, or another`() throws {
        let key = try PrivateKey.generate(.ecdsaP256)
        let text = try key.pem(passphrase: try passphrase("tally"))
        let error = #expect(throws: SigningError.self) {
            try PrivateKey(pem: text) { () throws(SigningError) in
                guard let given = Passphrase(Array("telly".utf8)) else { throw SigningError("") }
                return given
            }
        }
        #expect(error?.message.contains("passphrase") == true)
    }

    @Test func `passphrases have 1 to 1024 bytes, one to a line`() throws {
        #expect(Passphrase([]) == nil)
        #expect(Passphrase([UInt8](repeating: 1, count: 1_024)) != nil)
        #expect(Passphrase([UInt8](repeating: 1, count: 1_025)) == nil)
        var text = Array("one\ntwo\n".utf8)
        let lines = try #require(Passphrase.lines(of: &text))
        #expect(lines.count == 2)
        #expect(lines[0].isSame(as: try passphrase("one")))
        #expect(!lines[1].isSame(as: lines[0]))
        #expect(text.allSatisfy { $0 == 0 })
        var gap = Array("one\n\ntwo".utf8)
        #expect(Passphrase.lines(of: &gap) == nil)
        var nothing: [UInt8] = []
        #expect(Passphrase.lines(of: &nothing)?.isEmpty == true)
    }

    /// One Ed25519 key as `openssl pkcs8 -topk8` 3.0 encrypts it under "tally": by default; with
    /// `-v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 1000`; with `-scrypt`.
    static let encrypted = [
        """
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhYjTClZnJNDwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEC3tLdaDerBgOT8Le+JrTGMEQEuJ
        jzSbfCLrrR5QHz/VeqMghurhUqsCBiy4qABDaiW8iM+eOkVVDe//ttXkktE/bPTV
        PhkZBDzAkz2jA9jmUHk=
        """,
        """
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjFh3jBfVobEQICA+gw
        DAYIKoZIhvcNAgsFADAdBglghkgBZQMEAQIEELVrcUwIunDvw/ZTvSvyjQUEQOh+
        JdFB8nmBdi1qJzii/Vrn5t5yroEgUxRavfPmUsjj7awY6KRpGy6dYj/NRsYt02rO
        I6gIR+ZbwrVKSXmqpv0=
        """,
        """
        MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAiq4dKuNckrMwICQAAC
        AQgCAQEwHQYJYIZIAWUDBAEqBBBxJnmyGNuJ6+YNz6iyISRhBEAV/wFa0lo2JoFA
        zlMaMA7346kLN8ctAEemrRva/hytlWP1jsXK1b8OPZEettIbH/7QRAbk/OBhz8oe
        MPN/qvdj
        """,
    ]

    @Test(arguments: encrypted)
    func `what openssl encrypts is read`(body: String) throws {
        let label = "ENCRYPTED PRIVATE KEY"
        let text = "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
        let key = try PrivateKey(pem: Array(text.utf8)) { () throws(SigningError) in
            guard let given = Passphrase(Array("tally".utf8)) else { throw SigningError("") }
            return given
        }
        #expect(key.publicKey.algorithm == .ed25519)
        #expect(
            key.publicKey.keyID
                == "e0525b8293343d0b4be4aedda9fd0941ca56cfac14f24a97c5d0149ab9ff81e0")
    }

    /// ML-DSA keys of the seed 00 01 … 1f, as pyca/cryptography with OpenSSL 4.0 has them: the
    /// SHA-256 of the raw public key, its SHAKE256 to 64 bytes, the length of the expanded key.
    static let lattice: [(Algorithm, String, String, Int)] = [
        (
            .mlDSA65, "d666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9",
            "1b0563e3cd3346149c8c9ebcf23b0a4e5a900eea9c6562790a7c63e38663daa2"
                + "dddb6e480dc405a1e701948b74841ef5cc1c3f2bf327972e9510510cd5375ecc", 4_032
        ),
        (
            .mlDSA87, "91dc389cfaa01470b7f66eee45a4ae9026d154817c754dfe22298b3fa241ffcd",
            "89886750b57c24db3fc012e61ede59753337374fa7124991549af243496d0637"
                + "cb3be05a5948235bf79875f896d8fe0cab30c84948db4d6315aaaf160ac62436", 4_896
        ),
    ]

    private static let seed = (0..<32).map { UInt8($0) }

    /// The PrivateKeyInfo around one of the three choices of RFC 9881.
    private func info(_ algorithm: Algorithm, _ choice: [UInt8]) throws -> [UInt8] {
        let base = try #require(KeyAlgorithm(rawValue: algorithm.rawValue))
        return DER.encode(
            .sequence, DER.encode(0) + base.identifier + DER.encode(.octetString, choice))
    }

    @Test(arguments: lattice)
    func `ML-DSA keys are read from their seed, and written so`(
        algorithm: Algorithm, digest: String, shake: String, length: Int
    ) throws {
        let text = pem(try info(algorithm, DER.encode(.first, KeyFileTests.seed)))
        let key = try PrivateKey(pem: text)
        #expect(try key.pem() == text)
        let raw = try PublicKeyInfo(spki: key.publicKey.der).key
        var hash = MessageDigest(.sha256)
        hash.update(raw)
        #expect(Hex.encode(hash.finish()) == digest)
    }

    @Test(arguments: lattice)
    func `a seed beside its expanded key is read, beside another refused`(
        algorithm: Algorithm, digest: String, shake: String, length: Int
    ) throws {
        let text = pem(try info(algorithm, DER.encode(.first, KeyFileTests.seed)))
        let key = try PrivateKey(pem: text).publicKey
        let rho = try PublicKeyInfo(spki: key.der).key.prefix(32)
        let trace = try #require(Hex.decode(shake.utf8))
        var expanded = rho + [UInt8](repeating: 5, count: 32) + trace
        expanded += [UInt8](repeating: 0, count: length - expanded.count)
        func both(_ expanded: [UInt8]) throws -> [UInt8] {
            pem(
                try info(
                    algorithm,
                    DER.encode(
                        .sequence,
                        DER.encode(.octetString, KeyFileTests.seed)
                            + DER.encode(.octetString, expanded))))
        }
        #expect(try PrivateKey(pem: try both(Array(expanded))).publicKey == key)
        for place in [0, 31, 64, 127] {
            var other = Array(expanded)
            other[place] ^= 1
            let file = try both(other)
            #expect(throws: SigningError.self) { try PrivateKey(pem: file) }
        }
        let alone = pem(try info(algorithm, DER.encode(.octetString, Array(expanded))))
        let error = #expect(throws: SigningError.self) { try PrivateKey(pem: alone) }
        #expect(error?.message.contains("seed") == true)
    }

    @Test(arguments: [Algorithm.mlDSA65, .mlDSA87])
    func `other shapes of an ML-DSA key are refused`(algorithm: Algorithm) throws {
        let seed = KeyFileTests.seed
        let good = try info(algorithm, DER.encode(.first, seed))
        let shapes = [
            try info(algorithm, seed), try info(algorithm, DER.encode(.octetString, seed)),
            try info(algorithm, DER.encode(.first, seed + [0])),
            try info(algorithm, DER.encode(.first, Array(seed.dropLast()))),
            try info(algorithm, DER.encode(.first, seed) + [0]), try info(algorithm, []),
            good + [0], Array(good.dropLast()),
        ]
        for shape in shapes {
            let file = pem(shape)
            #expect(throws: SigningError.self) { try PrivateKey(pem: file) }
        }
    }

    @Test func `an algorithm that no library has says which one would`() throws {
        for algorithm in Algorithm.allCases where !algorithm.isAvailable {
            let error = #expect(throws: SigningError.self) { try PrivateKey.generate(algorithm) }
            #expect(error?.message.contains("needs OpenSSL 3.5 or newer; this is 3.") == true)
            let base = try #require(KeyAlgorithm(rawValue: algorithm.rawValue))
            guard base == .mlDSA44 else { continue }
            let spki = PublicKeyInfo.encode(base, [UInt8](repeating: 0, count: 1_312))
            let refusal = #expect(throws: SigningError.self) { try PublicKey(der: spki) }
            #expect(refusal?.message.contains("ML-DSA-44 needs OpenSSL 3.5") == true)
        }
    }

    @Test func `a hybrid pair can be told from two of a kind`() {
        #expect(Algorithm.mlDSA65.isPostQuantum && Algorithm.mlDSA87.isPostQuantum)
        #expect(
            ![Algorithm.ed25519, .ecdsaP256, .ecdsaP384, .rsaPSS].contains { $0.isPostQuantum })
        #expect(Algorithm.allCases.count { $0.isPostQuantum } == 15)
        #expect(Algorithm.available.count >= 6)
        #expect(Set(Algorithm.allCases.map(\.rawValue)).count == Algorithm.allCases.count)
        for algorithm in Algorithm.allCases {
            #expect(Algorithm(rawValue: algorithm.rawValue) == algorithm)
        }
    }
}
