import Bytes
import LibCrypto

/// The two digests under which an artifact is a subject: SHA-256, and SHA-512 beside it.
public struct ArtifactDigests: Hashable, Sendable {
    /// The SHA-256 of the bytes.
    public let sha256: Digest
    /// The SHA-512 of the bytes: 64 bytes.
    public let sha512: [UInt8]

    /// Two digests of the same bytes.
    init(sha256: Digest, sha512: [UInt8]) {
        self.sha256 = sha256
        self.sha512 = sha512
    }

    /// Both digests of all that `source` still has, read once.
    public init(of source: any Source) throws(SourceError) {
        var short = SHA256()
        var long = MessageDigest(.sha512)
        while let chunk = try source.next() {
            short.update(chunk)
            long.update(chunk)
        }
        sha256 = short.finish()
        sha512 = long.finish()
    }
}
