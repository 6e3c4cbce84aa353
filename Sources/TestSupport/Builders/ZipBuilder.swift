import Bytes

/// A zip (PKWARE APPNOTE 6.3.10), every field settable, true or false.
public struct ZipBuilder: Sendable {
    /// One member.
    public struct Entry: Sendable {
        /// The name; another in the local header, if set.
        public var name: ByteString
        /// The name in the local header.
        public var localName: ByteString?
        /// The content.
        public var content: [UInt8]
        /// 0 for stored, 8 for deflate.
        public var method = 8
        /// The encoded bytes; `nil` lets the builder encode.
        public var encoded: [UInt8]?
        /// The level of deflate.
        public var level: Int32 = 6
        /// Flags besides that of streaming.
        public var flags = 0
        /// Whether sizes and checksum follow the data.
        public var isStreamed = false
        /// Whether a streamed local header repeats the sums.
        public var repeatsSums = false
        /// Whether the data descriptor begins with its signature.
        public var hasSignature = true
        /// Whether its sizes have eight bytes.
        public var hasWideDescriptor = false
        /// Time and date in DOS form.
        public var time: UInt32 = 0x5821_0000
        /// Extra fields in the central directory and in the local header.
        public var extra: [UInt8] = [], localExtra: [UInt8] = []
        /// The comment.
        public var comment: [UInt8] = []
        /// The Unix mode with the type.
        public var mode: UInt32 = 0o100644
        /// Another checksum than the content's.
        public var crc: UInt32?
        /// Bytes before the local header that belong to no member.
        public var gap: [UInt8] = []

        /// A deflated file.
        public init(_ name: ByteString, _ content: [UInt8] = []) {
            self.name = name
            self.content = content
        }
    }

    /// The members.
    public var entries: [Entry]
    /// The archive's comment.
    public var comment: [UInt8] = []
    /// Bytes between the last member and the central directory.
    public var gap: [UInt8] = []
    /// Bytes before the zip.
    public var prefix: [UInt8] = []
    /// Whether offsets count from behind the prefix.
    public var isRelative = false
    /// Bytes behind the archive's comment.
    public var trailer: [UInt8] = []
    /// The order in which the directory lists the members; `nil` for that of storage.
    public var listing: [Int]?
    /// Whether zip64 end records are written.
    public var isWide = false
    /// Bytes put over the zip64 end record and its locator, by offset.
    public var widePatches: [Int: [UInt8]] = [:]

    /// A zip of `entries`.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The bytes.
    public func build() -> [UInt8] {
        var bytes = prefix
        let base = isRelative ? prefix.count : 0
        var records: [[UInt8]] = []
        for entry in entries {
            bytes += entry.gap
            let offset = bytes.count - base
            let data = entry.data
            bytes += entry.local(data) + data + entry.descriptor(data)
            records.append(entry.central(data, offset: offset))
        }
        let directory = (listing ?? Array(records.indices)).flatMap { records[$0] }
        bytes += gap
        let start = UInt64(bytes.count - base)
        bytes += directory
        let count = UInt64(entries.count)
        if isWide {
            bytes += wide(at: UInt64(bytes.count - base), count, UInt64(directory.count), start)
        }
        bytes += [0x50, 0x4b, 5, 6] + little(0, 4) + little(count, 2) + little(count, 2)
        bytes += little(UInt64(directory.count), 4) + little(start, 4)
        return bytes + little(UInt64(comment.count), 2) + comment + trailer
    }

    /// The signing block of an .apk with the given pairs.
    public static func signingBlock(_ pairs: [(id: UInt32, value: [UInt8])]) -> [UInt8] {
        let body = pairs.flatMap { pair in
            little(UInt64(pair.value.count + 4), 8) + little(UInt64(pair.id), 4) + pair.value
        }
        let size = little(UInt64(body.count + 24), 8)
        return size + body + size + Array("APK Sig Block 42".utf8)
    }

    private func wide(
        at offset: UInt64, _ count: UInt64, _ size: UInt64, _ start: UInt64
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x50, 0x4b, 6, 6] + little(44, 8) + little(45, 2) + little(45, 2)
        bytes += little(0, 8) + little(count, 8) + little(count, 8) + little(size, 8)
        bytes += little(start, 8)
        bytes += [0x50, 0x4b, 6, 7] + little(0, 4) + little(offset, 8) + little(1, 4)
        for (offset, patch) in widePatches {
            bytes.replaceSubrange(offset..<offset + patch.count, with: patch)
        }
        return bytes
    }
}

extension ZipBuilder.Entry {
    var data: [UInt8] {
        encoded ?? (method == 8 ? Deflate.encode(content, level: level) : content)
    }

    private var sums: [UInt64] { [UInt64(crc ?? Deflate.crc32(content)), UInt64(content.count)] }

    private func fixed(_ data: [UInt8], isHidden: Bool) -> [UInt8] {
        let sizes = isHidden ? [0, 0, 0] : [sums[0], UInt64(data.count), sums[1]]
        return little(20, 2) + little(UInt64(flags | (isStreamed ? 8 : 0)), 2)
            + little(UInt64(method), 2) + little(UInt64(time), 4)
            + sizes.flatMap { little($0, 4) }
    }

    func local(_ data: [UInt8]) -> [UInt8] {
        let name = localName ?? name
        return [0x50, 0x4b, 3, 4] + fixed(data, isHidden: isStreamed && !repeatsSums)
            + little(UInt64(name.count), 2) + little(UInt64(localExtra.count), 2) + name.bytes
            + localExtra
    }

    func descriptor(_ data: [UInt8]) -> [UInt8] {
        guard isStreamed else { return [] }
        return (hasSignature ? [0x50, 0x4b, 7, 8] : [])
            + little(sums[0], 4)
            + [UInt64(data.count), sums[1]].flatMap { little($0, hasWideDescriptor ? 8 : 4) }
    }

    func central(_ data: [UInt8], offset: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x50, 0x4b, 1, 2, 20, 3] + fixed(data, isHidden: false)
        bytes += little(UInt64(name.count), 2) + little(UInt64(extra.count), 2)
        bytes += little(UInt64(comment.count), 2) + little(0, 4)
        bytes += little(UInt64(mode) << 16, 4) + little(UInt64(offset), 4)
        return bytes + name.bytes + extra + comment
    }
}
