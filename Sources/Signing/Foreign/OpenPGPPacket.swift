import Bytes
import LibCrypto

/// A packet of OpenPGP (RFC 9580, section 4).
struct OpenPGPPacket {
    /// What is in it, as far as that matters here.
    enum Tag: UInt8 {
        case signature = 2
        case secretKey = 5
        case publicKey = 6
        case secretSubkey = 7
        case publicSubkey = 14
    }

    /// `nil` for every other kind.
    let tag: Tag?
    /// What follows the header.
    let body: ArraySlice<UInt8>

    /// All packets of some bytes; `nil` if they are not made of whole packets. Lengths in parts and
    /// of no end, which keys and signatures may not have, are refused.
    static func all(in bytes: [UInt8]) -> [OpenPGPPacket]? {
        var packets: [OpenPGPPacket] = []
        var rest = bytes[...]
        while let header = rest.popFirst() {
            guard header & 0x80 != 0,
                let length = header & 0x40 == 0
                    ? oldLength(header & 3, &rest) : newLength(&rest),
                length <= rest.count
            else { return nil }
            let tag = header & 0x40 == 0 ? header >> 2 & 0x0f : header & 0x3f
            packets.append(OpenPGPPacket(tag: Tag(rawValue: tag), body: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return packets
    }

    /// A length in the older form (section 4.2.2).
    private static func oldLength(_ kind: UInt8, _ rest: inout ArraySlice<UInt8>) -> Int? {
        kind == 3 ? nil : number(1 << Int(kind), &rest)
    }

    /// A length in the newer form (section 4.2.1).
    private static func newLength(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.popFirst() else { return nil }
        switch first {
        case ..<192: return Int(first)
        case 192..<224:
            guard let second = rest.popFirst() else { return nil }
            return (Int(first) - 192) << 8 + Int(second) + 192
        case 255: return number(4, &rest)
        default: return nil
        }
    }

    private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= count else { return nil }
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    // MARK: Keys

    /// The fingerprint of a key packet of version 4 or 6 (section 5.5.4), in capitals; `nil` for
    /// other versions.
    var fingerprint: String? {
        // Version, time, algorithm, and something of the key.
        guard body.count > 6 else { return nil }
        let length = UInt32(truncatingIfNeeded: body.count)
        let size = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        switch body.first {
        case 4:
            guard body.count <= 0xffff, var digest = MessageDigest(broken: .sha1) else {
                return nil
            }
            digest.update([0x99] + size[2...] + body)
            return Hex.encode(digest.finish()).uppercased()
        case 6:
            var digest = MessageDigest(.sha256)
            digest.update([0x9b] + size + body)
            return Hex.encode(digest.finish()).uppercased()
        default: return nil
        }
    }

    /// What names the curve: OIDs without their lengths (RFC 9580, section 9.2).
    private static let curves: [(algorithm: KeyAlgorithm, oid: [UInt8])] = [
        (.ed25519, [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01]),
        (.ecdsaP256, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
        (.ecdsaP384, [0x2b, 0x81, 0x04, 0x00, 0x22]),
    ]

    /// The key as others sign with it; `nil` for kinds that only OpenPGP uses, and for RSA, which
    /// it pads otherwise.
    var plainKey: PublicKey? {
        guard tag == .publicKey || tag == .publicSubkey, let version = body.first else {
            return nil
        }
        // Behind version and time; version 6 has a length before the material.
        let start = body.dropFirst(5)
        guard let algorithm = start.first, version == 4 || version == 6 else { return nil }
        var material = start.dropFirst(version == 6 ? 5 : 1)
        switch algorithm {
        case 27:
            return try? PublicKey(der: PublicKeyInfo.encode(.ed25519, Array(material)))
        case 19, 22:
            guard let length = material.popFirst(), material.count > Int(length) + 2 else {
                return nil
            }
            let oid = Array(material.prefix(Int(length)))
            // The point is a number with a count of bits; that of Ed25519 has 0x40 in front.
            let point = Array(material.dropFirst(Int(length) + 2))
            guard let curve = OpenPGPPacket.curves.first(where: { $0.oid == oid }) else {
                return nil
            }
            let raw = curve.algorithm == .ed25519 ? Array(point.dropFirst()) : point
            return try? PublicKey(der: PublicKeyInfo.encode(curve.algorithm, raw))
        default: return nil
        }
    }
}
