import Bytes

/// What trees consisted of when they were locked, so that a path which differs can be named.
///
/// It need not be trusted: a tree is taken from it only if its digest is the one in the lock.
public struct Listing: Sendable {
    /// What its name has behind that of the lock.
    public static let suffix = ".files"
    /// The most bytes of a listing.
    private static let sizeLimit: UInt64 = 1 << 30

    private let folders: [MerkleDigest: MerkleFolder]

    /// What is found at the path beside a lock; nothing if there is no such file, or it is no
    /// listing.
    public init(path: ByteString) {
        guard let file = try? FileSource(path: path), file.size <= Listing.sizeLimit,
            let text = try? file.read(ByteRange(start: 0, length: file.size))
        else {
            self.init(text: [])
            return
        }
        self.init(text: text)
    }

    /// What a text lists; lines that are not understood are passed over, since digests decide.
    init(text: [UInt8]) {
        var found: [MerkleDigest: MerkleFolder] = [:]
        var nodes: [(path: ByteString, node: MerkleFolder.Node)] = []
        var digest: MerkleDigest?
        for line in text.split(separator: 0x0a) {
            guard let json = try? JSON(parsing: Array(line)) else { continue }
            if let next = MerkleDigest(json["directory"]) {
                if let digest { found[digest] = MerkleFolder(nodes) }
                (digest, nodes) = (next, [])
            } else if let path = json["path"]?.string, let node = MerkleFolder.Node(json) {
                nodes.append((path, node))
            }
        }
        if let digest { found[digest] = MerkleFolder(nodes) }
        folders = found
    }

    /// The folder with a digest; `nil` if it is not listed, or wrongly.
    func folder(of digest: MerkleDigest) -> MerkleFolder? {
        guard let folder = folders[digest], folder.digest == digest else { return nil }
        return folder
    }
}

extension MeasuredInputs {
    /// What is written beside the lock: for each tree a line that names it, then a line for each of
    /// its nodes, in the order of paths.
    public var listing: [UInt8] {
        var lines: [UInt8] = []
        for (item, entry) in zip(inputs, lock.inputs) where item.content == nil {
            let head = JSON.record([
                "input": .string(entry.name), "directory": entry.directory.json,
            ])
            lines += head.text(pretty: false) + [0x0a]
            item.folder.list("", &lines)
        }
        return lines
    }
}

extension MerkleFolder {
    /// Adds a line for each node.
    fileprivate func list(_ prefix: ByteString, _ lines: inout [UInt8]) {
        for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
            let path = ByteString(prefix.bytes + name.bytes)
            let line: JSON
            switch node {
            case .file(let digest, let isExecutable):
                line = .record([
                    "path": .string(path), "sha256": .text(digest.sha256.hex),
                    "size": .count(digest.size), "executable": isExecutable ? .bool(true) : nil,
                ])
            case .link(let target):
                line = .record(["path": .string(path), "link": .string(target)])
            case .folder: line = .record(["path": .string(path), "folder": .bool(true)])
            }
            lines += line.text(pretty: false) + [0x0a]
            if case .folder(let folder) = node {
                folder.list(ByteString(path.bytes + [UInt8(ascii: "/")]), &lines)
            }
        }
    }
}

extension MerkleFolder.Node {
    /// What a line says.
    fileprivate init?(_ line: JSON) {
        if let target = line["link"]?.string {
            self = .link(target)
        } else if line["folder"] != nil {
            self = .folder(MerkleFolder())
        } else if let digest = MerkleDigest(line) {
            self = .file(digest, isExecutable: line["executable"] != nil)
        } else {
            return nil
        }
    }
}
