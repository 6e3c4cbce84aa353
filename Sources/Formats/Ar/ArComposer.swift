import Anatomy
import Bytes

/// Writes ar archives and packages, members in their order.
struct ArComposer: Composer {
    /// Whether the archive is a Debian package, whose names have no slash behind them.
    let isPackage: Bool
    var isWrapper: Bool { isPackage }

    /// Symbol tables say where members are.
    func pinsContents(_ name: ByteString) -> Bool {
        name == "/" || name == "/SYM64/" || name.hasPrefix("__.SYMDEF")
    }

    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        try refusePadding(container.runs)
        return container.runs("ar.magic").first?.field("ar.magic") ?? ArDissector.magic
    }

    /// The table of long names keeps its place.
    func inline(_ run: KeptRun) -> [UInt8] {
        guard let table = run.field("ar.names") else { return [] }
        return table + (table.count.isMultiple(of: 2) ? [] : [0x0a])
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        []
    }

    func frame(
        _ member: KeptMember, _ context: WritingContext
    ) throws(Unwritable) -> Frame {
        guard let header = member.run("ar.header"), let content = member.content else {
            throw Unwritable("a member has no header")
        }
        let long = header.field("ar.header.name") ?? []
        let size = content.size + UInt64(long.count)
        let name = name(header, member.member.name, long)
        let candidates = [true, false].compactMap { isNumber in
            bytes(header, name, long, isNumber: isNumber, size, context)
        }
        let run = header.run
        let before = candidates.first {
            header.isKept(FieldRun(run.id, member: run.member, start: 0, bytes: $0))
        }
        guard let before else {
            throw Unwritable(
                "the header of \(member.member.name.escaped) cannot be written in another way")
        }
        try refusePadding(member.runs)
        return Frame(before: before, after: size.isMultiple(of: 2) ? [] : [0x0a])
    }

    /// A filling byte that stands for itself has no place in front of an even content.
    private func refusePadding(_ runs: [KeptRun]) throws(Unwritable) {
        guard runs.allSatisfy({ $0.field("ar.padding") == nil }) else {
            throw Unwritable("the padding behind a member holds another byte than a line feed")
        }
    }

    /// The name as it is written: in the header if it fits, else as it was, by its place in the
    /// table of names, which stays.
    private func name(_ header: KeptRun, _ name: ByteString, _ long: [UInt8]) -> [UInt8] {
        let written = Array(header.run.bytes.prefix(16).reversed().drop { $0 == 0x20 }.reversed())
        let slash = UInt8(ascii: "/")
        guard long.isEmpty, !pinsContents(name), !name.bytes.contains(slash) else { return written }
        // GNU's readers look for the slash, and take the last of 16 bytes for it.
        if !isPackage { return name.count < 16 ? name.bytes + [slash] : written }
        return name.count <= 16 && name.bytes.last != 0x20 ? name.bytes : written
    }

    /// - Parameter isNumber: whether the mode is a number, and so has a zero in front of its
    ///   digits.
    private func bytes(
        _ header: KeptRun, _ name: [UInt8], _ long: [UInt8], isNumber: Bool, _ size: UInt64,
        _ context: WritingContext
    ) -> [UInt8]? {
        func text(_ attribute: String, _ tolerated: UInt64) -> [UInt8] {
            header.values[attribute] ?? Array(String(tolerated).utf8)
        }
        let mode = header.values["ar.mode"] ?? []
        let columns: [([UInt8], Int)] = [
            (name, 16), (text("ar.mtime", context.epoch), 12), (text("ar.uid", 0), 6),
            (text("ar.gid", 0), 6), (isNumber ? Array(mode.dropFirst()) : mode, 8),
            (Array(String(size).utf8), 10),
        ]
        guard columns.allSatisfy({ $0.0.count <= $0.1 }) else { return nil }
        let fields = columns.flatMap { text, width in
            text + [UInt8](repeating: 0x20, count: width - text.count)
        }
        return fields + (header.field("ar.header.end") ?? [0x60, 0x0a]) + long
    }
}
