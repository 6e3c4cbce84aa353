import Anatomy
import Bytes

/// A section as its entry describes it.
struct ElfSection {
    /// Unique among the members of the file.
    var name: ByteString = ""
    let entry: [UInt8]
    let type: UInt64
    let size: UInt64
    /// Where its bytes are, if it has any and they are in the file.
    let range: ByteRange?
    /// Whether another tile has some of its bytes.
    var isOverlapped = false

    private static let null: UInt64 = 0
    private static let noBits: UInt64 = 8
    static let note: UInt64 = 7

    init(_ entry: [UInt8], of file: ElfFile) {
        func number(_ id: String) -> UInt64 { file.number(id, in: entry, ElfFields.section) }
        self.entry = entry
        type = number("elf.section.type")
        size = number("elf.section.size")
        let hasBytes = type != ElfSection.null && type != ElfSection.noBits && size > 0
        range = hasBytes ? file.range(number("elf.section.offset"), size) : nil
    }

    /// Its bytes, if they make a tile.
    var tile: ByteRange? { isOverlapped ? nil : range }

    /// The name of the run of its entry.
    var runID: String {
        if tile != nil { return "elf.section" }
        let isEmpty = type == ElfSection.null || type == ElfSection.noBits || size == 0
        return isEmpty ? "elf.section.empty" : "elf.section.loose"
    }
}

/// The header and both tables, where they are in the file and do not overlap.
struct ElfTables {
    let header: [UInt8]
    /// Entries of the table of segments; empty where there is none.
    private(set) var segments: [[UInt8]] = []
    private(set) var segmentRange: ByteRange?
    /// All sections but the first, which is none.
    private(set) var sections: [ElfSection] = []
    private(set) var sectionRange: ByteRange?
    /// The entry before that of the first section.
    private(set) var first: [UInt8] = []
    private let file: ElfFile

    private static let nameLimit = 4096
    private static let namesLimit: UInt64 = 16 << 20

    init(_ file: ElfFile) throws(SourceError) {
        self.file = file
        let size = ElfFields.size(ElfFields.header, file.is64)
        guard let range = file.range(0, UInt64(size)) else { throw LeafParser.refusal(at: 0) }
        header = try file.source.read(range)
        guard number("elf.header.size") == UInt64(size) else { throw LeafParser.refusal(at: 0) }
        try readSections()
        try readSegments()
    }

    /// A field of the header.
    private func number(_ id: String) -> UInt64 { file.number(id, in: header, ElfFields.header) }

    /// Runs that no section may have a part of.
    var fixed: [ByteRange] {
        [ByteRange(start: 0, length: UInt64(header.count)), segmentRange, sectionRange]
            .compactMap { $0 }
    }

    /// Whether the header's offsets and counts are proved.
    var isProved: Bool {
        (sectionRange != nil || number("elf.sections.offset") == 0)
            && (segmentRange != nil || number("elf.segments.offset") == 0)
    }

    private func isFree(_ range: ByteRange) -> Bool {
        !fixed.contains { $0.start < range.end && range.start < $0.end }
    }

    // MARK: Sections

    /// Numbers that do not fit the header are in the first entry.
    private mutating func readSections() throws(SourceError) {
        let size = ElfFields.size(ElfFields.section, file.is64)
        let start = number("elf.sections.offset")
        guard number("elf.sections.entry-size") == UInt64(size),
            let first = try file.table(at: start, count: 1, size: size)?.first
        else { return }
        func extended(_ id: String) -> UInt64 { file.number(id, in: first, ElfFields.section) }
        let declared = number("elf.sections.count")
        let count = declared == 0 ? extended("elf.section.size") : declared
        guard let entries = try file.table(at: start, count: count, size: size) else { return }
        let range = ByteRange(start: start, length: count * UInt64(size))
        guard isFree(range) else { return }
        self.first = first
        sectionRange = range
        sections = entries.dropFirst().map { ElfSection($0, of: file) }
        let names = number("elf.sections.names")
        try nameSections(names == 0xffff ? extended("elf.section.link") : names)
    }

    /// Gives every section a name of its own: one that is empty, not unique, or ends with a bracket
    /// gets its number among those of its name, so that no name can pass for another.
    private mutating func nameSections(_ index: UInt64) throws(SourceError) {
        var table: [UInt8] = []
        if index > 0, index <= UInt64(sections.count), let range = sections[Int(index) - 1].range,
            range.length <= ElfTables.namesLimit
        {
            table = try file.source.read(range)
        }
        var names: [ByteString] = []
        for section in sections {
            let start = file.number("elf.section.name", in: section.entry, ElfFields.section)
            guard start < UInt64(table.count) else {
                names.append("")
                continue
            }
            names.append(
                ByteString(table[Int(start)...].prefix(ElfTables.nameLimit).prefix { $0 != 0 }))
        }
        let unique = ElfTables.numbered(names)
        for index in sections.indices { sections[index].name = unique[index] }
    }

    /// Names with numbers where they need them.
    static func numbered(_ names: [ByteString]) -> [ByteString] {
        let uses = Dictionary(grouping: names) { $0 }.mapValues(\.count)
        var counts: [ByteString: Int] = [:]
        return names.map { name in
            guard name.isEmpty || name.hasSuffix("]") || uses[name] != 1 else { return name }
            let count = counts[name, default: 0] + 1
            counts[name] = count
            return ByteString(name.bytes + Array("[\(count)]".utf8))
        }
    }

    // MARK: Segments

    private mutating func readSegments() throws(SourceError) {
        let layout = ElfFields.segment(file.is64)
        let size = ElfFields.size(layout, file.is64)
        let start = number("elf.segments.offset")
        let declared = number("elf.segments.count")
        let count =
            declared == 0xffff && !first.isEmpty
            ? file.number("elf.section.info", in: first, ElfFields.section) : declared
        guard number("elf.segments.entry-size") == UInt64(size),
            let entries = try file.table(at: start, count: count, size: size)
        else { return }
        let range = ByteRange(start: start, length: count * UInt64(size))
        guard isFree(range) else { return }
        segments = entries
        segmentRange = range
    }

    /// Notes which sections have bytes that belong to a table or to a section before them.
    mutating func markOverlaps() {
        let order = sections.indices.filter { sections[$0].range != nil }.sorted { a, b in
            let x = sections[a].range?.start ?? 0
            let y = sections[b].range?.start ?? 0
            return (x, a) < (y, b)
        }
        var end: UInt64 = 0
        for index in order {
            guard let range = sections[index].range else { continue }
            if range.start < end || !isFree(range) {
                sections[index].isOverlapped = true
            } else {
                end = range.end
            }
        }
    }
}
