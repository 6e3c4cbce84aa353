import Anatomy
import Bytes

extension Format {
    /// Programs, libraries and object files in ELF. It has no rules: it only says where they
    /// differ.
    public static let elf = Format(
        name: "elf", title: "ELF file", shape: .leaf,
        magic: [Magic(ElfFile.magic)], access: .random,
        specification: "https://gabi.xinuos.com/", fields: elfFields,
        recognizes: { start in ElfFile.isHeader(start) },
        expand: { run in ElfFields.expand(run) },
        dissect: { layer, limits throws(SourceError) in
            let source = try layer.random()
            return try LeafDissector(source, try ElfTiling(ElfFile(source)).parts(), limits)
        })

    private static let elfFields: [FieldKind] =
        ElfFields.layouts.flatMap { $0 }.map { FieldKind($0.id, $0.meaning) }.unique
        + [
            FieldKind("elf.section.first", "the entry before that of the first section"),
            FieldKind("elf.note.sizes", "the sizes of a note"),
            FieldKind("elf.note.type", "the type of a note"),
            FieldKind("elf.note.name", "the name of a note"),
            FieldKind("elf.note.descriptor", "what a note says"),
            FieldKind("elf.build-id", "the ID of the build, a hash that the linker has made"),
            FieldKind("elf.padding", "zeros between sections"),
            FieldKind("elf.unaccounted", "other bytes between sections"),
        ]
}

extension [Format.FieldKind] {
    /// Each ID once.
    fileprivate var unique: [Format.FieldKind] {
        var seen: Set<String> = []
        return filter { seen.insert($0.id).inserted }
    }
}

extension Traits {
    /// The numbers of the layer have their most significant byte first.
    static let bigEndian = Traits(rawValue: 1 << 16)
}

/// An ELF read by ranges, with its numbers in the size and order that its header declares.
struct ElfFile {
    static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

    let source: any RandomSource
    let is64: Bool
    let isBig: Bool

    /// Class, byte order and version must be known ones.
    static func isHeader(_ start: Chunk) -> Bool {
        let ident = Array(start.prefix(7))
        return ident.count == 7 && (1...2).contains(ident[4]) && (1...2).contains(ident[5])
            && ident[6] == 1
    }

    init(_ source: any RandomSource) throws(SourceError) {
        let length = min(source.size, 16)
        let ident = try source.read(ByteRange(start: 0, length: length))
        guard ElfFile.isHeader(ident[...]) else { throw LeafParser.refusal(at: 0) }
        self.source = source
        is64 = ident[4] == 2
        isBig = ident[5] == 2
    }

    /// In bytes.
    var size: UInt64 { source.size }

    /// What runs of this file are marked with.
    var traits: Traits { isBig ? .bigEndian : [] }

    /// A run inside of the file; `nil` if it is not.
    func range(_ start: UInt64, _ length: UInt64) -> ByteRange? {
        guard start <= size, length <= size - start else { return nil }
        return ByteRange(start: start, length: length)
    }

    /// The entries of a table as raw bytes; `nil` if it is empty, too long, or not in the file.
    func table(at start: UInt64, count: UInt64, size: Int) throws(SourceError) -> [[UInt8]]? {
        guard start > 0, (1...ElfFile.tableLimit).contains(count),
            let range = range(start, count * UInt64(size))
        else { return nil }
        let bytes = try source.read(range)
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<$0 + size]) }
    }

    /// Entries past which a table is left alone, so that memory is bounded.
    private static let tableLimit: UInt64 = 131_072

    /// The field `id` of an entry that is laid out as `layout` says.
    func number(_ id: String, in entry: [UInt8], _ layout: [ElfFields.Kind]) -> UInt64 {
        var offset = 0
        for kind in layout {
            let size = kind.size(is64)
            if kind.id == id, offset + size <= entry.count {
                return ElfFields.number(entry[offset..<offset + size], isBig: isBig)
            }
            offset += size
        }
        return 0
    }
}
