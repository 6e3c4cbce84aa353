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
    let size: UInt64
    let epoch: UInt64
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

    /// The first way, the preferred one first, that `isKept` takes; each is made only if it has to
    /// be.
    func first(where isKept: ([UInt8]) -> Bool) -> [UInt8]? {
        let links = linkStyles
        for dialect in dialects {
            for path in pathStyles(dialect) {
                for link in links {
                    if let bytes = bytes(dialect, path, link), isKept(bytes) { return bytes }
                }
            }
        }
        return nil
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
    var split: (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        let slash = path.prefix(TarHeader.prefix.length + 1).dropLast(0).lastIndex(
            of: UInt8(ascii: "/"))
        let last = slash == path.count - 1 ? path[..<(path.count - 1)].lastIndex(of: 0x2f) : slash
        guard let last, last > 0, path.count - last - 1 <= TarHeader.name.length else { return nil }
        return (path[..<last], path[(last + 1)...])
    }

    // MARK: Kept values

    /// The bytes of a slot that stand for themselves.
    func own(_ slot: TarHeader.Slot) -> [UInt8]? { kept.field(slot.name) }

    /// A number as it goes into a slot and, where that is not enough, into a pax record.
    func number(
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
        let bytes = TarHeaderBlock.number(isHeld || isSigned ? whole ?? 0 : 0, slot.length)
        return (bytes, isPlain && (isHeld || isSigned) ? nil : value)
    }

    /// The first number that a header's number contradicts, as it did before.
    private func contradicting(_ own: [UInt8], _ slot: TarHeader.Slot, _ start: UInt64) -> [UInt8] {
        let number = TarHeader.number(own[...]) ?? 0
        let texts = (0..<3).map { Array(String(start + $0).utf8) }
        return texts.first { !TarEntry.agrees(number, with: $0[...], in: slot) } ?? texts[0]
    }

    /// A text as it goes into a slot or a pax record.
    func text(
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

    static let owners = [
        (TarHeader.uname, "tar.uname", "uname"), (TarHeader.gname, "tar.gname", "gname"),
    ]
    static let ids = [
        (TarHeader.uid, "tar.uid", "uid"), (TarHeader.gid, "tar.gid", "gid"),
    ]

    /// The pax records that are needed whatever way names are written.
    private var records: [(key: [UInt8], value: [UInt8])] { records(dialects.first ?? .posix) }

    func records(_ dialect: TarHeader.Dialect) -> [(key: [UInt8], value: [UInt8])] {
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
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func rank(_ key: [UInt8]) -> Int {
            key.elementsEqual("hdrcharset".utf8)
                ? 0 : key.elementsEqual("GNU.sparse.map".utf8) ? 2 : 1
        }
        let ranks = (rank(left), rank(right))
        return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.lexicographicallyPrecedes(right)
    }
}
