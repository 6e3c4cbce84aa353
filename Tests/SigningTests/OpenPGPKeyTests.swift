import Bytes
import Signing
import TestSupport
import Testing

extension OpenPGPSample {
    static func key(_ text: String) throws -> OpenPGPKey {
        try OpenPGPKey(armored: Array(text.utf8))
    }
}

struct OpenPGPKeyTests {
    @Test func `a key is known by the fingerprint that gpg shows`() throws {
        let (alice, bob) = (
            try OpenPGPSample.key(OpenPGPSample.alice), try OpenPGPSample.key(OpenPGPSample.bob)
        )
        #expect(alice.fingerprint == OpenPGPSample.aliceFingerprint)
        #expect(bob.fingerprint == OpenPGPSample.bobFingerprint)
        #expect(alice.plainKeys.map(\.algorithm) == [.ed25519])
        #expect(bob.plainKeys.map(\.algorithm) == [.ecdsaP256, .ed25519])
        let raw = "6e23bcc277cfba5be3cf30bf34b1e8f8fa14e0595a9a325811e197ad39c65d73"
        #expect(alice.plainKeys[0].ed25519Bytes.map(Hex.encode) == raw)
    }

    @Test func `only one public key in one block is taken`() throws {
        let alice = OpenPGPSample.alice
        let packets = try OpenPGPSample.key(alice).packets
        func armored(_ bytes: [UInt8], _ label: String = "PGP PUBLIC KEY BLOCK") -> [UInt8] {
            Array(
                "-----BEGIN \(label)-----\n\n\(Base64.encode(bytes))\n-----END \(label)-----\n".utf8
            )
        }
        #expect(try OpenPGPKey(armored: armored(packets)).packets == packets)
        // A secret key packet, of tag 5, in place of the public one.
        var secret = packets
        secret[0] = 0x94
        for bad in [
            armored(packets + packets), armored(secret), armored(Array(packets.dropLast())),
            armored([]), armored(packets, "PGP SIGNATURE"), Array((alice + alice).utf8),
            Array(alice.dropLast(2).utf8), armored([0x98, 1, 4]), armored([0x98, 1, 3]),
            armored([0xc6, 0xff, 0xff, 0xff, 0xff, 0xff, 4]), armored([0x9b, 4, 4, 4]),
        ] {
            #expect(throws: SigningError.self) { try OpenPGPKey(armored: bad) }
        }
    }

    @Test func `no flip makes another key of the same fingerprint`() throws {
        for text in [OpenPGPSample.alice, OpenPGPSample.bob] {
            let good = try OpenPGPSample.key(text)
            var refused = 0
            for place in text.utf8.indices {
                for bit in [0, 2, 5, 7] as [UInt8] {
                    var bent = Array(text.utf8)
                    bent[text.utf8.distance(from: text.utf8.startIndex, to: place)] ^= 1 << bit
                    guard let key = try? OpenPGPKey(armored: bent) else {
                        refused += 1
                        continue
                    }
                    #expect(
                        key.fingerprint != good.fingerprint
                            || key.plainKeys.first == good.plainKeys.first)
                }
            }
            #expect(refused > 500)
        }
    }
}
