import Anatomy
import Bytes

/// Which members of a zip have a place that means something, by what is known of the families of
/// zip.
///
/// | family | readers | what they take from the order | |---|---|---| | jar, war |
/// `java.util.jar.JarInputStream` | the manifest, if it is the first entry, or the second behind
/// `META-INF/`; of a signed jar, the signature files, which follow it | | jar, war | launchers of
/// jars in jars | the class path | | kmz, usdz | viewers | the document, if there are several | |
/// epub, OpenDocument | whoever tells the type by the first bytes | `mimetype`, if it is the first
/// entry | | OOXML, NuGet | the same, `file` among them | the names of the first four entries | |
/// signed apk, NuGet, Appx, OTA | verifiers of a signature of the whole file | every byte; see
/// ``ZipSigned`` | | wheel, zipapp, jmod | seek by name | nothing |
struct ZipOrder {
    /// In the order in which they are stored.
    private let entries: [ZipEntry]

    /// The order of `entries`, which have to be in the order of their bytes.
    init(_ entries: [ZipEntry]) { self.entries = entries }

    /// How many of the first entries keep their place.
    ///
    /// - Parameter keepsAll: whether something besides the names gives all places a meaning.
    func pinned(keepsAll: Bool) -> Int {
        guard !keepsAll, !entries.contains(where: isForeign) else { return entries.count }
        var count = 0
        var libraries = 0
        var documents = 0
        var isJar = false
        for entry in entries where ZipOrder.mayMatter(entry.name) {
            let path = OrderGuard.folded(entry.name)
            if path.hasPrefix("meta-inf") {
                guard !ZipOrder.isSignature(path) else { return entries.count }
                isJar = true
                count = max(count, 2)
            } else if path.hasPrefix("mimetype") {
                count = max(count, 2)
            } else if path.hasPrefix("[content_types].xml") {
                count = max(count, 4)
            }
            if path.hasPrefix("web-inf/") { isJar = true }
            if path.hasSuffix(".jar") { libraries += 1 }
            if ZipOrder.isDocument(path) { documents += 1 }
        }
        // One after the other they make the class path of whoever runs the archive; and of several
        // documents the first is shown.
        let isSequence = isJar && libraries > 1 || documents > 1
        return isSequence ? entries.count : min(count, entries.count)
    }

    private func isForeign(_ entry: ZipEntry) -> Bool {
        ZipRecord.isForeign(entry.name.bytes, flags: entry.flags)
    }

    /// Whether a folded path in `META-INF` is one of a jar's signature files.
    private static func isSignature(_ path: String) -> Bool {
        [".sf", ".rsa", ".dsa", ".ec"].contains { path.hasSuffix($0) }
            || path.hasPrefix("meta-inf/sig-")
    }

    /// Whether a folded path is that of a document which viewers look for by its ending.
    private static func isDocument(_ path: String) -> Bool {
        [".kml", ".usd", ".usda", ".usdc"].contains { path.hasSuffix($0) }
    }

    /// Spares most names the folding: a first letter of no name that counts, and another ending.
    private static func mayMatter(_ name: ByteString) -> Bool {
        guard let first = name.bytes.first else { return false }
        let firsts = Array("mMwW[./".utf8)
        let ending = String(decoding: name.bytes.suffix(4).map { $0 | 0x20 }, as: UTF8.self)
        return first >= 0x80 || firsts.contains(first)
            || [".jar", ".kml", ".usd", "usda", "usdc"].contains(ending)
    }
}
