import Bytes

/// The `.BUILDINFO` of an Arch Linux package: what it declares (BUILDINFO(5), formats 1 and 2). It
/// is read, and nothing is built of it.
public struct ArchBuildInfo: Hashable, Sendable {
    /// The package and its version.
    public let name, version: ByteString
    /// When it was built, in seconds since 1970.
    public let date: Int64?
    /// Where it was built.
    public let folder: ByteString?
    /// The SHA-256 of its recipe.
    public let recipe: Digest?
    /// The packages that were there, each as name, version, release and architecture between
    /// dashes.
    public let installed: [ByteString]

    /// Reads a document.
    ///
    /// - Throws: ``RebuildError`` with code `declaration`.
    public init(_ document: [UInt8], origin: String) throws(RebuildError) {
        var values: [ByteString: [ByteString]] = [:]
        for (index, line) in document.split(
            separator: 0x0a, omittingEmptySubsequences: false
        ).enumerated() where !line.isEmpty {
            let words = ByteString(line).split(at: "=")
            guard words.count > 1, words[0].hasSuffix(" "), words[1].hasPrefix(" ") else {
                throw RebuildError(
                    .declaration, "\(origin), line \(index + 1): a name and a value are expected")
            }
            let value = ByteString(line.dropFirst(words[0].count + 1)).trimmed
            values[words[0].trimmed, default: []].append(value)
        }
        func only(_ name: ByteString) throws(RebuildError) -> ByteString? {
            guard let found = values[name] else { return nil }
            guard found.count == 1 else {
                throw RebuildError(.declaration, "\(origin) says \(name.escaped) more than once")
            }
            return found[0]
        }
        guard let format = try only("format"), ["1", "2"].contains(format),
            let name = try only("pkgname"), let version = try only("pkgver")
        else { throw RebuildError(.declaration, "\(origin) is no .BUILDINFO of format 1 or 2") }
        (self.name, self.version) = (name, version)
        date = try only("builddate").flatMap { Int64(String(decoding: $0.bytes, as: UTF8.self)) }
        folder = try only("builddir")
        recipe = try only("pkgbuild_sha256sum").flatMap { Digest(hex: $0.bytes) }
        installed = values["installed"] ?? []
    }
}
