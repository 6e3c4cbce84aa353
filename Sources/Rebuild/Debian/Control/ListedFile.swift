import Bytes

/// A file that a control file names with its size and SHA-256.
public struct ListedFile: Hashable, Sendable {
    /// Its name: one component of a path.
    public let name: ByteString
    /// Its size in bytes.
    public let size: UInt64
    /// The SHA-256 of its bytes.
    public let sha256: Digest
}

extension ControlParagraph {
    /// The files of `Checksums-Sha256`. Other fields that list files must list the same ones with
    /// the same sizes; their digests say nothing beside SHA-256.
    ///
    /// - Throws: ``RebuildError`` with code `declaration`.
    func listedFiles() throws(RebuildError) -> [ListedFile] {
        guard let field = field("Checksums-Sha256") else {
            throw RebuildError(.declaration, "\(origin) has no field Checksums-Sha256")
        }
        var files: [ListedFile] = []
        for (name, size, digest, line) in try entries(field) {
            guard let sha256 = Digest(hex: digest.bytes) else {
                throw error(line, "a SHA-256 has 64 lowercase hexadecimal digits")
            }
            files.append(ListedFile(name: name, size: size, sha256: sha256))
        }
        guard !files.isEmpty, Set(files.map(\.name)).count == files.count else {
            throw error(field.line, "a file is listed twice, or none is")
        }
        let sizes = Dictionary(files.map { ($0.name, $0.size) }) { first, _ in first }
        for other in ["Checksums-Sha1", "Checksums-Md5", "Files"].compactMap({ self.field($0) }) {
            let others = try entries(other)
            guard others.count == files.count, others.allSatisfy({ sizes[$0.name] == $0.size })
            else {
                throw error(
                    other.line, "\(other.name.escaped) lists other files than Checksums-Sha256")
            }
        }
        return files
    }

    /// What the lines of a field list: a digest, a size and a name each.
    private func entries(
        _ field: Field
    ) throws(RebuildError) -> [(name: ByteString, size: UInt64, digest: ByteString, line: Int)] {
        var entries: [(name: ByteString, size: UInt64, digest: ByteString, line: Int)] = []
        for (index, line) in field.lines.enumerated() where index > 0 || !line.isEmpty {
            let number = field.line + index
            let words = line.bytes.split(separator: 0x20).map { ByteString($0) }
            guard words.count == 3,
                let size = UInt64(String(decoding: words[1].bytes, as: UTF8.self))
            else { throw error(number, "a digest, a size and a file name are expected") }
            guard words[2].isFileName else {
                throw error(number, "\(words[2].escaped) is not the name of a file in this folder")
            }
            entries.append((words[2], size, words[0], number))
        }
        return entries
    }
}

extension ByteString {
    /// Whether it names something in a folder, and nothing hidden or elsewhere.
    var isFileName: Bool {
        !isEmpty && count < 256 && bytes[0] != UInt8(ascii: ".")
            && bytes[0] != UInt8(ascii: "-")
            && !bytes.contains { $0 == UInt8(ascii: "/") || $0 < 0x21 || $0 == 0x7f }
    }
}
