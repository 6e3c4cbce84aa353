import Bytes
import Codecs
import Hashing

/// An index of an archive's binary packages (`Packages`), plain or compressed.
struct PackagesIndex {
    /// A package in it.
    struct Entry: Hashable {
        let package: PackageReference
        let file: ListedFile
    }

    /// Those packages that were asked for.
    private(set) var entries: [Entry] = []
    /// Whether it begins as an index does.
    private(set) var looksLikeIndex = false
    /// The digests of the file and of what it decodes to.
    private let digests: Set<Digest>

    /// Whether a signed list has it, as it is or decoded.
    func isListed(in release: Release) -> Bool { !digests.isDisjoint(with: release.indexes) }

    /// Reads a file once for its digest and once for its packages.
    ///
    /// - Parameter names: the packages that are asked for.
    init(path: ByteString, names: Set<ByteString>) throws(RebuildError) {
        do throws(SourceError) {
            let file = try FileSource(path: path)
            let raw = try SHA256.digest(of: RangeSource(file))
            var scan = Scan(names)
            var hash = SHA256()
            let content = try PackagesIndex.content(of: file)
            while let chunk = try content.next() {
                hash.update(chunk)
                try scan.take(chunk)
            }
            try scan.finish()
            try file.checkUnchanged()
            entries = scan.entries
            looksLikeIndex = scan.looksLikeIndex
            digests = [raw, hash.finish()]
        } catch {
            throw RebuildError(
                error.code == .io ? .io : .input, "\(path.escaped): \(error.message)")
        }
    }

    /// The file's bytes, decoded if it is compressed.
    private static func content(of file: FileSource) throws(SourceError) -> any Source {
        let start = try file.read(ByteRange(start: 0, length: min(4, file.size)))
        let reader = ByteReader(RangeSource(file))
        if start == [0xfd, 0x37, 0x7a, 0x58] { return Unxz(reader) }
        if start == [0x28, 0xb5, 0x2f, 0xfd] { return Unzstd(reader) }
        if start == [0x04, 0x22, 0x4d, 0x18] { return Unlz4(reader) }
        if start.starts(with: [0x42, 0x5a, 0x68]) { return Unbzip2(reader) }
        if start.starts(with: [0x1f, 0x8b]) {
            throw SourceError(
                .unsupported, "an index as .gz is not read; give the .xz or the plain one")
        }
        return reader
    }

    /// Goes through the lines and keeps what counts of the packages that are asked for.
    private struct Scan {
        private let names: Set<ByteString>
        private(set) var entries: [Entry] = []
        private(set) var looksLikeIndex = false
        /// The beginning of a line whose end has not come yet.
        private var held: [UInt8] = []
        /// The fields of the present paragraph that count.
        private var fields: [ByteString: ByteString] = [:]
        private var isFirst = true

        private static let kept: Set<ByteString> = [
            "Package", "Version", "Architecture", "Filename", "Size", "SHA256",
        ]
        /// The longest line, in bytes.
        private static let lineLimit = 1 << 20

        init(_ names: Set<ByteString>) { self.names = names }

        mutating func take(_ chunk: Chunk) throws(SourceError) {
            var rest = chunk
            while let end = rest.firstIndex(of: 0x0a) {
                if held.isEmpty {
                    try line(rest[..<end])
                } else {
                    held += rest[..<end]
                    try line(held[...])
                    held = []
                }
                rest = rest[(end + 1)...]
            }
            held += rest
            guard held.count <= Scan.lineLimit else {
                throw SourceError(.limit, "a line has more than \(Scan.lineLimit) bytes")
            }
        }

        mutating func finish() throws(SourceError) {
            if !held.isEmpty { try line(held[...]) }
            try paragraph()
        }

        private mutating func line(_ line: ArraySlice<UInt8>) throws(SourceError) {
            if isFirst {
                looksLikeIndex = line.starts(with: "Package: ".utf8)
                isFirst = false
            }
            guard let first = line.first else { return try paragraph() }
            // Fields that count have one line, and begin with one of these letters.
            guard "PVAFS".utf8.contains(first), let colon = line.firstIndex(of: UInt8(ascii: ":"))
            else { return }
            let name = ByteString(line[..<colon])
            guard Scan.kept.contains(name) else { return }
            let value = ByteString(line[(colon + 1)...]).trimmed
            guard fields.updateValue(value, forKey: name) == nil else {
                throw SourceError(.ambiguous, "a package has the field \(name.escaped) twice")
            }
        }

        private mutating func paragraph() throws(SourceError) {
            defer { fields.removeAll(keepingCapacity: true) }
            guard let name = fields["Package"], names.contains(name) else { return }
            guard let version = fields["Version"], let architecture = fields["Architecture"],
                let path = fields["Filename"],
                let file = path.split(at: "/").last, file.isFileName,
                let size = UInt64(String(decoding: fields["Size"]?.bytes ?? [], as: UTF8.self)),
                let digest = fields["SHA256"].flatMap({ Digest(hex: $0.bytes) })
            else {
                throw SourceError(
                    .malformed, "what it says of the package \(name.escaped) is not complete")
            }
            entries.append(
                Entry(
                    package: PackageReference(
                        name: name, version: version, architecture: architecture),
                    file: ListedFile(name: file, size: size, sha256: digest)))
        }
    }
}
