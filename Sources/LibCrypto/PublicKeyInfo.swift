/// A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in the one encoding that is permitted.
///
/// BER, explicit curve parameters, compressed points and an algorithm identifier with a superfluous
/// NULL would all give one key several digests, and so several key IDs.
public struct PublicKeyInfo: Hashable, Sendable {
    /// What the key is for.
    public let algorithm: KeyAlgorithm
    /// The content of the BIT STRING, without the byte that counts unused bits.
    public let key: [UInt8]

    /// What a SubjectPublicKeyInfo in DER holds.
    ///
    /// - Throws: ``CryptoError`` for another kind of key, any other encoding, and a key that is
    ///   weak by its looks. Whether a point is on its curve is not looked at.
    public init(spki: [UInt8]) throws(CryptoError) {
        var outer = DER.Reader(spki)
        guard var body = outer.open(), outer.isAtEnd, let identifier = body.take(.sequence),
            let bits = body.take(.bitString), body.isAtEnd, bits.first == 0
        else { throw CryptoError("this is no SubjectPublicKeyInfo in DER") }
        let whole = DER.encode(.sequence, identifier)
        guard let algorithm = KeyAlgorithm.allCases.first(where: { $0.identifier == whole }) else {
            throw CryptoError(PublicKeyInfo.advice(on: identifier))
        }
        self.algorithm = algorithm
        key = Array(bits.dropFirst())
        try check()
    }

    /// The SubjectPublicKeyInfo in DER of a key in its raw form.
    public static func encode(_ algorithm: KeyAlgorithm, _ key: [UInt8]) -> [UInt8] {
        DER.encode(.sequence, algorithm.identifier + DER.encode(.bitString, [0] + key))
    }

    /// Length, form, and what is known to be weak.
    private func check() throws(CryptoError) {
        if let length = algorithm.publicKeyLength, key.count != length {
            throw CryptoError(
                "the public key has \(key.count) bytes, where one for \(algorithm.rawValue) has "
                    + "\(length)")
        }
        switch algorithm {
        case .ed25519 where Ed25519Point.isUnfit(key):
            throw CryptoError("this Ed25519 key is weak: its point is of small order or misspelt")
        case .ecdsaP256 where key.first != 4, .ecdsaP384 where key.first != 4:
            throw CryptoError("the public key is no uncompressed point")
        case .rsaPSS:
            _ = try RSAModulus(rsaPublicKey: key)
        default: break
        }
    }

    /// What to do about an algorithm identifier that is none of those in use.
    private static func advice(on identifier: [UInt8]) -> String {
        let pss: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]
        if identifier.starts(with: DER.encode(.objectIdentifier, pss)) {
            return
                "the RSA key is marked id-RSASSA-PSS, a second spelling of the same key; make it "
                + "one of rsaEncryption, as 'openssl genrsa' does"
        }
        return "the key is of a kind, on a curve or in an encoding that is not in use here; "
            + "'tally key generate --help' lists the kinds"
    }
}
