import Anatomy
import Bytes

extension Format {
    /// Zip archives and all that are made of them (jar, jmod, zipapp, whl, apk, epub, docx).
    public static let zip = Format(
        name: "zip", title: "zip archive", shape: .archive,
        magic: [
            Magic(ZipRecord.localSignature), Magic(ZipRecord.endSignature),
            Magic(ZipPrefix.module), Magic(ZipPrefix.script),
        ], access: .random,
        specification: "PKWARE APPNOTE 6.3.10",
        fields: zipFields,
        encodingRule: zipStreaming,
        orderRule: .order("zip.entry-order"),
        compressionRule: .compression("zip", parameters: "deflate level and block boundaries"),
        composer: ZipComposer(),
        recognizes: { start in ZipPrefix.length(of: start) != nil },
        expand: { run in ZipFields.expand(run) },
        dissect: { layer, limits throws(SourceError) in try ZipDissector(layer, limits) })

    /// One rule for three clocks: DOS (section 4.4.6, two seconds, local time), Info-ZIP's Unix
    /// times and PKWARE's NTFS times all stand under it, in both headers.
    private static let zipTime = Rule.time("zip.mtime", "time, in DOS, Unix or NTFS form, or none")
    private static let zipOwner = Rule.owner("zip.owner")
    /// Covers both numbers of a version (sections 4.4.2 and 4.4.3) but not the host system in the
    /// upper byte of `version made by`, which is a field of its own.
    private static let zipVersion = Rule(
        "zip.version",
        tolerates: "another version of the format written or needed",
        reason: "the features in use are compared themselves",
        refuses: "if the host system differs, which gives the attributes their meaning",
        hides: "which program wrote the archive")
    /// Also tolerates what stands in general purpose bits 1 to 3, which `header` masks out of
    /// `zip.flags`.
    private static let zipStreaming = Rule(
        "zip.streaming",
        tolerates: "sizes behind the data instead of before it, and the level bits of deflate",
        reason: "sizes and checksums are verified wherever they stand",
        refuses: "if they contradict the central directory or the data",
        hides: "whether the archive was written to a pipe")

    /// In no profile: over other content, or made with another key, a signature is another one.
    private static let apkSignature = Rule(
        "apk.signature",
        tolerates: "another signing block of an .apk, or none",
        reason: "the members are compared themselves, so that only who signed them differs",
        refuses: "for pairs that belong to no signature scheme, and for JAR signatures in META-INF",
        hides: "who signed, with which key, and whether the signature is valid",
        profile: .none)

    /// All fields and attributes, those that only follow from others included.
    private static let zipFields: [FieldKind] =
        [
            FieldKind("zip.prefix", "what stands before the zip, as the first line of a zipapp"),
            FieldKind("zip.unaccounted", "bytes that belong to no record"),
            FieldKind("zip.trailer", "bytes behind the archive's comment"),
            FieldKind("zip.directory-order", "the directory's order, if it is not that of storage"),
            FieldKind("zip.signed", "the digest of a file that is signed as a whole"),
            FieldKind("zip.path", "the member's name", isUnpacked: true),
            FieldKind("zip.method", "how the content is compressed", isUnpacked: true),
            FieldKind("zip.flags", "flags but those of streaming and level", isUnpacked: true),
            FieldKind("zip.version.names", "version written, where names are translated by it"),
            FieldKind("zip.descriptor", "sizes and checksum behind the data"),
            FieldKind("zip.mtime", "time of the member", rule: zipTime),
            FieldKind("zip.unix.mtime", "Unix times of the member", rule: zipTime),
            FieldKind("zip.ntfs.mtime", "NTFS times of the member", rule: zipTime),
            FieldKind("zip.local.mtime", "time in the local header", rule: zipTime),
            FieldKind("zip.local.unix.mtime", "Unix times in the local header", rule: zipTime),
            FieldKind("zip.local.ntfs.mtime", "NTFS times in the local header", rule: zipTime),
            FieldKind("zip.owner", "the member's user and group", rule: zipOwner),
            FieldKind("zip.local.owner", "user and group in the local header", rule: zipOwner),
            FieldKind("zip.version", "version written", rule: zipVersion),
            FieldKind("zip.needed", "version needed", rule: zipVersion),
            FieldKind("zip.local.needed", "version needed, in the local header", rule: zipVersion),
            FieldKind("zip.host", "the system whose attributes these are", isUnpacked: true),
            FieldKind("zip.attributes", "the member's type and permissions", isUnpacked: true),
            FieldKind("zip.magic", "the mark of a record", isUnpacked: true),
            FieldKind("zip.disk", "the part of a split archive", isUnpacked: true),
            FieldKind("zip.internal", "whether the content is probably text", isUnpacked: true),
            FieldKind("zip.comment", "the member's comment"),
            FieldKind("zip.crc32", "the checksum of the content"),
            FieldKind("zip.compressed-size", "the size of the data"),
            FieldKind("zip.size", "the size of the content"),
            FieldKind("zip.lengths", "the lengths of name, extra fields and comment"),
            FieldKind("zip.offset", "where the local header is"),
            FieldKind("zip.archive-comment", "the archive's comment"),
            FieldKind("zip.end", "where the directory is, and how many members it lists"),
            FieldKind("zip.end64", "the same, in 64 bits"),
            FieldKind("zip.end64.versions", "versions written and needed, of the whole archive"),
            FieldKind("zip.end64.extensible", "more about the archive, of no known meaning"),
            FieldKind("zip.locator", "where the end record in 64 bits is"),
            FieldKind("zip.extra64", "sizes and offset in 64 bits"),
            FieldKind("apk.size", "the size of the signing block"),
            FieldKind("apk.pair.size", "the size of a pair in it"),
            FieldKind("apk.magic", "the mark of the signing block"),
            FieldKind("apk.signature", "a signature by a scheme of Android's", rule: apkSignature),
            FieldKind("apk.padding", "zeros before or in the signing block", rule: apkSignature),
            FieldKind("apk.signed", "the digest of what the signature covers", rule: apkSignature),
            FieldKind("apk.pair", "a pair of no signature scheme"),
        ] + ZipExtra.fields
}
