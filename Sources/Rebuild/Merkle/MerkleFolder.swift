import Bytes
import Hashing

/// What is in a folder, in the form of the Remote Execution API: names of files with their digests,
/// of folders, and of symbolic links. Modes but for the right to execute, owners and times are not
/// in it.
///
/// Folders are at most as deep as a path of the system can be, which bounds all recursion here.
public struct MerkleFolder: Hashable, Sendable {
    /// What a name stands for.
    public indirect enum Node: Hashable, Sendable {
        /// A file.
        case file(MerkleDigest, isExecutable: Bool)
        /// A symbolic link to a target.
        case link(ByteString)
        /// A folder.
        case folder(MerkleFolder)
    }

    /// All nodes by their names, each a single component in UTF-8.
    public var nodes: [ByteString: Node] = [:]

    /// An empty folder.
    public init() {}

    /// The message `Directory` of `build.bazel.remote.execution.v2` in its canonical form: each
    /// list sorted by name.
    public var message: [UInt8] {
        var files: [[UInt8]] = []
        var folders: [[UInt8]] = []
        var links: [[UInt8]] = []
        for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
            var entry = ProtocolBuffer()
            entry.add(1, name.bytes)
            switch node {
            case .file(let digest, let isExecutable):
                entry.add(2, digest.message)
                entry.add(4, isExecutable ? 1 : 0)
                files.append(entry.bytes)
            case .folder(let folder):
                entry.add(2, folder.digest.message)
                folders.append(entry.bytes)
            case .link(let target):
                entry.add(2, target.bytes)
                links.append(entry.bytes)
            }
        }
        var message = ProtocolBuffer()
        for (field, entries) in [(1, files), (2, folders), (3, links)] {
            for entry in entries { message.add(UInt64(field), entry) }
        }
        return message.bytes
    }

    /// The digest of the message, and so of all below.
    public var digest: MerkleDigest {
        let message = message
        return MerkleDigest(sha256: SHA256.digest(of: message), size: UInt64(message.count))
    }
}

extension MerkleDigest {
    /// The message `Digest`.
    fileprivate var message: [UInt8] {
        var message = ProtocolBuffer()
        message.add(1, Array(sha256.hex.utf8))
        message.add(2, size)
        return message.bytes
    }
}
