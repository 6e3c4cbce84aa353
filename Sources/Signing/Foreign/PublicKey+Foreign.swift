import Bytes
import LibCrypto

/// Keys as other programs write them. Each reader makes the one canonical key of what it reads: a
/// key is its material, and has one key ID, whatever form it came in.
extension PublicKey {
    /// A key of rebuilderd from its file: a PEM block whose SubjectPublicKeyInfo has a NULL behind
    /// Ed25519's object identifier, where RFC 8410, section 3 forbids parameters.
    ///
    /// No other spelling is taken, the correct one neither: that one is for ``init(pem:)``.
    /// - Throws: ``SigningError`` for anything else.
    public init(rebuilderd text: [UInt8]) throws(SigningError) {
        let block = try PEM.decode(text)
        let object = DER.encode(.objectIdentifier, [0x2b, 0x65, 0x70])
        let identifier = DER.encode(.sequence, object + DER.encode(.null, []))
        let raw = Array(block.der.suffix(32))
        guard block.label == "PUBLIC KEY",
            block.der
                == DER.encode(.sequence, identifier + DER.encode(.bitString, [0] + raw))
        else {
            throw SigningError(
                "this is no key file of rebuilderd; a well-formed one belongs under 'public'")
        }
        try self.init(ed25519: raw)
    }

    /// A public key of minisign or signify: its file, or the line of Base64 alone.
    ///
    /// - Throws: ``SigningError`` for anything else.
    public init(minisign text: [UInt8]) throws(SigningError) {
        try self.init(ed25519: try LineSignature.publicKey(text: text))
    }

    /// A public key of OpenSSH: the line of its `.pub` file.
    ///
    /// - Throws: ``SigningError`` for anything else, and kinds of keys that are not in use here.
    public init(ssh text: [UInt8]) throws(SigningError) {
        let line = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        let words = line.split(
            separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, !line.contains(UInt8(ascii: "\n")),
            let blob = Base64.decode(words[1]), Base64.encode(blob).utf8.elementsEqual(words[1]),
            let (kind, key) = SSHKeyKind.key(in: blob), words[0].elementsEqual(kind.rawValue.utf8)
        else {
            throw SigningError(
                "this is no SSH public key of Ed25519, P-256 or P-384; give the line of its .pub file"
            )
        }
        self = key
    }

    /// A key from its 32 bytes (RFC 8032, section 5.1.5).
    private init(ed25519 raw: [UInt8]) throws(SigningError) {
        try self.init(der: PublicKeyInfo.encode(.ed25519, raw))
    }

    /// The 32 bytes of an Ed25519 key; `nil` for other kinds.
    public var ed25519Bytes: [UInt8]? {
        algorithm == .ed25519 ? (try? PublicKeyInfo(spki: der))?.key : nil
    }

    /// The ID that in-toto's legacy metadata gives an Ed25519 key, 64 hexadecimal digits; `nil` for
    /// other kinds. Like every key ID it is a hint.
    public var inTotoKeyID: String? {
        guard let bytes = ed25519Bytes else { return nil }
        let text =
            #"{"keyid_hash_algorithms":["sha256","sha512"],"keytype":"ed25519","#
            + #""keyval":{"public":"\#(Hex.encode(bytes))"},"scheme":"ed25519"}"#
        var digest = MessageDigest(.sha256)
        digest.update(Array(text.utf8))
        return Hex.encode(digest.finish())
    }
}
