import Bytes
import Findings
import Hashing

/// What a statement gives of builds that are not there to be read: their digests.
public struct StatedDigests: Sendable {
    /// One build of which only digests are known.
    public struct Entry: Hashable, Sendable {
        /// The name that the statement gives it; it identifies nothing.
        public let name: ByteString
        /// The SHA-256 of its bytes.
        public let sha256: Digest?
        /// The SHA-512 of its bytes, 64 of them.
        public let sha512: [UInt8]?

        /// An entry; one without either digest can be compared with nothing.
        public init(name: ByteString, sha256: Digest?, sha512: [UInt8]?) {
            self.name = name
            self.sha256 = sha256
            self.sha512 = sha512
        }

        /// Whether there is a digest to compare by.
        var isComparable: Bool { sha256 != nil || sha512 != nil }

        /// Whether any digest is that of an artifact.
        func touches(_ artifact: ArtifactDigests) -> Bool {
            sha256 == artifact.sha256 || sha512 == artifact.sha512
        }

        /// Whether all digests are those of an artifact.
        func `is`(_ artifact: ArtifactDigests) -> Bool {
            isComparable && (sha256 ?? artifact.sha256) == artifact.sha256
                && (sha512 ?? artifact.sha512) == artifact.sha512
        }
    }

    /// What was read of the statement.
    public enum Content: Sendable {
        /// Its entries, in its order.
        case entries([Entry])
        /// Nothing to compare with, and why.
        case unusable(SourceError)
    }

    /// The file that the statement stands in, by name and SHA-256.
    public let file: NamedDigest
    /// What kind of statement it is, in words.
    public let words: String
    /// What was read of it.
    public let content: Content

    /// What a statement gives.
    ///
    /// - Parameter words: what it is, as *a statement of the type …*, its names escaped.
    public init(file: NamedDigest, words: String, content: Content) {
        self.file = file
        self.words = words
        self.content = content
    }
}
