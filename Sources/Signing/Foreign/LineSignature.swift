import Bytes
import LibCrypto

/// A detached signature as minisign and signify write it: a comment on a line, Base64 on the next;
/// minisign has both once more, for a comment that is signed.
///
/// The comment and the number of the key vouch for nothing and decide nothing.
struct LineSignature: Hashable, Sendable {
    /// What minisign adds: a comment, and a signature over the first signature and it.
    struct Trusted: Hashable, Sendable {
        /// The bytes behind `trusted comment: `.
        let comment: [UInt8]
        /// Ed25519 over ``LineSignature/signature`` and ``comment``.
        let signature: [UInt8]
    }

    /// Whether what is signed is the file's BLAKE2b-512 (`ED`), and not the file itself (`Ed`).
    let isPrehashed: Bool
    /// The Ed25519 signature.
    let signature: [UInt8]
    /// `nil` in signify's form.
    let trusted: Trusted?

    /// What every signature and key of this form begins with.
    static let opening = "untrusted comment:"
    /// What a signed comment begins with.
    private static let trustedOpening = "trusted comment: "
    /// The bytes of a key's number, behind the two that name the algorithm.
    private static let numberLength = 8

    /// A signature from its text: two lines (signify) or four (minisign), and nothing else.
    ///
    /// - Throws: ``SigningError`` for any other text.
    init(text: [UInt8]) throws(SigningError) {
        let lines = LineSignature.lines(of: text)
        guard lines.count == 2 || lines.count == 4,
            lines[0].starts(with: LineSignature.opening.utf8),
            let (algorithm, signature) = LineSignature.packet(lines[1], length: 64)
        else { throw LineSignature.malformed }
        self.signature = signature
        guard lines.count == 4 else {
            guard algorithm.elementsEqual("Ed".utf8) else { throw LineSignature.malformed }
            isPrehashed = false
            trusted = nil
            return
        }
        guard algorithm.elementsEqual("Ed".utf8) || algorithm.elementsEqual("ED".utf8),
            lines[2].starts(with: LineSignature.trustedOpening.utf8),
            let global = LineSignature.base64(lines[3]), global.count == 64
        else { throw LineSignature.malformed }
        isPrehashed = algorithm.elementsEqual("ED".utf8)
        trusted = Trusted(
            comment: Array(lines[2].dropFirst(LineSignature.trustedOpening.utf8.count)),
            signature: global)
    }

    /// The raw Ed25519 key of a public key file of either program, or of its second line alone.
    ///
    /// - Throws: ``SigningError`` for any other text.
    static func publicKey(text: [UInt8]) throws(SigningError) -> [UInt8] {
        let lines = lines(of: text)
        let hasComment = lines.count == 2 && lines[0].starts(with: opening.utf8)
        guard let line = lines.last, lines.count == 1 || hasComment,
            let (algorithm, key) = packet(line, length: 32), algorithm.elementsEqual("Ed".utf8)
        else {
            throw SigningError(
                "this is no public key of minisign or signify; give the line that begins with RW")
        }
        return key
    }

    /// Those of some Ed25519 keys by which the signature, and the comment's, verify.
    func signers(among keys: [PublicKey], over file: [UInt8]) -> [PublicKey] {
        guard let message = isPrehashed ? BLAKE2b.digest512(of: file) : file else { return [] }
        return keys.filter { key in
            guard key.algorithm == .ed25519, key.verifies(signature, over: message) else {
                return false
            }
            guard let trusted else { return true }
            return key.verifies(trusted.signature, over: signature + trusted.comment)
        }
    }

    private static let malformed = SigningError(
        "the signature is malformed; minisign's has four lines and signify's two")

    /// Lines without their line feeds; no other break is known to both programs.
    private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The algorithm's two letters and what stands behind the key's number.
    private static func packet(
        _ line: ArraySlice<UInt8>, length: Int
    ) -> (algorithm: ArraySlice<UInt8>, body: [UInt8])? {
        guard let bytes = base64(line), bytes.count == 2 + numberLength + length else {
            return nil
        }
        return (bytes[..<2], Array(bytes[(2 + numberLength)...]))
    }

    /// The bytes of Base64 in its one spelling.
    private static func base64(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let bytes = Base64.decode(line), Base64.encode(bytes).utf8.elementsEqual(line) else {
            return nil
        }
        return bytes
    }
}
