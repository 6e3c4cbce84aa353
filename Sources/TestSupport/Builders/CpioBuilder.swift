import Bytes

/// A cpio in ASCII, every field settable.
public struct CpioBuilder: Sendable {
    /// The variants, by their magic.
    public enum Dialect: String, Sendable, CaseIterable {
        case newc = "070701"
        case crc = "070702"
        case odc = "070707"
    }

    /// One member.
    public struct Entry: Sendable {
        /// The name, without its NUL.
        public var name: ByteString
        /// What stands behind the name; one NUL, if all is well.
        public var nameEnd: [UInt8] = [0]
        /// Type and permissions.
        public var mode: UInt64 = 0o100644
        /// The owner.
        public var user: UInt64 = 0, group: UInt64 = 0
        /// The number of links.
        public var links: UInt64 = 1
        /// The time, in seconds.
        public var mtime: UInt64 = 0
        /// The inode number.
        public var inode: UInt64 = 0
        /// The device it is on; its minor number in newc.
        public var device: UInt64 = 0
        /// The device that it is; its minor number in newc.
        public var special: UInt64 = 0
        /// The size; `nil` for that of the content.
        public var size: UInt64?
        /// The checksum; `nil` for the right one.
        public var check: UInt64?
        /// What fills up name and content.
        public var filler: UInt8 = 0
        /// The content, or the target of a symbolic link.
        public var content: [UInt8]

        /// A member.
        public init(_ name: ByteString, _ content: [UInt8] = []) {
            self.name = name
            self.content = content
        }
    }

    /// The variant.
    public var dialect: Dialect
    /// The members, without the trailer.
    public var entries: [Entry]
    /// The trailer; `nil` leaves it out.
    public var trailer: Entry? = Entry("TRAILER!!!")
    /// The multiple that the archive is filled up to, in bytes.
    public var blocking = 512
    /// Whether hexadecimal digits are in lower case.
    public var isLowercase = false

    /// An archive of `entries`.
    public init(_ dialect: Dialect, _ entries: [Entry]) {
        self.dialect = dialect
        self.entries = entries
    }

    /// The bytes.
    public func build() -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries { add(entry, &bytes) }
        if var trailer {
            trailer.mode = 0
            add(trailer, &bytes)
        }
        let rest = (blocking - bytes.count % blocking) % blocking
        return bytes + [UInt8](repeating: 0, count: rest)
    }

    private func add(_ entry: Entry, _ bytes: inout [UInt8]) {
        let name = entry.name.bytes + entry.nameEnd
        let size = entry.size ?? UInt64(entry.content.count)
        let isFile = entry.mode & 0o170000 == 0o100000
        let sum = isFile ? entry.content.reduce(0) { $0 + UInt64($1) } : 0
        let length = UInt64(name.count)
        bytes += Array(dialect.rawValue.utf8)
        if dialect == .odc {
            let numbers = [
                entry.device, entry.inode, entry.mode, entry.user, entry.group, entry.links,
                entry.special, entry.mtime, length, size,
            ]
            for (index, number) in numbers.enumerated() {
                bytes += digits(number, 8, [7, 9].contains(index) ? 11 : 6)
            }
        } else {
            let check = entry.check ?? (dialect == .crc ? sum : 0)
            for number in [
                entry.inode, entry.mode, entry.user, entry.group, entry.links, entry.mtime, size,
                0, entry.device, 0, entry.special, length, check,
            ] {
                bytes += digits(number, 16, 8)
            }
        }
        bytes += name
        fill(entry, &bytes)
        bytes += entry.content
        fill(entry, &bytes)
    }

    private func fill(_ entry: Entry, _ bytes: inout [UInt8]) {
        guard dialect != .odc else { return }
        while !bytes.count.isMultiple(of: 4) { bytes.append(entry.filler) }
    }

    private func digits(_ number: UInt64, _ radix: Int, _ width: Int) -> [UInt8] {
        let text = Array(String(number, radix: radix, uppercase: !isLowercase).utf8)
        return [UInt8](repeating: 0x30, count: max(0, width - text.count)) + text
    }
}

extension CpioBuilder {
    /// Two builds that differ only in what the default profile tolerates, with hard links as the
    /// dialect has them.
    static func pair(_ dialect: Dialect, _ random: inout SeededGenerator) -> ArtifactKind.Pair {
        var folder = Entry("d")
        folder.mode = 0o040755
        folder.links = 2
        var link = Entry("d/link", Array("one".utf8))
        link.mode = 0o120777
        let shared = random.text(100 + random.below(50))
        var twins = [
            Entry("x", dialect == .odc ? shared : []), Entry("y", shared),
        ]
        for index in twins.indices { twins[index].links = 2 }
        let files = ["d/one", "d/two"].map { Entry(ByteString($0), random.text(random.below(300))) }
        var first = CpioBuilder(dialect, [folder, link] + files + twins)
        first.isLowercase = true
        for index in first.entries.indices {
            first.entries[index].inode = UInt64(0xa00 + min(index, 4))
        }
        var second = first
        second.isLowercase = false
        second.entries[0].links = 7
        for index in second.entries.indices {
            second.entries[index].inode = UInt64(0x1a0 + min(index, 4) * 3)
            second.entries[index].device = 0xfe
            second.entries[index].mtime = UInt64(1 + random.below(1 << 30))
            if dialect == .odc, index < 4 { second.entries[index].user = 1000 }
        }
        second.entries.swapAt(1, 3)
        second.blocking = 4096
        var rules: Set = ["cpio.inode", "cpio.mtime", "cpio.order", "cpio.blocking"]
        rules.insert(dialect == .odc ? "cpio.owner" : "cpio.encoding")
        return ArtifactKind.Pair(first: first.build(), second: second.build(), rules: rules)
    }
}
