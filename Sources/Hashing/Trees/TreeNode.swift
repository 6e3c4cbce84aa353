import Bytes
import Glibc

/// One thing in a directory tree.
public struct TreeNode: Hashable, Sendable {
    /// What it is.
    public enum Kind: String, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case directory
        /// A symbolic link.
        case symlink
        /// A character device.
        case characterDevice
        /// A block device.
        case blockDevice
        /// A named pipe.
        case pipe
        /// A socket.
        case socket
    }

    /// The path below the tree's root; the root itself is the empty path.
    public let path: ByteString
    /// What it is.
    public let kind: Kind
    /// The permission bits with setuid, setgid and sticky.
    public let mode: UInt32
    /// The size of a file in bytes.
    public let size: UInt64
    /// The target of a symbolic link.
    public let link: ByteString?
    /// The device number of a device.
    public let device: UInt64?
    /// The user and group by number.
    public let user, group: UInt32
    /// The modification time in nanoseconds since 1970.
    public let modified: Int64
    /// Bytes that are allocated on disk, in blocks of 512.
    public let blocks: UInt64
    /// What tells hard links to the same file: device and inode, where there is more than one link.
    public let identity: [UInt64]?
    /// Extended attributes by name.
    public let attributes: [ByteString: [UInt8]]

    /// What a view of a tree counts of a node, besides its path and content, in a fixed order.
    public func counted(in view: TreeView) -> [(name: String, value: [UInt8])] {
        var values: [(String, [UInt8])] = [("type", Array(kind.rawValue.utf8))]
        func add(_ name: String, _ value: String) { values.append((name, Array(value.utf8))) }
        if kind == .file {
            add("executable", mode & 0o111 != 0 ? "yes" : "no")
        }
        if kind != .symlink {
            add("special", "0" + String(mode & 0o7000, radix: 8))
        }
        if let link { values.append(("link", link.bytes)) }
        if let device { add("device", String(device)) }
        if view == .full {
            add("mode", "0" + String(mode, radix: 8))
            add("user", String(user))
            add("group", String(group))
            add("modified", String(modified))
        }
        for (name, value) in attributes.sorted(by: { $0.key < $1.key })
        where view == .full || TreeView.isCounted(attribute: name) {
            values.append(("attribute " + name.escaped, value))
        }
        return values
    }

    /// Whether nothing that the view counts differs, hard links aside; `false` says that something
    /// may.
    public func agrees(with other: TreeNode, in view: TreeView) -> Bool {
        guard kind == other.kind, mode == other.mode, link == other.link, device == other.device,
            attributes == other.attributes
        else { return false }
        return view == .portable
            || (user, group, modified, blocks)
                == (other.user, other.group, other.modified, other.blocks)
    }
}

extension TreeNode {
    /// A file of which only path and content count.
    init(file path: ByteString, size: UInt64) {
        self.init(
            path: path, kind: .file, mode: 0o644, size: size, link: nil, device: nil, user: 0,
            group: 0, modified: 0, blocks: 0, identity: nil, attributes: [:])
    }
}

/// Which facts about a tree count.
public enum TreeView: String, Sendable, CaseIterable {
    /// What is the same wherever the tree is unpacked: paths, types, content, link targets, whether
    /// a file may be executed, setuid, setgid, sticky, device numbers, capabilities and ACLs.
    case portable
    /// All of that, and times, owners, all mode bits, hard links, holes, every attribute.
    case full

    /// Whether the portable view counts an extended attribute.
    static func isCounted(attribute name: ByteString) -> Bool {
        name == "security.capability" || name.hasPrefix("system.posix_acl_")
    }
}
