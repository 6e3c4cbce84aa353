import Anatomy
import Bytes

/// The fields of headers and tables, and how runs of them are taken apart.
enum ElfFields {
    /// A field of a header or of an entry of a table.
    struct Kind {
        let id: String
        let meaning: String
        /// In bytes, in the 32-bit and in the 64-bit class.
        let narrow, wide: Int
        /// Whether it follows from how the tiles lie, where the tiling has proved that.
        let isLayout: Bool

        init(_ id: String, _ meaning: String, _ narrow: Int, _ wide: Int, isLayout: Bool = false) {
            self.id = id
            self.meaning = meaning
            self.narrow = narrow
            self.wide = wide
            self.isLayout = isLayout
        }

        func size(_ is64: Bool) -> Int { is64 ? wide : narrow }
    }

    static let header: [Kind] = [
        Kind("elf.ident", "mark, class, byte order, ABI", 16, 16),
        Kind("elf.type", "program, library or object file", 2, 2),
        Kind("elf.machine", "the processor", 2, 2),
        Kind("elf.version", "the version of the format", 4, 4),
        Kind("elf.entry", "the address of the first instruction", 4, 8),
        Kind("elf.segments.offset", "where the table of segments is", 4, 8, isLayout: true),
        Kind("elf.sections.offset", "where the table of sections is", 4, 8, isLayout: true),
        Kind("elf.flags", "flags of the processor", 4, 4),
        Kind("elf.header.size", "the size of the header", 2, 2),
        Kind("elf.segments.entry-size", "the size of an entry", 2, 2),
        Kind("elf.segments.count", "the number of segments", 2, 2, isLayout: true),
        Kind("elf.sections.entry-size", "the size of an entry", 2, 2),
        Kind("elf.sections.count", "the number of sections", 2, 2, isLayout: true),
        Kind("elf.sections.names", "the section with the names", 2, 2, isLayout: true),
    ]

    static let section: [Kind] = [
        Kind("elf.section.name", "where the section's name is", 4, 4, isLayout: true),
        Kind("elf.section.type", "the kind of section", 4, 4),
        Kind("elf.section.flags", "whether it is written, loaded, executed", 4, 8),
        Kind("elf.section.address", "where it is loaded", 4, 8),
        Kind("elf.section.offset", "where its bytes are", 4, 8, isLayout: true),
        Kind("elf.section.size", "how many they are", 4, 8, isLayout: true),
        Kind("elf.section.link", "another section", 4, 4),
        Kind("elf.section.info", "more about it", 4, 4),
        Kind("elf.section.alignment", "its alignment", 4, 8),
        Kind("elf.section.entry-size", "the size of its entries", 4, 8),
    ]

    static let narrowSegment: [Kind] = [
        type, offset, address, physical, fileSize, memorySize, flags, alignment,
    ]
    static let wideSegment: [Kind] = [
        type, flags, offset, address, physical, fileSize, memorySize, alignment,
    ]

    private static let type = Kind("elf.segment.type", "the kind of segment", 4, 4)
    private static let flags = Kind("elf.segment.flags", "its rights in memory", 4, 4)
    private static let offset = Kind(
        "elf.segment.offset", "where its bytes are", 4, 8, isLayout: true)
    private static let address = Kind("elf.segment.address", "where it is loaded", 4, 8)
    private static let physical = Kind("elf.segment.physical", "its physical address", 4, 8)
    private static let fileSize = Kind(
        "elf.segment.size", "how many bytes it has in the file", 4, 8, isLayout: true)
    private static let memorySize = Kind("elf.segment.memory", "and how many in memory", 4, 8)
    private static let alignment = Kind("elf.segment.alignment", "its alignment", 4, 8)

    static let layouts = [header, section, wideSegment]

    /// The entries of a table of segments, by class.
    static func segment(_ is64: Bool) -> [Kind] { is64 ? wideSegment : narrowSegment }

    /// Bytes of an entry.
    static func size(_ layout: [Kind], _ is64: Bool) -> Int {
        layout.reduce(0) { $0 + $1.size(is64) }
    }

    static func number(_ bytes: ArraySlice<UInt8>, isBig: Bool) -> UInt64 {
        isBig ? ByteOrder.big(bytes) : ByteOrder.little(bytes)
    }

    // MARK: Runs

    /// Takes a run apart. A name that ends in `.loose` says that the tiling has not proved what the
    /// run says of offsets and sizes.
    static func expand(_ run: FieldRun) -> [Field] {
        switch run.id {
        case "elf.header", "elf.header.loose": return expand(run, header)
        case "elf.section", "elf.section.empty", "elf.section.loose": return expand(run, section)
        case "elf.segment", "elf.segment.loose":
            return expand(run, segment(run.bytes.count == size(wideSegment, true)))
        case "elf.note":
            return [
                run.field("elf.note.sizes", 0, 8, .derived(from: "content")),
                run.field("elf.note.type", 8, 4, .own),
                run.field("elf.note.name", 12, run.bytes.count - 12, .own),
            ]
        case "elf.padding": return [Field(run.id, run.range, [], .derived(from: "elf.layout"))]
        case "elf.build-id":
            return [run.field(run.id, 0, run.bytes.count, .derived(from: "content"))]
        default: return [run.field(run.id, 0, run.bytes.count, .own)]
        }
    }

    private static func expand(_ run: FieldRun, _ layout: [Kind]) -> [Field] {
        let is64 = run.bytes.count == size(layout, true)
        let isProved = !run.id.hasSuffix(".loose")
        var offset = 0
        return layout.map { kind in
            let length = kind.size(is64)
            defer { offset += length }
            let isEmpty = run.id == "elf.section.empty" && kind.id == "elf.section.size"
            if kind.isLayout, isProved, !isEmpty {
                return run.field(kind.id, offset, length, .derived(from: "elf.layout"))
            }
            guard length <= 8 else { return run.field(kind.id, offset, length, .own) }
            let number = number(
                run.bytes[offset..<offset + length], isBig: run.traits.contains(.bigEndian))
            let text = Array("0x\(String(number, radix: 16))".utf8)
            return run.field(
                kind.id, offset, length, .value(attribute: kind.id, canonical: text))
        }
    }
}
