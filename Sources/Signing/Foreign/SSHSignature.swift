import Bytes
import LibCrypto

/// A detached signature as `ssh-keygen -Y sign` writes it (OpenSSH, `PROTOCOL.sshsig`).
struct SSHSignature: Hashable, Sendable {
    /// The key that stands in it. Only the policy says whether it is one to believe.
    let key: PublicKey
    /// In the form that ``PublicKey/verifies(_:over:)`` takes.
    private let signature: [UInt8]
    /// The algorithm that the file is hashed with.
    private let hash: MessageDigest.Algorithm
    /// The algorithm's name, which is signed too.
    private let hashName: [UInt8]

    /// What the text begins and ends with.
    static let opening = "-----BEGIN SSH SIGNATURE-----"
    private static let closing = "-----END SSH SIGNATURE-----"
    /// What the packet and what is signed begin with.
    private static let magic = "SSHSIG"
    /// What a file is signed as; a signature made for anything else, mail or Git, says nothing of
    /// files.
    private static let namespace = "file"

    /// A signature from its text.
    ///
    /// - Throws: ``SigningError`` for any other text, another namespace, and a kind of key that is
    ///   not in use here.
    init(text: [UInt8]) throws(SigningError) {
        guard let packet = SSHSignature.packet(text) else { throw SSHSignature.malformed }
        var reader = SSHReader(packet)
        guard reader.skip(SSHSignature.magic), reader.number() == 1, let blob = reader.string(),
            let namespace = reader.string(), let reserved = reader.string(), reserved.isEmpty,
            let hashName = reader.string(), let signature = reader.string(), reader.isAtEnd
        else { throw SSHSignature.malformed }
        guard namespace.elementsEqual(SSHSignature.namespace.utf8) else {
            throw SigningError(
                "the signature was made as \"\(ByteString(namespace).escaped)\", not for a file; "
                    + "sign with 'ssh-keygen -Y sign -n file'")
        }
        guard let (kind, key) = SSHKeyKind.key(in: blob) else {
            throw SigningError("the signature is by an SSH key of a kind that is not in use here")
        }
        guard let body = kind.signature(in: signature), let hash = SSHSignature.hash(hashName)
        else { throw SSHSignature.malformed }
        self.key = key
        self.signature = body
        self.hash = hash
        self.hashName = hashName
    }

    /// Whether it is by its key over a file.
    func verifies(_ file: [UInt8]) -> Bool {
        var digest = MessageDigest(hash)
        digest.update(file)
        let message =
            Array(SSHSignature.magic.utf8) + SSHReader.encode(SSHSignature.namespace.utf8)
            + SSHReader.encode([]) + SSHReader.encode(hashName)
            + SSHReader.encode(digest.finish())
        return key.verifies(signature, over: message)
    }

    private static let malformed = SigningError(
        "the SSH signature is malformed; make it again with 'ssh-keygen -Y sign -n file'")

    /// One of the two that the format permits.
    private static func hash(_ name: [UInt8]) -> MessageDigest.Algorithm? {
        if name.elementsEqual("sha256".utf8) { return .sha256 }
        return name.elementsEqual("sha512".utf8) ? .sha512 : nil
    }

    /// The bytes between the two lines that frame them, lines of any length among it: the format
    /// demands none.
    private static func packet(_ text: [UInt8]) -> [UInt8]? {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count >= 3, lines.first?.elementsEqual(opening.utf8) == true,
            lines.last?.elementsEqual(closing.utf8) == true
        else { return nil }
        let body = Array(lines.dropFirst().dropLast().joined())
        guard let bytes = Base64.decode(body), Base64.encode(bytes).utf8.elementsEqual(body) else {
            return nil
        }
        return bytes
    }
}
