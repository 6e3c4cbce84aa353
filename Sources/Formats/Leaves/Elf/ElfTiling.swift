import Anatomy
import Bytes

/// Lays the tiles of an ELF: header, tables, sections, and whatever is between them. Without a
/// table of sections the segments take their place.
struct ElfTiling {
    /// A tile and the parts that it makes.
    private struct Tile {
        let range: ByteRange
        /// Whose bytes they are; zeros behind it count as its padding.
        let member: ByteString?
        let parts: [Part]
    }

    private let file: ElfFile
    private let tables: ElfTables
    private var tiles: [Tile] = []
    private var members: [Part] = []
    private var result: [Part] = []
    private var unaccounted = 0

    /// Bytes between tiles that are one field; more are a content, which is not held.
    private static let fieldLimit: UInt64 = 4096

    init(_ file: ElfFile) throws(SourceError) {
        self.file = file
        var tables = try ElfTables(file)
        tables.markOverlaps()
        self.tables = tables
        addHeader()
        for section in tables.sections { try add(section) }
        if tables.sections.isEmpty { addSegments() }
        addTables()
    }

    /// All parts: members in the order of their table first, then the tiles.
    consuming func parts() throws(SourceError) -> [Part] {
        tiles.sort { $0.range < $1.range }
        var end: UInt64 = 0
        var last: ByteString?
        for tile in tiles {
            try fill(end, tile.range.start, behind: last)
            result += tile.parts
            end = tile.range.end
            last = tile.member
        }
        try fill(end, file.size, behind: last)
        return members + result
    }

    private func run(_ id: String, _ member: ByteString?, _ start: UInt64, _ bytes: [UInt8])
        -> FieldRun
    {
        FieldRun(id, member: member, start: start, bytes: bytes, traits: file.traits)
    }

    // MARK: Header and tables

    private mutating func addHeader() {
        let run = run(tables.isProved ? "elf.header" : "elf.header.loose", nil, 0, tables.header)
        tiles.append(Tile(range: run.range, member: nil, parts: [.fields(run)]))
    }

    private mutating func addTables() {
        if let range = tables.segmentRange {
            let edges = Set((tiles.map(\.range) + tables.fixed).flatMap { [$0.start, $0.end] })
            var start = range.start
            let parts = tables.segments.map { entry in
                let id = isProved(entry, edges) ? "elf.segment" : "elf.segment.loose"
                let run = run(id, nil, start, entry)
                start = run.range.end
                return Part.fields(run)
            }
            tiles.append(Tile(range: range, member: nil, parts: parts))
        }
        if let range = tables.sectionRange {
            let first = run("elf.section.first", nil, range.start, tables.first)
            let parts = [Part.fields(first)] + entryRuns.map { Part.carried($0) }
            tiles.append(Tile(range: range, member: nil, parts: parts))
        }
    }

    /// Whether a segment's bytes begin and end where tiles do.
    private func isProved(_ entry: [UInt8], _ edges: Set<UInt64>) -> Bool {
        let range = range(of: entry)
        return range.map { edges.contains($0.start) && edges.contains($0.end) } ?? false
    }

    private func range(of segment: [UInt8]) -> ByteRange? {
        let layout = ElfFields.segment(file.is64)
        return file.range(
            file.number("elf.segment.offset", in: segment, layout),
            file.number("elf.segment.size", in: segment, layout))
    }

    /// The entries of all sections, where they lie.
    private var entryRuns: [FieldRun] {
        tables.sections.indices.map { entryRun($0) }
    }

    private func entryRun(_ index: Int) -> FieldRun {
        let section = tables.sections[index]
        let size = UInt64(section.entry.count)
        let start = (tables.sectionRange?.start ?? 0) + size * UInt64(index + 1)
        return run(section.runID, section.name, start, section.entry)
    }

    // MARK: Sections

    private var sectionCount = 0

    private mutating func add(_ section: ElfSection) throws(SourceError) {
        let entry = entryRun(sectionCount)
        sectionCount += 1
        guard let range = section.tile else {
            members.append(
                .member(Member(name: section.name, runs: [entry], storage: .none)))
            return
        }
        if let notes = try notes(section, range) {
            members.append(
                .member(Member(name: section.name, runs: [entry] + notes, storage: .none)))
            let parts = notes.map { Part.carried($0) }
            tiles.append(Tile(range: range, member: section.name, parts: parts))
            return
        }
        members.append(
            .member(Member(name: section.name, runs: [entry], storage: .stored(range))))
        let content = Part.content(range, of: section.name)
        tiles.append(Tile(range: range, member: section.name, parts: [content]))
    }

    /// The notes of a section as runs; `nil` if it has none, or they do not fill it.
    private func notes(
        _ section: ElfSection, _ range: ByteRange
    ) throws(SourceError) -> [FieldRun]? {
        guard section.type == ElfSection.note, range.length <= ElfNotes.limit else { return nil }
        let alignment = file.number("elf.section.alignment", in: section.entry, ElfFields.section)
        let bytes = try file.source.read(range)
        return ElfNotes(bytes, isBig: file.isBig, alignment: alignment == 8 ? 8 : 4).runs()?.map {
            run(
                $0.id, section.name, range.start + UInt64($0.start), Array(bytes[$0.start..<$0.end])
            )
        }
    }

    // MARK: Segments

    /// Makes what segments have, and no other tile, contents.
    private mutating func addSegments() {
        let types = tables.segments.map {
            ElfTiling.typeName(
                file.number("elf.segment.type", in: $0, ElfFields.segment(file.is64)))
        }
        let names = ElfTables.numbered(types.map { ByteString($0) })
        let found = zip(names, tables.segments).compactMap { name, entry in
            range(of: entry).map { (name: name, range: $0) }
        }
        var end: UInt64 = 0
        for (name, range) in found.sorted(by: { $0.range < $1.range }) {
            let own = ElfTiling.rest(of: range, after: end, without: tables.fixed)
            guard own.length > 0 else { continue }
            members.append(.member(Member(name: name, storage: .stored(own))))
            tiles.append(Tile(range: own, member: name, parts: [.content(own, of: name)]))
            end = own.end
        }
    }

    /// What is left of a run behind `end`, up to the next fixed tile.
    private static func rest(
        of range: ByteRange, after end: UInt64, without fixed: [ByteRange]
    ) -> ByteRange {
        var start = max(range.start, end)
        for tile in fixed.sorted() where tile.start <= start { start = max(start, tile.end) }
        let next = fixed.map(\.start).filter { $0 >= start }.min() ?? .max
        let stop = min(range.end, next)
        return ByteRange(start: start, length: stop > start ? stop - start : 0)
    }

    private static func typeName(_ type: UInt64) -> String {
        let known: [UInt64: String] = [
            1: "LOAD", 2: "DYNAMIC", 3: "INTERP", 4: "NOTE", 6: "PHDR", 7: "TLS",
        ]
        return known[type] ?? "0x\(String(type, radix: 16))"
    }

    // MARK: Gaps

    /// Fills what no tile has: zeros are padding, few other bytes a field, more a content.
    private mutating func fill(
        _ start: UInt64, _ end: UInt64, behind member: ByteString?
    ) throws(SourceError) {
        guard start < end else { return }
        let range = ByteRange(start, to: end)
        if try isZeros(range) {
            result.append(.fields(FieldRun(zeros: "elf.padding", member: member, range)))
        } else if range.length <= ElfTiling.fieldLimit {
            let bytes = try file.source.read(range)
            result.append(.fields(run("elf.unaccounted", member, start, bytes)))
        } else {
            unaccounted += 1
            // No section is named so: behind a bracket at the end they get a number of their own.
            let name = ByteString("[unaccounted \(unaccounted)]")
            members.append(.member(Member(name: name, storage: .stored(range))))
            result.append(.content(range, of: name))
        }
    }

    private func isZeros(_ range: ByteRange) throws(SourceError) -> Bool {
        let reader = RangeSource(file.source, range)
        while let chunk = try reader.next() {
            guard chunk.allSatisfy({ $0 == 0 }) else { return false }
        }
        return true
    }
}
