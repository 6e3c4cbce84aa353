import Bytes

/// Writes PNG images, chunk by chunk.
public struct PngBuilder {
    /// A chunk's type and data.
    public typealias Chunk = (type: String, data: [UInt8])

    /// Chunks between `IHDR` and `IEND`.
    public var chunks: [Chunk]
    /// Bytes behind the image.
    public var tail: [UInt8] = []

    /// An image of the given chunks.
    public init(_ chunks: [Chunk]) { self.chunks = chunks }

    /// A chunk of text.
    public static func text(_ keyword: String, _ text: String) -> Chunk {
        ("tEXt", Array(keyword.utf8) + [0] + Array(text.utf8))
    }

    /// A chunk with the time of the last change.
    public static func time(_ year: Int, _ rest: UInt8...) -> Chunk {
        ("tIME", [UInt8(year >> 8), UInt8(year & 255)] + rest)
    }

    /// A chunk with its length and checksum.
    public static func encode(_ chunk: Chunk) -> [UInt8] {
        let body = Array(chunk.type.utf8) + chunk.data
        return big(UInt64(chunk.data.count), 4) + body + big(UInt64(Deflate.crc32(body)), 4)
    }

    /// The image.
    public func build() -> [UInt8] {
        let head = big(1, 4) + big(1, 4) + [8, 0, 0, 0, 0]
        let all: [Chunk] = [("IHDR", head)] + chunks + [("IEND", [])]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
            + all.flatMap { PngBuilder.encode($0) } + tail
    }
}

/// Writes message catalogs as msgfmt does.
public struct MoBuilder {
    /// Originals with their translations; the header comes first, under the empty text.
    public var messages: [(original: String, translation: String)]
    /// Whether numbers have their most significant byte first.
    public var isBig = false
    /// Words of the hash table.
    public var hashSize = 0
    /// Bytes between the tables and the texts.
    public var gap = 0

    /// A catalog of the given messages.
    public init(_ messages: [(original: String, translation: String)]) { self.messages = messages }

    /// The catalog.
    public func build() -> [UInt8] {
        let count = messages.count
        let hash = 28 + 16 * count
        var offset = hash + 4 * hashSize + gap
        func word(_ value: Int) -> [UInt8] {
            isBig ? big(UInt64(value), 4) : Array(big(UInt64(value), 4).reversed())
        }
        var tables: [UInt8] = []
        var texts: [UInt8] = []
        for text in messages.map(\.original) + messages.map(\.translation) {
            tables += word(text.utf8.count) + word(offset)
            texts += Array(text.utf8) + [0]
            offset += text.utf8.count + 1
        }
        let head = [0x9504_12de, 0, count, 28, 28 + 8 * count, hashSize, hash].flatMap(word)
        return head + tables + Array(repeating: 1, count: 4 * hashSize + gap) + texts
    }
}

/// Writes ELF files with sections, in either class and byte order.
public struct ElfBuilder {
    /// A section; its bytes are aligned to 16.
    public struct Section {
        /// Its name, as it stands in the table of names.
        public var name: String
        /// Its type: 1 has bytes, 7 notes, 8 none.
        public var type: UInt64 = 1
        /// Its bytes; for type 8 only their number counts.
        public var bytes: [UInt8]
        /// Where it says that its bytes are, if not where they are.
        public var offset: UInt64?

        /// A section.
        public init(_ name: String, type: UInt64 = 1, _ bytes: [UInt8]) {
            self.name = name
            self.type = type
            self.bytes = bytes
        }
    }

    /// Sections before that with the names.
    public var sections: [Section]
    /// Whether it is of the 64-bit class.
    public var is64 = true
    /// Whether numbers have their most significant byte first.
    public var isBig = false
    /// Whether there is a table of sections.
    public var hasTable = true
    /// The first section with a segment of its own.
    public var segments: [Int] = []
    /// Bytes behind the last section.
    public var tail: [UInt8] = []

    /// A file of the given sections.
    public init(_ sections: [Section]) { self.sections = sections }

    /// A note with a name and a descriptor.
    public static func note(_ name: String, type: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        let name = Array(name.utf8) + [0]
        func padded(_ bytes: [UInt8]) -> [UInt8] {
            bytes + Array(repeating: 0, count: -bytes.count & 3)
        }
        let sizes = [UInt64(name.count), UInt64(bytes.count), type].flatMap {
            Array(big($0, 4).reversed())
        }
        return sizes + padded(name) + padded(bytes)
    }

    private func number(_ value: UInt64, _ size: Int) -> [UInt8] {
        let bytes = big(value, size)
        return isBig ? bytes : bytes.reversed()
    }

    /// An address or offset.
    private func word(_ value: UInt64) -> [UInt8] { number(value, is64 ? 8 : 4) }

    /// The file.
    public func build() -> [UInt8] {
        var names: [UInt8] = [0]
        var all = sections
        let starts = (sections.map(\.name) + [".shstrtab"]).map { name in
            defer { names += Array(name.utf8) + [0] }
            return UInt64(names.count)
        }
        all.append(Section(".shstrtab", type: 3, names))
        let headSize = is64 ? 64 : 52
        let entrySize = is64 ? 56 : 32
        var body = [UInt8](repeating: 0, count: headSize + entrySize * segments.count)
        var table = [UInt8](repeating: 0, count: is64 ? 64 : 40)
        var places: [UInt64] = []
        for (section, name) in zip(all, starts) {
            body += Array(repeating: 0, count: -body.count & 15)
            let place = section.offset ?? UInt64(body.count)
            places.append(place)
            if section.type != 8 { body += section.bytes }
            table += number(name, 4) + number(section.type, 4) + word(2) + word(0x1000)
            table += word(place) + word(UInt64(section.bytes.count))
            table += number(0, 4) + number(0, 4) + word(4) + word(0)
        }
        for (index, section) in segments.enumerated() {
            let entry = segment(places[section], UInt64(all[section].bytes.count))
            let start = headSize + entrySize * index
            body.replaceSubrange(start..<start + entrySize, with: entry)
        }
        body += tail
        body += Array(repeating: 0, count: -body.count & 7)
        body.replaceSubrange(0..<headSize, with: header(UInt64(body.count), all.count + 1))
        return hasTable ? body + table : body
    }

    private func segment(_ place: UInt64, _ size: UInt64) -> [UInt8] {
        let flags = number(5, 4)
        let sizes = word(0x1000) + word(0x1000) + word(size) + word(size)
        return is64
            ? number(1, 4) + flags + word(place) + sizes + word(16)
            : number(1, 4) + word(place) + sizes + flags + word(16)
    }

    private func header(_ table: UInt64, _ count: Int) -> [UInt8] {
        let ident: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, isBig ? 2 : 1, 1]
        let headSize: UInt64 = is64 ? 64 : 52
        var bytes = ident + Array(repeating: 0, count: 9)
        bytes += number(2, 2) + number(62, 2) + number(1, 4) + word(0x1000)
        bytes += word(segments.isEmpty ? 0 : headSize) + word(hasTable ? table : 0) + number(0, 4)
        bytes += number(headSize, 2) + number(is64 ? 56 : 32, 2) + number(UInt64(segments.count), 2)
        bytes += number(is64 ? 64 : 40, 2) + number(hasTable ? UInt64(count) : 0, 2)
        return bytes + number(hasTable ? UInt64(count - 1) : 0, 2)
    }
}

/// A number of `size` bytes, the most significant first.
private func big(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (size - 1 - $0))) }
}
