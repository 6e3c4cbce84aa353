import Attestation
import Bytes
import Comparison
import Findings
import Glibc
import Hashing

/// What the user names on the command line, opened.
enum Input {
    /// Standard input as a source.
    private final class StandardInput: BufferedSource {
        /// Up to ``blockSize`` bytes, fewer from a pipe. Traps never; a closed descriptor is an
        /// error of code `io`.
        override func produce() throws(SourceError) -> Chunk? {
            guard Descriptors.isOpen(0) else {
                throw SourceError(.io, "standard input is closed")
            }
            var failure: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: blockSize) { buffer, filled in
                while true {
                    let count = unsafe read(0, buffer.baseAddress, blockSize)
                    if count < 0, errno == EINTR { continue }
                    if count < 0 { failure = errno }
                    filled = max(0, count)
                    return
                }
            }
            guard failure == 0 else {
                throw SourceError(.io, "cannot read standard input: \(errorText(failure))")
            }
            return bytes.isEmpty ? nil : bytes[...]
        }
    }

    /// A file or a tree; `-` is standard input, kept in `spool`.
    static func artifact(
        _ path: Path, exclude: [Path], keepsAccessTimes: Bool, jobs: Int = 1, spool: Spool
    ) throws -> Artifact {
        let name = path.name
        if path.isStandardInput {
            return Artifact(path: name, body: .file(try spool.keep(StandardInput())))
        }
        if isFolder(path) {
            let tree = try Tree(
                root: name, exclude: exclude.map(\.name),
                keepsAccessTimes: keepsAccessTimes, jobs: jobs)
            return Artifact(path: name, body: .tree(tree))
        }
        let file = try FileSource(path: name, keepsAccessTime: keepsAccessTimes)
        return Artifact(path: name, body: .file(file))
    }

    /// Two files that are lists of files stand for the files that they name.
    static func sets(
        _ left: Artifact, _ right: Artifact
    ) throws -> (left: Artifact, right: Artifact) {
        guard let a = try set(left), let b = try set(right) else { return (left, right) }
        return (a, b)
    }

    /// A side that is a statement stands for what the statement speaks of, if the other is none:
    /// two statements are two files.
    static func statements(
        _ left: Artifact, _ right: Artifact
    ) throws -> (left: Artifact, right: Artifact) {
        switch (try statement(left), try statement(right)) {
        case (let stated?, nil): (stated, right)
        case (nil, let stated?): (left, stated)
        default: (left, right)
        }
    }

    /// The statement that an artifact is; `nil` for any other.
    private static func statement(_ artifact: Artifact) throws -> Artifact? {
        guard case .file(let file) = artifact.body, file.size <= UInt64(StatementFile.sizeLimit)
        else { return nil }
        let start = try file.read(ByteRange(start: 0, length: min(file.size, 64)))
        guard StatementFile.mayBegin(start) else { return nil }
        let text = try file.read(ByteRange(start: 0, length: file.size))
        guard StatementFile.recognizes(text) else { return nil }
        return Artifact(path: artifact.path, body: .stated(StatedDigests(text, in: artifact.path)))
    }

    /// The set that an artifact is; `nil` for any other. What came on standard input has no folder.
    private static func set(_ artifact: Artifact) throws -> Artifact? {
        guard case .file(let file) = artifact.body, artifact.path != "-",
            let set = try FileSet(path: artifact.path, file: file)
        else { return nil }
        return Artifact(path: artifact.path, body: .set(set))
    }

    /// Whether a path is a folder, or a link to one.
    static func isFolder(_ path: Path) -> Bool {
        var status = stat()
        return unsafe stat(path.terminated, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether two paths lead to one file.
    static func isSameFile(_ left: Path, _ right: Path) -> Bool {
        var a = stat()
        var b = stat()
        return unsafe stat(left.terminated, &a) == 0 && stat(right.terminated, &b) == 0
            && a.st_dev == b.st_dev
            && a.st_ino == b.st_ino
    }

    /// All bytes of a small file.
    static func bytes(_ path: Path, limit: UInt64 = 64 << 20) throws -> [UInt8] {
        let file = try FileSource(path: path.name)
        guard file.size <= limit else {
            throw Trouble("\(path.shown) has more than \(limit) bytes")
        }
        return try file.read(ByteRange(start: 0, length: file.size))
    }

    /// Standard input as a source to be read once.
    static func standardInput() -> any Source { StandardInput() }
}

extension StatedDigests {
    /// What the statements in a text give. What cannot be read of them, or says a *no*, gives
    /// nothing, and says why.
    init(_ text: [UInt8], in path: ByteString) {
        let file = NamedDigest(name: path, digest: SHA256.digest(of: text))
        do throws(AttestationError) {
            let statements = try StatementFile(parsing: text)
            let types = Set(statements.statements.map(\.predicateType)).sorted().map(\.escaped)
            let words =
                "a statement of the type \(types.prefix(3).joined(separator: " and "))"
                + (statements.isKeyless ? ", signed by a certificate" : "")
            guard !statements.statements.contains(where: \.isNegative) else {
                let error = SourceError(
                    .unsupported,
                    "the statement says no of its subject, so it is no build to agree with; 'tally "
                        + "verify' reads it")
                self.init(file: file, words: words, content: .unusable(error))
                return
            }
            let entries = statements.statements.flatMap(\.subjects).map {
                Entry(name: $0.name, sha256: $0.sha256, sha512: $0.sha512)
            }
            self.init(file: file, words: words, content: .entries(entries))
        } catch {
            let code: SourceError.Code =
                switch error.code {
                case .malformed: .malformed
                case .limit: .limit
                case .unsupported, .inconsistent, .unfit: .unsupported
                }
            self.init(
                file: file, words: "a statement",
                content: .unusable(SourceError(code, error.message)))
        }
    }
}
