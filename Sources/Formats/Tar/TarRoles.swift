import Anatomy
import Bytes
import Hashing

/// What the name of a tar's member says of the member, or of the whole tar.
enum TarRoles {
    /// Beginnings of a member's name in packages, commonly the first one's: of Arch (`.PKGINFO`,
    /// `.BUILDINFO`, `.MTREE`), Alpine (`.SIGN.` and a key), FreeBSD and Void: what they hold is
    /// installed with its owners.
    private static let packageMarks = [
        ".PKGINFO", ".BUILDINFO", ".MTREE", ".SIGN.", "+MANIFEST", "+COMPACT_MANIFEST",
        "props.plist",
    ]

    /// What packages of Slackware and pkgsrc have, behind other members or not.
    private static let lateMarks = ["install/slack-desc", "install/doinst.sh", "+CONTENTS"]

    /// The same for ``OrderGuard``, folded: which member comes first has a meaning.
    static let orderMarks = (packageMarks + lateMarks).map { $0.lowercased() }

    /// Whether a tar with this member is a package.
    static func isPackage(by name: ByteString) -> Bool {
        let path = OrderGuard.canonical(name)
        return (packageMarks + lateMarks).contains { path.hasPrefix($0) }
    }

    /// The SHA-256 that a member of an OCI image layout has for a name (OCI image specification,
    /// "Image Layout"); `nil` if it has none.
    static func digest(of name: ByteString) -> Digest? {
        let path = OrderGuard.canonical(name)
        guard path.hasPrefix("blobs/sha256/") else { return nil }
        return Digest(hex: path.bytes.dropFirst("blobs/sha256/".utf8.count))
    }

    /// The digest of a content that is passing by, and the one that it has to have.
    final class Check {
        private let expected: Digest
        private var hash: SHA256? = SHA256()

        init(_ expected: Digest) { self.expected = expected }

        func update(_ chunk: Chunk) { hash?.update(chunk) }

        /// Whether the content was the one that its name says.
        func holds() -> Bool {
            guard let hash = hash.take() else { return true }
            return hash.finish() == expected
        }
    }
}
