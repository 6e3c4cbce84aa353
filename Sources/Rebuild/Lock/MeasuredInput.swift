import Bytes
import Glibc
import Hashing

/// How files are hashed.
public struct HashWork: Sendable {
    /// Files at once.
    public var jobs: Int
    /// What hashes many files; without it libcrypto does, file by file.
    public var kernel: SHA256Kernel?

    /// A way to hash.
    public init(jobs: Int, kernel: SHA256Kernel? = .best) {
        self.jobs = jobs
        self.kernel = kernel
    }
}

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
    ///   - work: how files are hashed.
    /// - Throws: ``RebuildError`` with code `input` for what is not there, cannot be read, changes
    ///   meanwhile, or cannot be an input.
    init(_ input: Recipe.Input, at path: ByteString, _ work: HashWork) throws(RebuildError) {
        do throws(SourceError) {
            if input.kind.isFile {
                try self.init(input, file: try FileSource(path: path), path)
                return
            }
            let tree = try MeasuredInput.tree(input, path, work.jobs)
            let contents = try FileDigests(tree, jobs: work.jobs, kernel: work.kernel).all()
            do throws(RebuildError) {
                let folder = try MerkleFolder(tree, contents: contents, title: input.title)
                self.init(input, folder, content: nil)
            } catch {
                throw SourceError(.unsupported, error.message)
            }
        } catch {
            // Where the error names the input already, it came from the form itself.
            let isNamed = error.code == .unsupported
            throw RebuildError(.input, (isNamed ? "" : "\(input.title): ") + error.message)
        }
    }

    private init(_ input: Recipe.Input, _ folder: MerkleFolder, content: Digest?) {
        self.input = input
        self.folder = folder
        self.content = content
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

    /// Hashes a single file, which stays open so that its very bytes can be used.
    init(
        _ input: Recipe.Input, file: FileSource, _ path: ByteString
    ) throws(SourceError) {
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
        let name = named.components.last ?? input.name
        var folder = MerkleFolder()
        folder.nodes[name] = .file(
            MerkleDigest(sha256: digest, size: file.size), isExecutable: isExecutable)
        self.init(input, folder, content: digest)
    }
}
