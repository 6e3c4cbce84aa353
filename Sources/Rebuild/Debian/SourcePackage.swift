import Bytes
import Hashing

/// A Debian source package: a `.dsc` and the files that it names, in one folder.
struct SourcePackage: Sendable {
    /// Its name and version.
    let name, version: ByteString
    /// The `.dsc` itself, as it was read.
    let description: ListedFile
    /// The files that it names.
    let files: [ListedFile]
    /// The signature and what it is over; `nil` if it is not signed.
    let signed: ClearSigned?
    /// The folder.
    let folder: ByteString

    /// The largest `.dsc` that is read, in bytes.
    private static let sizeLimit: UInt64 = 1 << 20

    /// Reads a `.dsc`.
    init(folder: ByteString, file: ByteString) throws(RebuildError) {
        let path = folder.appending(file)
        let document = try Files.read(path, atMost: SourcePackage.sizeLimit)
        signed = try ClearSigned(document, origin: path.escaped)
        let text = try ControlParagraph.only(in: signed?.text ?? document, origin: path.escaped)
        name = try text.required("Source")
        version = try text.required("Version")
        files = try text.listedFiles()
        description = ListedFile(
            name: file, size: UInt64(document.count), sha256: SHA256.digest(of: document))
        self.folder = folder
    }

    /// The one source of that name and version in a folder.
    ///
    /// - Throws: ``RebuildError`` with code `input` if there is none, or two that differ.
    static func find(
        _ name: ByteString, _ version: ByteString, in folder: ByteString
    ) throws(RebuildError) -> SourcePackage {
        var found: SourcePackage?
        for file in try Files.names(in: folder) where file.hasSuffix(".dsc") {
            let source = try SourcePackage(folder: folder, file: file)
            guard source.name == name, source.version == version else { continue }
            if let found, found.description.sha256 != source.description.sha256 {
                throw RebuildError(
                    .input,
                    "\(found.description.name.escaped) and \(file.escaped) in \(folder.escaped) both "
                        + "describe \(name.escaped) \(version.escaped), and differ; remove one")
            }
            found = found ?? source
        }
        guard let found else {
            throw RebuildError(
                .input,
                "the source \(name.escaped)=\(version.escaped) is not in \(folder.escaped); "
                    + "fetch it with 'tally pool fetch'")
        }
        return found
    }

    /// Copies the `.dsc` and its files into `target`; each has to be what was declared, and every
    /// one that is not is named.
    func copy(to target: ByteString) throws(RebuildError) {
        var wrong: [String] = []
        for file in [description] + files {
            let path = folder.appending(file.name)
            guard let source = try? FileSource(path: path, followsLinks: true) else {
                wrong.append("\(file.name.escaped) (missing)")
                continue
            }
            let digest = try Files.copy(source, path, to: target.appending(file.name))
            if digest != file.sha256 || source.size != file.size {
                wrong.append("\(file.name.escaped) (other bytes)")
            }
        }
        guard wrong.isEmpty else {
            throw RebuildError(
                .input,
                "of the source \(name.escaped)=\(version.escaped) in \(folder.escaped), not what its "
                    + ".dsc says: \(wrong.joined(separator: ", "))")
        }
    }
}
