import Bytes
import Glibc
import Hashing

/// The side that a rebuild is compared with: the artifacts as they were shipped, or as their
/// digests were declared.
struct OfficialFiles {
    /// An output that has to come out, with its digest if that was declared.
    struct Expected {
        let name: ByteString
        var sha256: Digest?
    }

    /// What has to come out.
    let expected: [Expected]
    /// A folder with what was shipped; `nil` if there is none.
    let shipped: ByteString?

    /// Fills an empty folder with one file for each output that is known: a copy of what was
    /// shipped, or, where nothing was, of what was rebuilt, if it has the very digest that was
    /// declared.
    ///
    /// - Returns: what a reader has to know, one sentence each.
    func gather(rebuilt: ByteString, into folder: ByteString) throws(RebuildError) -> [String] {
        var notes: [String] = []
        if let shipped {
            let names = try Folder(path: shipped)
            guard expected.contains(where: { names.status($0.name) != nil || $0.sha256 != nil })
            else {
                throw RebuildError(
                    .io,
                    "\(shipped.escaped) has none of the outputs; give the folder that has them "
                        + "with --against")
            }
        }
        for file in expected {
            let path = folder.appending(file.name)
            if let shipped, try copy(file.name, from: shipped, to: folder) {
                if let declared = file.sha256, try OfficialFiles.digest(path) != declared {
                    notes.append(
                        "\(file.name.escaped) was shipped with other bytes than were declared for it"
                    )
                }
            } else if let declared = file.sha256,
                try OfficialFiles.digest(rebuilt.appending(file.name)) == declared
            {
                _ = try copy(file.name, from: rebuilt, to: folder)
                notes.append(
                    "\(file.name.escaped) was compared with its declared SHA-256; the file itself is "
                        + "not at hand")
            } else {
                let built = try OfficialFiles.digest(rebuilt.appending(file.name))?.hex
                notes.append(
                    "\(file.name.escaped) has no shipped file at hand, and the SHA-256 \(built ?? "none") "
                        + (file.sha256.map { "where \($0.hex) was declared" } ?? "")
                        + "; give the folder that has it with --against")
            }
        }
        return notes
    }

    /// Copies a file, if it is there.
    private func copy(
        _ name: ByteString, from source: ByteString, to target: ByteString
    ) throws(RebuildError) -> Bool {
        let folder = try Folder(path: source)
        guard folder.status(name) != nil else { return false }
        var copy = TreeCopy()
        try copy.copy(name, in: folder, to: try Folder(path: target), as: name)
        return true
    }

    /// The digest of a file; `nil` if there is none.
    private static func digest(_ path: ByteString) throws(RebuildError) -> Digest? {
        guard unsafe access(path.terminated, F_OK) == 0 else { return nil }
        do {
            return try SHA256.digest(of: try FileSource(path: path))
        } catch {
            throw RebuildError(.io, error.message)
        }
    }
}
