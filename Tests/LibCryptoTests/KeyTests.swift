import Bytes
import LibCrypto
import Testing

struct KeyTests {
    private static let edPrefix = "302a300506032b6570032100"
    private static let edPoint = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    private static let ecPrefix = "3059301306072a8648ce3d020106082a8648ce3d030107034200"
    private static let ecPoint =
        "04aaec73635726f213fb8a9e64da3b8632e41495a944d0045b522eba7240fad5"
        + "87d9315798aaa3a5ba01775787ced05eaaf7b4e09fc81d6d1aa546e8365d525d"

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex.utf8)) }

    /// RFC 8032, section 7.1, tests 1 to 3 and SHA(abc): secret, public, message, signature.
    static let rfc8032 = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a8"
                + "36ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
                + "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ]

    @Test(arguments: rfc8032)
    func `Ed25519 signs and verifies as in RFC 8032`(
        secret: String, point: String, message: String, signature: String
    ) throws {
        let key = try SecretKey.read(
            pkcs8: try bytes("302e020100300506032b657004220420" + secret))
        #expect(key.spki == (try bytes(KeyTests.edPrefix + point)))
        let made = try key.sign(try bytes(message))
        #expect(made == (try bytes(signature)))
        let isVerified = try VerifyingKey(spki: key.spki).verifies(made, over: try bytes(message))
        #expect(isVerified)
    }

    @Test(arguments: KeyAlgorithm.allCases.filter(\.isInLibrary))
    func `a new key survives PKCS#8 and verifies what it signs`(algorithm: KeyAlgorithm) throws {
        let key = try SecretKey(generating: algorithm)
        let again = try SecretKey.read(pkcs8: try key.pkcs8())
        #expect(again.spki == key.spki)
        #expect(try again.pkcs8() == (try key.pkcs8()))
        let message = Array("tally".utf8)
        let signature = try again.sign(message)
        let verifier = try VerifyingKey(spki: key.spki)
        let verdicts = [
            verifier.verifies(signature, over: message),
            verifier.verifies(signature, over: message + [0]),
            verifier.verifies(signature + [0], over: message),
            verifier.verifies(Array(signature.dropLast()), over: message),
            verifier.verifies([], over: message),
        ]
        #expect(verdicts == [true, false, false, false, false])
    }

    @Test func `a signature of one algorithm is none of another`() throws {
        let message = Array("tally".utf8)
        let edwards = try SecretKey(generating: .ed25519)
        let curve = try SecretKey(generating: .ecdsaP256)
        let crossed = [
            try VerifyingKey(spki: edwards.spki).verifies(try curve.sign(message), over: message),
            try VerifyingKey(spki: curve.spki).verifies(try edwards.sign(message), over: message),
        ]
        #expect(crossed == [false, false])
    }

    /// Ed25519: points of small order with either sign bit, and coordinates past the prime.
    static let weakPoints = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]

    @Test(arguments: weakPoints)
    func `a weak or misspelt Ed25519 point is refused`(point: String) throws {
        let spki = try bytes(KeyTests.edPrefix + point)
        #expect(throws: CryptoError.self) { _ = try VerifyingKey(spki: spki) }
    }

    /// Which y up to 11 some point of the curve has, by arithmetic of integers (RFC 8032, section
    /// 5.1.3).
    @Test(arguments: 2...11)
    func `a y that no point of the curve has is refused`(y: UInt8) throws {
        for sign: UInt8 in [0, 0x80] {
            let point = [y] + [UInt8](repeating: 0, count: 30) + [sign]
            let spki = try bytes(KeyTests.edPrefix) + point
            let isKey = (try? PublicKeyInfo(spki: spki)) != nil
            #expect(isKey == ![2, 7, 8, 11].contains(y), "\(y) \(sign)")
        }
    }

    /// The prefixes differ from the permitted encoding in one respect each.
    static let malformed = [
        // An Ed25519 algorithm identifier with a NULL, as rebuilderd writes.
        "302c300706032b65700500032100" + edPoint,
        // A byte behind the key; a byte missing; another curve (X25519).
        edPrefix + edPoint + "00", String((edPrefix + edPoint).dropLast(2)),
        "302a300506032b656e032100" + edPoint,
        // A compressed point; a point that is not on the curve; a byte behind it.
        "3039301306072a8648ce3d020106082a8648ce3d03010703220003" + ecPoint.prefix(64),
        ecPrefix + "04" + ecPoint.dropLast(2) + "5e", ecPrefix + "04" + ecPoint + "00",
        // A hybrid point, nothing at all, and no DER at all.
        ecPrefix + "06" + ecPoint, "", "ff",
    ]

    @Test(arguments: malformed)
    func `a key in any other encoding is refused`(spki: String) throws {
        let bytes = try bytes(spki)
        #expect(throws: CryptoError.self) { _ = try VerifyingKey(spki: bytes) }
    }

    @Test func `a private key with bytes behind it is refused`() throws {
        let der = try SecretKey(generating: .ed25519).pkcs8()
        #expect(throws: CryptoError.self) { _ = try SecretKey.read(pkcs8: der + [0]) }
        #expect(throws: CryptoError.self) { _ = try SecretKey.read(pkcs8: []) }
        #expect(throws: CryptoError.self) { _ = try SecretKey.read(pkcs8: Array(der.dropLast())) }
    }

    @Test func `a private key with a foreign public half is refused`() throws {
        let own = try SecretKey(generating: .ecdsaP256)
        let other = try SecretKey(generating: .ecdsaP256)
        let forged = Array(try own.pkcs8().dropLast(64)) + Array(other.spki.suffix(64))
        #expect(throws: CryptoError.self) { _ = try SecretKey.read(pkcs8: forged) }
    }
}
