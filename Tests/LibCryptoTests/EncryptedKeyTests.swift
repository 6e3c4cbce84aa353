import Bytes
import LibCrypto
import Testing

struct EncryptedKeyTests {
    private static let secret = DER.encode(.sequence, Array("a secret of some length".utf8))
    private static let passphrase = Array("tally".utf8)

    @Test(arguments: 0..<40)
    func `what is encrypted can be decrypted, under the one passphrase`(length: Int) throws {
        let plain = DER.encode(.sequence, [UInt8](repeating: 9, count: length))
        let der = try EncryptedKeyInfo.encrypt(plain, passphrase: EncryptedKeyTests.passphrase)
        let info = try EncryptedKeyInfo(der: der)
        #expect(try info.decrypt(passphrase: EncryptedKeyTests.passphrase) == plain)
        #expect(throws: CryptoError.self) { try info.decrypt(passphrase: Array("Tally".utf8)) }
    }

    @Test func `the same key is another file each time`() throws {
        let files = try (0..<2).map { _ in
            try EncryptedKeyInfo.encrypt(
                EncryptedKeyTests.secret, passphrase: EncryptedKeyTests.passphrase)
        }
        #expect(files[0] != files[1])
    }

    /// Parts of an EncryptedPrivateKeyInfo, to be put together wrongly.
    private struct Parts {
        var scheme = "2a864886f70d01050d"
        var function = "2a864886f70d01050c"
        var salt = "0408" + "0102030405060708"
        var costs = "02020800"
        var prf = "300c06082a864886f70d02090500"
        var cipher = "60864801650304012a"
        var vector = [UInt8](repeating: 1, count: 16)
        var content = [UInt8](repeating: 1, count: 32)

        func der() throws -> [UInt8] {
            func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex.utf8)) }
            func name(_ hex: String) throws -> [UInt8] {
                DER.encode(.objectIdentifier, try bytes(hex))
            }
            let derivation = DER.encode(
                .sequence,
                try name(function) + DER.encode(.sequence, try bytes(salt + costs + prf)))
            let encryption = DER.encode(
                .sequence, try name(cipher) + DER.encode(.octetString, vector))
            let algorithm = DER.encode(
                .sequence, try name(scheme) + DER.encode(.sequence, derivation + encryption))
            return DER.encode(.sequence, algorithm + DER.encode(.octetString, content))
        }
    }

    @Test func `the parts as they are make a file that is read`() throws {
        #expect(throws: Never.self) { try EncryptedKeyInfo(der: try Parts().der()) }
    }

    /// In turn: PBES1; iterations: 10^9, 0, negative, 2^32; a key length that is another one;
    /// SHA-1, by default and by name; DES; vectors and contents that AES cannot have; no salt.
    private static let edits: [@Sendable (inout Parts) -> Void] = [
        { $0.scheme = "2a864886f70d010c0103" },
        { $0.costs = "02043b9aca00" },
        { $0.costs = "020100" },
        { $0.costs = "0201ff" },
        { $0.costs = "02050100000000" },
        { $0.costs = "02020800" + "020110" },
        { $0.prf = "" },
        { $0.prf = "300c06082a864886f70d02070500" },
        { $0.prf = "300a06082a864886f70d0209" },
        { $0.prf += "00" },
        { $0.cipher = "2a864886f70d0307" },
        { $0.vector.removeLast() },
        { $0.content = [] },
        { $0.content.removeLast() },
        { $0.salt = "0400" },
        { $0.function = "2a864886f70d01050b" },
    ]

    @Test(arguments: edits.indices)
    func `anything else under PBKDF2 is refused before a passphrase is asked for`(edit: Int) throws
    {
        var parts = Parts()
        EncryptedKeyTests.edits[edit](&parts)
        let der = try parts.der()
        #expect(throws: CryptoError.self) { try EncryptedKeyInfo(der: der) }
    }

    /// N, r and p: no power of two, 1, too much memory, too much work, and numbers that overflow.
    @Test(
        arguments: [
            (3, 8, 1), (1, 8, 1), (0, 8, 1), (16_384, 0, 1), (16_384, 8, 0), (1 << 20, 8, 1),
            (16_384, 8, 1_000), (2, 1, 100_000), (1 << 31, 1 << 30, 1), (1 << 31, 1, .max),
        ] as [(UInt32, UInt32, UInt32)])
    func `hostile costs of scrypt are refused`(cost: UInt32, size: UInt32, lanes: UInt32) throws {
        var parts = Parts()
        parts.function = "2b06010401da47040b"
        parts.prf = ""
        parts.costs = Hex.encode(DER.encode(cost) + DER.encode(size) + DER.encode(lanes))
        let der = try parts.der()
        #expect(throws: CryptoError.self) { try EncryptedKeyInfo(der: der) }
    }

    @Test func `bytes behind the file are refused`() throws {
        let der = try Parts().der()
        #expect(throws: CryptoError.self) { try EncryptedKeyInfo(der: der + [0]) }
        for cut in 1..<der.count {
            #expect(throws: CryptoError.self) {
                try EncryptedKeyInfo(der: Array(der.dropLast(cut)))
            }
        }
    }
}
