import Bytes
import LibCrypto
import Testing

struct RSAKeyTests {
    /// A SubjectPublicKeyInfo of a modulus that has `bits` bits, and nothing else to recommend it.
    private func spki(
        bits: Int, exponent: [UInt8] = [1, 0, 1], low: UInt8 = 1, after: [UInt8] = []
    ) -> [UInt8] {
        var modulus = [UInt8](repeating: 0, count: (bits + 7) / 8)
        modulus[0] = 1 << UInt8((bits - 1) % 8)
        modulus[modulus.count - 1] |= low
        let numbers = [modulus, exponent].map { number in
            DER.encode(.integer, (number.first.map { $0 >= 0x80 } == true ? [0] : []) + number)
        }
        return PublicKeyInfo.encode(
            .rsaPSS, DER.encode(.sequence, numbers.flatMap { $0 }) + after)
    }

    @Test(arguments: [2_048, 2_049, 3_072, 4_095, 8_192])
    func `sizes from 2048 to 8192 bits verify`(bits: Int) throws {
        #expect(try PublicKeyInfo(spki: spki(bits: bits)).algorithm == .rsaPSS)
    }

    @Test(arguments: [512, 1_024, 2_047, 8_193, 16_384])
    func `smaller and larger ones are refused`(bits: Int) {
        #expect(throws: CryptoError.self) { try PublicKeyInfo(spki: spki(bits: bits)) }
    }

    @Test(arguments: [[1], [3], [0xff, 0xff], [1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 1], []])
    func `exponents that are small, even or long are refused`(exponent: [UInt8]) {
        #expect(throws: CryptoError.self) {
            try PublicKeyInfo(spki: spki(bits: 2_048, exponent: exponent))
        }
    }

    @Test func `an odd exponent of 64 bits is taken`() throws {
        let largest = [UInt8](repeating: 0xff, count: 8)
        #expect(throws: Never.self) {
            try PublicKeyInfo(spki: spki(bits: 2_048, exponent: largest))
        }
    }

    @Test func `an even modulus and bytes behind the key are refused`() {
        #expect(throws: CryptoError.self) { try PublicKeyInfo(spki: spki(bits: 2_048, low: 2)) }
        #expect(throws: CryptoError.self) { try PublicKeyInfo(spki: spki(bits: 2_048, after: [0])) }
    }

    @Test func `an identifier without NULL, or of id-RSASSA-PSS, is refused`() throws {
        let key = try SecretKey(generating: .rsaPSS)
        let info = try PublicKeyInfo(spki: key.spki)
        let rsa: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
        let bits = DER.encode(.bitString, [0] + info.key)
        func spki(_ name: [UInt8], _ parameters: [UInt8]) -> [UInt8] {
            DER.encode(
                .sequence,
                DER.encode(.sequence, DER.encode(.objectIdentifier, name) + parameters) + bits)
        }
        #expect(spki(rsa, DER.encode(.null, [])) == key.spki)
        #expect(throws: CryptoError.self) { _ = try VerifyingKey(spki: spki(rsa, [])) }
        let error = #expect(throws: CryptoError.self) {
            _ = try VerifyingKey(spki: spki(rsa.dropLast() + [0x0a], []))
        }
        #expect(error?.message.contains("id-RSASSA-PSS") == true)
    }

    @Test func `a key of 2048 bits does not sign`() {
        let error = #expect(throws: CryptoError.self) {
            _ = try SecretKey(generating: .rsaPSS, modulusBits: 2_048)
        }
        #expect(error?.message.contains("3072") == true)
    }
}
