import Bytes
import Glibc
import Hashing

/// An input as it was found: all its bytes hashed.
struct MeasuredInput: Hashable, Sendable {
    /// What it is for.
    let input: Recipe.Input
    /// What it consists of; a single file is alone in a folder, under the last name of its place.
    let folder: MerkleFolder
    /// The SHA-256 of a single file.
    let content: Digest?

    /// Hashes an input, on all lanes and cores.
    ///
    /// - Parameters:
    ///   - path: where it is on this machine: its own path, or that of a copy of it.
    ///   - jobs: files that are hashed at once.
    /// - Throws: ``RebuildError`` with code `input` for what is not there, cannot be read, changes
    ///   meanwhile, or cannot be an input.
    init(_ input: Recipe.Input, at path: ByteString, jobs: Int) throws(RebuildError) {
        self.input = input
        do throws(SourceError) {
            if input.kind.isFile {
                (folder, content) = try MeasuredInput.file(input, path)
                return
            }
            let tree = try MeasuredInput.tree(input, path, jobs)
            let contents = try FileDigests(tree, jobs: jobs).all()
            content = nil
            do throws(RebuildError) {
                folder = try MerkleFolder(tree, contents: contents, title: input.title)
            } catch {
                throw SourceError(.unsupported, error.message)
            }
        } catch {
            // Where the error names the input already, it came from the form itself.
            let isNamed = error.code == .unsupported
            throw RebuildError(.input, (isNamed ? "" : "\(input.title): ") + error.message)
        }
    }

    /// The tree that an input is, without what is excluded.
    static func tree(
        _ input: Recipe.Input, _ path: ByteString, _ jobs: Int
    ) throws(SourceError) -> Tree {
        let tree = try Tree(root: path, exclude: input.excluded, jobs: jobs)
        guard tree.nodes.first?.kind == .directory else {
            throw SourceError(.io, "\(path.escaped) is no folder")
        }
        return tree
    }

    private static func file(
        _ input: Recipe.Input, _ path: ByteString
    ) throws(SourceError) -> (MerkleFolder, Digest) {
        let file = try FileSource(path: path)
        let digest = try SHA256.digest(of: file)
        var isExecutable = false
        if input.kind == .file {
            var status = stat()
            guard unsafe stat(path.terminated, &status) == 0 else {
                throw SourceError(.io, "cannot look at \(path.escaped): \(errorText(errno))")
            }
            isExecutable = status.st_mode & 0o111 != 0
        }
        let named = input.kind == .file ? input.place : input.path
        let name = named.bytes.split(separator: UInt8(ascii: "/")).last.map { ByteString($0) }
        var folder = MerkleFolder()
        folder.nodes[name ?? input.name] = .file(
            MerkleDigest(sha256: digest, size: file.size), isExecutable: isExecutable)
        return (folder, digest)
    }
}
