import Bytes
import LibCrypto

/// The SHA-256 of one stream (FIPS 180-4), by libcrypto.
public struct SHA256: ~Copyable {
    /// The digest in the making, at libcrypto.
    private var digest = MessageDigest(.sha256)

    /// An empty message.
    public init() {}

    /// Goes on from what `digest` has taken in.
    private init(_ digest: consuming MessageDigest) { self.digest = digest }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: Chunk) { digest.update(bytes) }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: [UInt8]) { digest.update(bytes) }

    /// Adds a run of what `reader` reads, which must not be behind its cursor; less if it ends
    /// before.
    public mutating func update(_ reader: ByteReader, _ range: ByteRange) throws(SourceError) {
        _ = try reader.skip(range.start - reader.offset)
        while reader.offset < range.end,
            let chunk = try reader.takeChunk(atMost: range.end - reader.offset)
        {
            update(chunk)
        }
    }

    /// A second digest of what the message holds so far.
    public borrowing func fork() -> SHA256 { SHA256(digest.fork()) }

    /// The digest of the whole message.
    public consuming func finish() -> Digest {
        guard let value = Digest(digest.finish()) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return value
    }

    /// The digest of bytes in memory.
    public static func digest(of bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of a file, which must be the same before and after.
    public static func digest(of file: FileSource) throws(SourceError) -> Digest {
        let digest = try digest(of: RangeSource(file))
        try file.checkUnchanged()
        return digest
    }

    /// The digest of all that `source` still has.
    public static func digest(of source: any Source) throws(SourceError) -> Digest {
        var hash = SHA256()
        while let chunk = try source.next() { hash.update(chunk) }
        return hash.finish()
    }
}
