import Anatomy
import Bytes
import Hashing

/// What the name of a tar's member says of the member, or of the whole tar.
enum TarRoles {
    /// Beginnings of the first member's name in packages of Arch (`.PKGINFO`, `.BUILDINFO`,
    /// `.MTREE`) and Alpine (`.SIGN.` and a key): what they hold is installed with its owners.
    private static let packageMarks = [".PKGINFO", ".BUILDINFO", ".MTREE", ".SIGN."]

    /// The same for ``OrderGuard``, folded: which member comes first has a meaning.
    static let orderMarks = packageMarks.map { $0.lowercased() }

    /// Whether a tar with this first member is a package.
    static func isPackage(first name: ByteString) -> Bool {
        let path = OrderGuard.canonical(name)
        return packageMarks.contains { path.hasPrefix($0) }
    }

    /// Traits of a member: the data archive of an opkg package, and the layers of images (OCI's
    /// `blobs/sha256/…`, and `layer.tar` or `….tar` of saved ones) install owners.
    static func traits(of name: ByteString) -> Traits {
        let path = OrderGuard.canonical(name)
        let parts = path.bytes.split(separator: UInt8(ascii: "/"))
        guard let last = parts.last else { return [] }
        let isSaved = parts.count == 1 && last.count > 4 && isDigest(last.dropLast(4), of: 64)
        let isLayer =
            path.hasPrefix("data.tar") || path.hasPrefix("blobs/")
            || last.elementsEqual("layer.tar".utf8) || isSaved
        return isLayer ? .installsOwners : []
    }

    /// The SHA-256 that a member of an OCI image layout has for a name (OCI image specification,
    /// "Image Layout"); `nil` if it has none.
    static func digest(of name: ByteString) -> Digest? {
        let path = OrderGuard.canonical(name)
        guard path.hasPrefix("blobs/sha256/") else { return nil }
        return Digest(hex: path.bytes.dropFirst("blobs/sha256/".utf8.count))
    }

    private static func isDigest(_ text: ArraySlice<UInt8>, of count: Int) -> Bool {
        text.count == count
            && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
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
