import LibCrypto

/// Takes values off the front of what SSH programs write (RFC 4251, section 5).
struct SSHReader {
    /// What was not taken yet.
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Whether everything was taken.
    var isAtEnd: Bool { rest.isEmpty }

    /// A `uint32`, big-endian; `nil` if the text ends before.
    mutating func number() -> UInt32? {
        let bytes = rest.prefix(4)
        guard bytes.count == 4 else { return nil }
        rest = rest.dropFirst(4)
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A `string`, which must end inside the text.
    mutating func string() -> [UInt8]? {
        guard let length = number(), Int(length) <= rest.count else { return nil }
        let bytes = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return Array(bytes)
    }

    /// Takes `expected`, and says whether it was there.
    mutating func skip(_ expected: String) -> Bool {
        guard rest.starts(with: expected.utf8) else { return false }
        rest = rest.dropFirst(expected.utf8.count)
        return true
    }

    /// A `string` as it is written.
    static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let length = UInt32(bytes.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + Array(bytes)
    }
}

/// The kinds of SSH keys that there is an algorithm for here (RFC 5656, section 3.1; RFC 8709).
/// RSA is left out, since SSH pads it otherwise.
enum SSHKeyKind: String, CaseIterable {
    case ed25519 = "ssh-ed25519"
    case p256 = "ecdsa-sha2-nistp256"
    case p384 = "ecdsa-sha2-nistp384"

    /// What the key is here.
    var algorithm: KeyAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .p256: .ecdsaP256
        case .p384: .ecdsaP384
        }
    }

    /// The kind of a name.
    init?(name: [UInt8]?) {
        let kind = SSHKeyKind.allCases.first { name?.elementsEqual($0.rawValue.utf8) == true }
        guard let kind else { return nil }
        self = kind
    }

    /// The public key in a key blob; `nil` for another kind of key, and for what is malformed.
    static func key(in blob: [UInt8]) -> (kind: SSHKeyKind, key: PublicKey)? {
        var reader = SSHReader(blob)
        guard let kind = SSHKeyKind(name: reader.string()) else { return nil }
        if kind != .ed25519 {
            let curve = kind.rawValue.dropFirst("ecdsa-sha2-".utf8.count)
            guard reader.string()?.elementsEqual(curve.utf8) == true else { return nil }
        }
        guard let raw = reader.string(), reader.isAtEnd,
            let key = try? PublicKey(der: PublicKeyInfo.encode(kind.algorithm, raw))
        else { return nil }
        return (kind, key)
    }

    /// A signature in the form of this room: raw for Ed25519, DER of the two numbers for ECDSA. An
    /// `mpint` has the octets of an INTEGER, so that what is not minimal is refused with the DER.
    func signature(in blob: [UInt8]) -> [UInt8]? {
        var outer = SSHReader(blob)
        guard SSHKeyKind(name: outer.string()) == self, let body = outer.string(),
            outer.isAtEnd
        else { return nil }
        guard self != .ed25519 else { return body }
        var inner = SSHReader(body)
        guard let r = inner.string(), let s = inner.string(), inner.isAtEnd else { return nil }
        return DER.encode(.sequence, DER.encode(.integer, r) + DER.encode(.integer, s))
    }
}
