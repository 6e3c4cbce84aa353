import Anatomy
import Bytes

/// The ways in which the headers of a member can be written, from what is kept of them.
struct TarSpelling {
    /// How a text is written that a header may be too short for.
    enum Style {
        /// In the header, whole.
        case plain
        /// In the header, its beginning in the prefix.
        case split
        /// In a GNU header of its own (`L`, `K`).
        case long
        /// In a pax record.
        case pax
        /// In a record that is kept in any case: GNU's name of a sparse file.
        case kept
    }

    let kept: KeptRun
    /// The name as a header has it: that of a folder ends with a slash.
    let path: [UInt8]
    let link: [UInt8]
    private let size: UInt64
    private let epoch: UInt64
    /// The keys of pax records by the attributes that they carry.
    private let keys: [String: [UInt8]]

    init(_ entry: TarEntry, _ kept: KeptRun, name: ByteString, size: UInt64, epoch: UInt64) {
        self.kept = kept
        self.size = size
        self.epoch = epoch
        let isFolder = entry.kind == .directory && name.bytes.last != UInt8(ascii: "/")
        path = name.bytes + (isFolder ? [UInt8(ascii: "/")] : [])
        link = kept.values["tar.link"] ?? entry.link
        let records = entry.pax?.records ?? []
        keys = Dictionary(
            records.map { ("tar.pax." + $0.key.escaped, $0.key.bytes) },
            uniquingKeysWith: { first, _ in first })
    }

    /// All ways, the preferred one first; `nil` where one does not work.
    var candidates: [[UInt8]?] {
        dialects.flatMap { dialect in
            pathStyles(dialect).flatMap { path in
                linkStyles.map { link in bytes(dialect, path, link) }
            }
        }
    }

    // MARK: What is possible

    private var dialects: [TarHeader.Dialect] {
        if own(TarHeader.oldRest) != nil { return [.old] }
        if own(TarHeader.gnuRest) != nil || kept.values["tar.gnu-times"] != nil { return [.gnu] }
        return own(TarHeader.prefix) != nil ? [.posix] : [.posix, .gnu]
    }

    /// dpkg knows GNU's long names and no pax; so pax is used only where it is needed anyway.
    private var extensionStyles: [Style] { records.isEmpty ? [.long, .pax] : [.pax, .long] }

    private func pathStyles(_ dialect: TarHeader.Dialect) -> [Style] {
        if keys["tar.pax.GNU.sparse.name"] != nil { return [.kept] + extensionStyles }
        if own(TarHeader.name) != nil { return extensionStyles }
        let plain: [Style] = path.count <= TarHeader.name.length ? [.plain] : []
        return plain + (dialect == .posix && split != nil ? [.split] : []) + extensionStyles
    }

    private var linkStyles: [Style] {
        if own(TarHeader.link) != nil { return extensionStyles }
        return (link.count <= TarHeader.link.length ? [.plain] : []) + extensionStyles
    }

    /// The longest prefix that leaves a name.
    private var split: (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        let slash = path.prefix(TarHeader.prefix.length + 1).dropLast(0).lastIndex(
            of: UInt8(ascii: "/"))
        let last = slash == path.count - 1 ? path[..<(path.count - 1)].lastIndex(of: 0x2f) : slash
        guard let last, last > 0, path.count - last - 1 <= TarHeader.name.length else { return nil }
        return (path[..<last], path[(last + 1)...])
    }

    // MARK: Kept values

    /// The bytes of a slot that stand for themselves.
    private func own(_ slot: TarHeader.Slot) -> [UInt8]? { kept.field(slot.name) }

    /// A number as it goes into a slot and, where that is not enough, into a pax record.
    private func number(
        _ slot: TarHeader.Slot, _ attribute: String, tolerated: UInt64
    ) -> (slot: [UInt8], record: [UInt8]?) {
        let value = kept.values[attribute] ?? Array(String(tolerated).utf8)
        let text = String(decoding: value, as: UTF8.self)
        if let own = own(slot) {
            return (own, kept.values[attribute] ?? contradicting(own, slot, tolerated))
        }
        let whole = Int64(String(decoding: value.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
        let isHeld = whole.map { $0 >= 0 && $0 < 1 << (3 * Int64(slot.length - 1)) } ?? false
        let isPlain = whole.map { String($0) == text } ?? false
        let isSigned = isPlain && attribute != "tar.mtime" && value.first == UInt8(ascii: "-")
        let bytes = TarSpelling.number(isHeld || isSigned ? whole ?? 0 : 0, slot.length)
        return (bytes, isPlain && (isHeld || isSigned) ? nil : value)
    }

    /// The first number that a header's number contradicts, as it did before.
    private func contradicting(_ own: [UInt8], _ slot: TarHeader.Slot, _ start: UInt64) -> [UInt8] {
        let number = TarHeader.number(own[...]) ?? 0
        let texts = (0..<3).map { Array(String(start + $0).utf8) }
        return texts.first { !TarEntry.agrees(number, with: $0[...], in: slot) } ?? texts[0]
    }

    /// A text as it goes into a slot or a pax record.
    private func text(
        _ slot: TarHeader.Slot, _ attribute: String, _ dialect: TarHeader.Dialect
    ) -> (slot: [UInt8], record: [UInt8]?) {
        let value = kept.values[attribute] ?? []
        if let own = own(slot) {
            let other: [UInt8] = own.first == UInt8(ascii: "-") ? [0x2b] : [0x2d]
            return (own, value.isEmpty ? other : value)
        }
        let fits = dialect != .old && value.count < slot.length
        return (fits ? value : [], fits || value.isEmpty ? nil : value)
    }

    private static let owners = [
        (TarHeader.uname, "tar.uname", "uname"), (TarHeader.gname, "tar.gname", "gname"),
    ]
    private static let ids = [
        (TarHeader.uid, "tar.uid", "uid"), (TarHeader.gid, "tar.gid", "gid"),
    ]

    /// The pax records that are needed whatever way names are written.
    private var records: [(key: [UInt8], value: [UInt8])] { records(dialects.first ?? .posix) }

    private func records(_ dialect: TarHeader.Dialect) -> [(key: [UInt8], value: [UInt8])] {
        var records: [(key: [UInt8], value: [UInt8])] = []
        func add(_ key: String, _ value: [UInt8]?) {
            if let value { records.append((Array(key.utf8), value)) }
        }
        for (attribute, value) in kept.values {
            if let key = keys[attribute] { records.append((key, Array(value.dropFirst()))) }
        }
        for (slot, attribute, key) in TarSpelling.ids {
            add(key, number(slot, attribute, tolerated: 0).record)
        }
        for (slot, attribute, key) in TarSpelling.owners {
            add(key, text(slot, attribute, dialect).record)
        }
        add("mtime", number(TarHeader.mtime, "tar.mtime", tolerated: epoch).record)
        if kept.values["tar.gnu-times"] == nil {
            add("atime", kept.values["tar.atime"])
            add("ctime", kept.values["tar.ctime"])
        }
        if size >= 1 << 33 { add("size", Array(String(size).utf8)) }
        return records
    }

    /// Records are sorted by key, but for two: one says what the others are written in, and GNU tar
    /// takes a sparse map only behind the number of its entries.
    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func rank(_ key: [UInt8]) -> Int {
            key.elementsEqual("hdrcharset".utf8)
                ? 0 : key.elementsEqual("GNU.sparse.map".utf8) ? 2 : 1
        }
        let ranks = (rank(left), rank(right))
        return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.lexicographicallyPrecedes(right)
    }

    // MARK: Bytes

    private func bytes(_ dialect: TarHeader.Dialect, _ path: Style, _ link: Style) -> [UInt8]? {
        var records = records(dialect)
        if path == .pax { records.append((Array("path".utf8), self.path)) }
        if link == .pax { records.append((Array("linkpath".utf8), self.link)) }
        records.sort { TarSpelling.precedes($0.key, $1.key) }
        var bytes: [UInt8] = []
        if !records.isEmpty {
            let content = records.flatMap { PaxRecords.line($0.key, $0.value) }
            guard let block = block("x", [content]) else { return nil }
            bytes += block
        }
        for (style, type, text) in [(link, "K", self.link), (path, "L", self.path)]
        where style == .long {
            guard let block = block(Unicode.Scalar(type) ?? "L", [text + [0], text]) else {
                return nil
            }
            bytes += block
        }
        return bytes + header(dialect, path, link) + (kept.field("tar.sparse") ?? [])
    }

    /// An extended header with its content. A header block that stands for itself is kept, for the
    /// first of the contents that has the size it tells.
    private func block(_ type: Unicode.Scalar, _ contents: [[UInt8]]) -> [UInt8]? {
        let own = kept.fields.first {
            $0.id == "tar.extension.header" && $0.bytes.dropFirst(156).first == UInt8(ascii: type)
        }
        var header = own?.bytes
        var content = contents.first
        if let own = header {
            content = contents.first {
                TarHeader.number(own[TarHeader.size.range]) == Int64($0.count)
            }
        } else {
            let name = type == "x" ? "././@PaxHeader" : "././@LongLink"
            var new = TarHeaderBlock(type == "x" ? .posix : .gnu)
            new.put(Array(name.utf8), TarHeader.name)
            for slot in [TarHeader.mode, TarHeader.uid, TarHeader.gid, TarHeader.mtime] {
                new.put(TarSpelling.number(0, slot.length), slot)
            }
            new.put(
                TarSpelling.number(Int64(content?.count ?? 0), TarHeader.size.length),
                TarHeader.size)
            new.put([UInt8(ascii: type)], TarHeader.type)
            header = new.sealed
        }
        guard let header, let content else { return nil }
        let filler = TarEntry.padded(content.count) - content.count
        return header + content + [UInt8](repeating: 0, count: filler)
    }

    private func header(_ dialect: TarHeader.Dialect, _ path: Style, _ link: Style) -> [UInt8] {
        var block = TarHeaderBlock(dialect)
        let name = path == .split ? split?.name ?? [] : self.path.prefix(TarHeader.name.length)
        block.put(own(TarHeader.name) ?? Array(name), TarHeader.name)
        let mode = String(decoding: kept.values["tar.mode"]?.dropFirst() ?? [], as: UTF8.self)
        block.put(TarSpelling.number(Int64(mode, radix: 8) ?? 0, 8), TarHeader.mode)
        for (slot, attribute, _) in TarSpelling.ids {
            block.put(number(slot, attribute, tolerated: 0).slot, slot)
        }
        block.put(
            TarSpelling.number(size < 1 << 33 ? Int64(size) : 0, TarHeader.size.length),
            TarHeader.size)
        block.put(
            number(TarHeader.mtime, "tar.mtime", tolerated: epoch).slot, TarHeader.mtime)
        block.put(kept.values["tar.type"] ?? [UInt8(ascii: "0")], TarHeader.type)
        let target = self.link.prefix(TarHeader.link.length)
        block.put(own(TarHeader.link) ?? Array(target), TarHeader.link)
        if let rest = own(TarHeader.oldRest) { block.put(rest, TarHeader.oldRest) }
        if dialect != .old { putOwners(dialect, &block) }
        if path == .split, let split { block.put(Array(split.prefix), TarHeader.prefix) }
        if let own = own(TarHeader.prefix) { block.put(own, TarHeader.prefix) }
        if dialect == .gnu { putTimes(&block) }
        if let own = own(TarHeader.padding) { block.put(own, TarHeader.padding) }
        return block.sealed
    }

    private func putOwners(_ dialect: TarHeader.Dialect, _ block: inout TarHeaderBlock) {
        for (slot, attribute, _) in TarSpelling.owners {
            block.put(text(slot, attribute, dialect).slot, slot)
        }
        for (slot, attribute) in [(TarHeader.major, "tar.major"), (TarHeader.minor, "tar.minor")] {
            let device = kept.values[attribute].flatMap {
                Int64(String(decoding: $0, as: UTF8.self))
            }
            block.put(TarSpelling.number(device ?? 0, slot.length), slot)
        }
    }

    /// GNU's times, if any is set, and what else GNU has in its header.
    private func putTimes(_ block: inout TarHeaderBlock) {
        if let own = own(TarHeader.gnuRest) { block.put(own, TarHeader.gnuRest) }
        guard kept.values["tar.gnu-times"] != nil else { return }
        let slots = [(TarHeader.gnuATime, "tar.atime"), (TarHeader.gnuCTime, "tar.ctime")]
        let hasKept = slots.contains { kept.values[$0.1] != nil }
        for (slot, attribute) in slots {
            let value = kept.values[attribute].flatMap {
                Int64(String(decoding: $0, as: UTF8.self))
            }
            guard value != nil || (!hasKept && slot.offset == TarHeader.gnuATime.offset) else {
                continue
            }
            block.put(TarSpelling.number(value ?? Int64(clamping: epoch), slot.length), slot)
        }
    }

    /// A number in octal digits with a NUL behind them or, if it has more of them than fit or is
    /// negative, in base 256.
    static func number(_ number: Int64, _ width: Int) -> [UInt8] {
        if number >= 0, number < 1 << min(62, 3 * Int64(width - 1)) {
            let digits = Array(String(number, radix: 8).utf8)
            return [UInt8](repeating: 0x30, count: width - 1 - digits.count) + digits + [0]
        }
        let fill: UInt8 = number < 0 ? 0xff : 0
        let low = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
        var bytes = [UInt8](repeating: fill, count: max(0, width - 8)) + low.reversed()
        bytes[0] |= 0x80
        return bytes
    }
}

/// A header block while it is put together.
struct TarHeaderBlock {
    private var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)

    /// A block of zeros with the mark of its dialect.
    init(_ dialect: TarHeader.Dialect) {
        switch dialect {
        case .old: break
        case .posix: put(Array("ustar\u{0}00".utf8), TarHeader.magic)
        case .gnu: put(Array("ustar  \u{0}".utf8), TarHeader.magic)
        }
    }

    /// Fills a slot from its beginning.
    mutating func put(_ value: [UInt8], _ slot: TarHeader.Slot) {
        let value = value.prefix(slot.length)
        bytes.replaceSubrange(slot.offset..<slot.offset + value.count, with: value)
    }

    /// The block with its checksum: six digits, a NUL, a space.
    var sealed: [UInt8] {
        var block = bytes
        let sum = TarSpelling.number(Int64(TarHeader.sum(block[...])), 7)
        block.replaceSubrange(TarHeader.checksum.range, with: sum + [0x20])
        return block
    }
}
