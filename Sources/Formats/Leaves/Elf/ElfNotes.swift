import Bytes

/// The notes of a section: sizes, type, name, descriptor, each padded.
struct ElfNotes {
    /// Bytes of a section past which its notes are not taken apart.
    static let limit: UInt64 = 1 << 20

    /// A run of the section.
    struct Run {
        let id: String
        let start, end: Int
    }

    private static let headSize = 12
    private static let buildID = 3
    private let bytes: [UInt8]
    private let isBig: Bool
    private let alignment: Int

    /// - Parameter alignment: 4, or 8 in sections that are aligned so.
    init(_ bytes: [UInt8], isBig: Bool, alignment: Int) {
        self.bytes = bytes
        self.isBig = isBig
        self.alignment = alignment
    }

    /// The runs, which fill the section; `nil` if the notes do not.
    func runs() -> [Run]? {
        var runs: [Run] = []
        var start = 0
        while start < bytes.count {
            guard bytes.count - start >= ElfNotes.headSize else { return nil }
            let nameSize = number(start)
            let size = number(start + 4)
            guard nameSize <= bytes.count, size <= bytes.count else { return nil }
            let name = start + ElfNotes.headSize
            let descriptor = padded(name + nameSize)
            let end = min(padded(descriptor + size), max(bytes.count, descriptor + size))
            guard end <= bytes.count else { return nil }
            runs.append(Run(id: "elf.note", start: start, end: descriptor))
            if end > descriptor {
                let isBuildID =
                    number(start + 8) == ElfNotes.buildID && size > 0
                    && bytes[name..<name + nameSize].elementsEqual("GNU\0".utf8)
                runs.append(
                    Run(
                        id: isBuildID ? "elf.build-id" : "elf.note.descriptor", start: descriptor,
                        end: end))
            }
            start = end
        }
        return runs.isEmpty ? nil : runs
    }

    private func number(_ offset: Int) -> Int {
        Int(ElfFields.number(bytes[offset..<offset + 4], isBig: isBig))
    }

    /// The next multiple of the alignment.
    private func padded(_ offset: Int) -> Int {
        (offset + alignment - 1) / alignment * alignment
    }
}
