import Bytes

/// A list of files with the files that it names: `SHA256SUMS`, `.dsc`, `.changes`, `.buildinfo`.
public struct FileSet: Sendable {
    /// The list's own bytes.
    public let file: any RandomSource
    /// What the list says.
    public let list: DigestList
    /// The files that are there, below the folder of the list.
    public let tree: Tree
    /// Files that the list names and that are not there, in the order of the list.
    public let missing: [ByteString]

    /// Bytes of a file that may be a list.
    private static let sizeLimit: UInt64 = 32 << 20

    /// The set of the list at `path`; `nil` for a file that is no list with a SHA-256 for each
    /// file.
    ///
    /// - Throws: ``SourceError``: `ambiguous` for a name that leads out of the list's folder, `io`
    ///   for what cannot be read.
    public init?(path: ByteString, file: any RandomSource) throws(SourceError) {
        guard file.size <= FileSet.sizeLimit, try FileSet.mayBeList(file) else { return nil }
        let text = try file.read(ByteRange(start: 0, length: file.size))
        guard let list = DigestList(side: text) else { return nil }
        let slash = UInt8(ascii: "/")
        let folder = path.bytes.lastIndex(of: slash).map { ByteString(path.bytes[...$0]) } ?? "."
        var missing: [ByteString] = []
        var there: [ByteString] = []
        for entry in list.entries {
            guard FileSet.staysInside(entry.name) else {
                throw SourceError(
                    .ambiguous,
                    "the list names \(entry.name.escaped), which is not below its own folder")
            }
            if Tree.exists(entry.name, below: folder) {
                there.append(entry.name)
            } else {
                missing.append(entry.name)
            }
        }
        self.file = file
        self.list = list
        self.missing = missing
        tree = try Tree(root: folder, files: there)
    }

    /// Whether the beginning is a line of a list, a field of a control file, or the head of a text
    /// signed in clear: most files are no lists and are not read for it.
    private static func mayBeList(_ file: any RandomSource) throws(SourceError) -> Bool {
        let start = try file.read(ByteRange(start: 0, length: min(file.size, 8192)))
        let line = start.prefix { $0 != 0x0a }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        let isField =
            name.count < line.count && name.count < 64
            && name.allSatisfy { (0x21...0x7e).contains($0) }
        return isField || ChecksumLine.parts(of: line) != nil
            || line.starts(with: "-----BEGIN PGP SIGNED MESSAGE-----".utf8)
    }

    /// Whether a name is a relative path that never goes up.
    private static func staysInside(_ name: ByteString) -> Bool {
        let parts = name.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return !name.bytes.contains(0) && name.bytes.first != UInt8(ascii: "/")
            && !parts.contains { $0.elementsEqual("..".utf8) || $0.isEmpty }
    }

    /// The bytes of the list and of all its files that are there.
    public var size: UInt64 { file.size + tree.size }
}
