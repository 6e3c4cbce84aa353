import Bytes

/// What rebuilderd says when it has built a package again and got the same bytes: an in-toto link
/// of the step `rebuild FILE` with that file as its one product.
public struct RebuildLink: Hashable, Sendable {
    /// What went into the build, or what it was held against: `.buildinfo` or the package.
    public struct Material: Hashable, Sendable {
        /// Its name.
        public let name: ByteString
        /// Its SHA-256 as written; empty if it has none.
        public let sha256: ByteString
    }

    /// The file that was built again, by its digests.
    public let product: Subject
    /// In the order of the text.
    public let materials: [Material]

    /// The name of the step, in front of the file's.
    private static let step = "rebuild "
    /// The most materials that are read.
    private static let materialLimit = 16_384

    /// What a metablock says, whoever signed it.
    ///
    /// - Throws: ``AttestationError`` with code `unsupported` for what is no link of this step, or
    ///   has another product besides; `malformed` for digests that are none.
    public init(of metablock: Metablock) throws(AttestationError) {
        let fields = try Fields(metablock.signed, "signed")
        guard try fields.text("_type") == "link" else {
            throw AttestationError(.unsupported, "what is signed is no in-toto link")
        }
        let products = try fields.fields("products").json.object ?? []
        guard products.count == 1, let only = products.first,
            try fields.text("name") == ByteString(Array(RebuildLink.step.utf8) + only.key.bytes)
        else {
            throw AttestationError(
                .unsupported, "the link is not of the step 'rebuild FILE' with FILE as its product")
        }
        product = try Subject(product: only.key, digests: try Fields(only.value, "products"))
        let materials = try fields.fields("materials").json.object ?? []
        guard materials.count <= RebuildLink.materialLimit else {
            throw AttestationError(
                .limit, "signed.materials has more than \(RebuildLink.materialLimit) entries")
        }
        self.materials = try materials.map { entry throws(AttestationError) in
            let digests = try Fields(entry.value, "materials")
            return Material(
                name: entry.key, sha256: try digests.optional("sha256")?.text("sha256") ?? "")
        }
    }
}

extension Subject {
    /// A product of a link. Its SHA-256 must be there; both are held against the file.
    fileprivate init(product name: ByteString, digests: Fields) throws(AttestationError) {
        let short = try digests.digest("sha256")
        guard let long = try digests.optional("sha512")?.text("sha512") else {
            self.init(name: name, trusting: short)
            return
        }
        guard let bytes = Hex.decode(long.bytes) else {
            throw digests.failure("sha512", "128 lowercase hexadecimal digits")
        }
        try self.init(name: name, sha256: short, sha512: bytes)
    }

    /// A file that a list names by its SHA-256 or SHA-512, told apart by their lengths; `nil` for
    /// digests of any other length.
    public init?(listed name: ByteString, digest: [UInt8]) {
        let isLong = digest.count == Subject.longDigest
        guard isLong || Digest(digest) != nil else { return nil }
        self.name = ByteString(name.escaped)
        sha256 = Digest(digest)
        sha512 = isLong ? digest : nil
    }
}
