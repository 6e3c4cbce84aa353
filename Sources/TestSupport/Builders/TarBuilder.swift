import Bytes

/// A tar, written block by block with every field settable, true or false.
public struct TarBuilder: Sendable {
    /// Which variant of the format a header is written in.
    public enum Dialect: String, Sendable, CaseIterable {
        /// Unix version 7: no magic.
        case old
        /// POSIX.1-1988.
        case ustar
        /// ustar with extended headers.
        case pax
        /// GNU's.
        case gnu
    }

    /// One member.
    public struct Entry: Sendable {
        /// The name in the header; over 100 bytes, GNU's long name or a pax record carries it.
        public var name: ByteString
        /// The variant.
        public var dialect = Dialect.ustar
        /// The permissions.
        public var mode: Int = 0o644
        /// The owner's numbers.
        public var user = 0, group = 0
        /// The modification time.
        public var mtime = 0
        /// The typeflag.
        public var type: Unicode.Scalar = "0"
        /// The target of a link.
        public var link: ByteString = ""
        /// The owner's names.
        public var userName = "root", groupName = "root"
        /// The number of a device.
        public var major = 0, minor = 0
        /// The content.
        public var content: [UInt8] = []
        /// Records of a pax header before the member's own.
        public var records: [(key: String, value: [UInt8])] = []
        /// The time in the header of an extended header.
        public var extensionTime = 0
        /// Bytes put over the header before its checksum is made, by offset.
        public var patches: [Int: [UInt8]] = [:]
        /// Another size than the content's.
        public var size: Int?
        /// A difference between the checksum and the true one.
        public var checksumError = 0
        /// What fills the last block.
        public var padding: UInt8 = 0

        /// A plain file.
        public init(_ name: ByteString, _ content: [UInt8] = []) {
            self.name = name
            self.content = content
        }
    }

    /// The members.
    public var entries: [Entry]
    /// Blocks of zeros at the end.
    public var endBlocks = 2
    /// What follows them.
    public var tail: [UInt8] = []

    /// A tar of `entries`.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The bytes.
    public func build() -> [UInt8] {
        entries.flatMap { TarBuilder.bytes(of: $0) }
            + [UInt8](repeating: 0, count: 512 * endBlocks) + tail
    }

    /// The headers, content and padding of one member.
    public static func bytes(of entry: Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        var records = entry.records
        let isLong = entry.name.count > 100
        if isLong, entry.dialect == .pax { records.append(("path", entry.name.bytes)) }
        if isLong, entry.dialect == .gnu {
            var long = Entry("././@LongLink", entry.name.bytes + [0])
            long.dialect = .gnu
            long.type = "L"
            bytes += TarBuilder.bytes(of: long)
        }
        if !records.isEmpty {
            var extended = Entry("PaxHeaders/x", records.flatMap { record($0.key, $0.value) })
            extended.type = "x"
            extended.mtime = entry.extensionTime
            bytes += TarBuilder.bytes(of: extended)
        }
        let filler = (512 - entry.content.count % 512) % 512
        return bytes + header(entry) + entry.content
            + [UInt8](repeating: entry.padding, count: filler)
    }

    /// A pax record with its own length in front.
    public static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = [0x20] + Array(key.utf8) + [0x3d] + value + [0x0a]
        var length = rest.count
        while String(length).utf8.count + rest.count != length {
            length = String(length).utf8.count + rest.count
        }
        return Array(String(length).utf8) + rest
    }

    static func octal(_ number: Int, _ width: Int) -> [UInt8] {
        let digits = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: 0x30, count: max(0, width - 1 - digits.count)) + digits + [0]
    }

    private static func header(_ entry: Entry) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], _ offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(Array(entry.name.bytes.prefix(100)), 0)
        put(octal(entry.mode, 8), 100)
        put(octal(entry.user, 8), 108)
        put(octal(entry.group, 8), 116)
        put(octal(entry.size ?? entry.content.count, 12), 124)
        put(octal(entry.mtime, 12), 136)
        put([UInt8(ascii: entry.type)], 156)
        put(entry.link.bytes, 157)
        if entry.dialect != .old {
            put(Array((entry.dialect == .gnu ? "ustar  \0" : "ustar\u{0}00").utf8), 257)
            put(Array(entry.userName.utf8), 265)
            put(Array(entry.groupName.utf8), 297)
            put(octal(entry.major, 8), 329)
            put(octal(entry.minor, 8), 337)
        }
        for (offset, bytes) in entry.patches { put(bytes, offset) }
        return seal(block, error: entry.checksumError)
    }

    /// A header with its checksum put right, or wrong by `error`.
    public static func seal(_ header: [UInt8], error: Int = 0) -> [UInt8] {
        var block = header
        block.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = block.reduce(error) { $0 + Int($1) }
        block.replaceSubrange(148..<156, with: octal(sum, 7) + [0x20])
        return block
    }
}
