import Anatomy
import Bytes
import Hashing

/// Which members of a cpio are one file: regular files that count over one link and have the same
/// device and inode number.
///
/// Of such a group the last member has the content (newc) or each has (odc). Readers take the size
/// of the others differently, so what is not written that way is refused.
struct CpioLinks {
    /// What a file is known by.
    struct Key: Hashable {
        /// Device and inode number; in newc the device's two halves together.
        let device, inode: UInt64

        init(_ header: CpioHeader) {
            device = header[.devmajor] << 32 | header[.devminor] | header[.dev]
            inode = header[.ino]
        }
    }

    /// The members of one file so far.
    private struct Group {
        /// The name of the first.
        let first: ByteString
        /// Its header, by which the others are measured.
        let header: CpioHeader
        /// How many there are.
        var count: UInt64 = 1
        /// Whether one with content was there.
        var hasContent = false
        /// SHA-256 of the content, where each member has it.
        var digest: Digest?
    }

    private var groups: [Key: Group] = [:]
    /// The devices of linked regular files by inode: some readers go by the inode alone.
    private var devices: [UInt64: UInt64] = [:]

    /// Takes the next member that counts over one link, and returns the name of the first member of
    /// the same file; `nil` for what is no regular file.
    ///
    /// - Throws: ``SourceError`` with code `ambiguous` if readers disagree what the group is.
    mutating func admit(_ entry: CpioEntry) throws(SourceError) -> ByteString? {
        let key = Key(entry.header)
        if entry.kind == .file {
            let device = devices[key.inode, default: key.device]
            guard device == key.device else {
                throw SourceError(
                    .ambiguous, at: entry.run.range.start,
                    "\(entry.path.escaped) has the inode of a file on another device; some readers "
                        + "take them for one file")
            }
            devices[key.inode] = device
        }
        guard var group = groups[key] else {
            var group = Group(first: entry.path, header: entry.header)
            group.hasContent = entry.size > 0
            groups[key] = group
            return entry.kind == .file ? entry.path : nil
        }
        group.count += 1
        let isSame = [CpioHeader.Key.mode, .uid, .gid, .nlink].allSatisfy { key in
            entry.header[key] == group.header[key]
        }
        let isOdc = entry.header.dialect == .odc
        let isSized = isOdc ? entry.size == group.header[.filesize] : !group.hasContent
        guard entry.kind == .file, isSame, isSized, group.count <= entry.header[.nlink] else {
            throw SourceError(
                .ambiguous, at: entry.run.range.start,
                "\(entry.path.escaped) has the inode of \(group.first.escaped), and readers "
                    + "disagree what the two share")
        }
        group.hasContent = group.hasContent || entry.size > 0
        groups[key] = group
        return group.first
    }

    /// Takes the content of a member of a group, where each has one.
    ///
    /// - Throws: ``SourceError`` with code `ambiguous` if another member's is another.
    mutating func note(_ digest: Digest, of entry: CpioEntry) throws(SourceError) {
        let key = Key(entry.header)
        guard digest == groups[key]?.digest ?? digest else {
            throw SourceError(
                .ambiguous, at: entry.run.range.start,
                "\(entry.path.escaped) is a second name of a file, with another content")
        }
        groups[key]?.digest = digest
    }
}
