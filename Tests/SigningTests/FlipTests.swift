import Bytes
import Signing
import Testing

/// No change of a signature, a message or a key is accepted.
struct FlipTests {
    private static let message = Array("what two builders agree about".utf8)

    /// Some places in `count` bytes: all of few, the edges and one of each stretch of many.
    private func places(_ count: Int) -> [Int] {
        let step = max(1, count / 80)
        return Array(stride(from: 0, to: count, by: step)) + [count - 1]
    }

    @Test(arguments: Algorithm.available)
    func `a flipped bit of a signature is none`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let signature = try key.sign(FlipTests.message)
        #expect(key.publicKey.verifies(signature, over: FlipTests.message))
        #expect(signature.count <= key.publicKey.signatureLimit)
        for place in places(signature.count) {
            var flipped = signature
            flipped[place] ^= 1 << UInt8(place % 8)
            #expect(!key.publicKey.verifies(flipped, over: FlipTests.message), "byte \(place)")
        }
    }

    @Test(arguments: Algorithm.available)
    func `a flipped bit of a message is another message`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let signature = try key.sign(FlipTests.message)
        for place in FlipTests.message.indices {
            var flipped = FlipTests.message
            flipped[place] ^= 1 << UInt8(place % 8)
            #expect(!key.publicKey.verifies(signature, over: flipped), "byte \(place)")
        }
    }

    @Test(arguments: Algorithm.available)
    func `a flipped bit of a key is no key, or another one`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let signature = try key.sign(FlipTests.message)
        for place in places(key.publicKey.der.count) {
            var flipped = key.publicKey.der
            flipped[place] ^= 1 << UInt8(place % 8)
            guard let other = try? PublicKey(der: flipped) else { continue }
            #expect(other != key.publicKey && other.keyID != key.publicKey.keyID)
            #expect(!other.verifies(signature, over: FlipTests.message), "byte \(place)")
        }
    }

    @Test(arguments: Algorithm.available)
    func `a signature cut short or longer is none`(algorithm: Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let signature = try key.sign(FlipTests.message)
        let others = [
            [], Array(signature.dropLast()), Array(signature.dropFirst()), signature + [0],
            [0] + signature, [UInt8](repeating: 0, count: signature.count),
            [UInt8](repeating: 0xff, count: key.publicKey.signatureLimit + 1),
        ]
        for other in others {
            #expect(!key.publicKey.verifies(other, over: FlipTests.message))
        }
    }

    @Test func `a signature of one algorithm is none of another`() throws {
        let keys = try Algorithm.available.map { try PrivateKey.generate($0) }
        for signer in keys {
            let signature = try signer.sign(FlipTests.message)
            for key in keys where key.publicKey != signer.publicKey {
                #expect(!key.publicKey.verifies(signature, over: FlipTests.message))
            }
        }
    }
}
