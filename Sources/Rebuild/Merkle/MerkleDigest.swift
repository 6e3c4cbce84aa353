import Bytes

/// A message's SHA-256 and size: what the Remote Execution API calls a `Digest`.
public struct MerkleDigest: Hashable, Sendable {
    /// The SHA-256 of the bytes.
    public var sha256: Digest
    /// How many bytes they are.
    public var size: UInt64

    /// A digest.
    public init(sha256: Digest, size: UInt64) {
        self.sha256 = sha256
        self.size = size
    }

    /// As the API writes it in resource names: `HASH/SIZE`.
    public var text: String { "\(sha256.hex)/\(size)" }
}
