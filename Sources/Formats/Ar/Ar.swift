import Anatomy
import Bytes

extension Format {
    /// Unix archives of object files, with GNU's or BSD's long names.
    public static let ar = Format(
        name: "ar", title: "ar archive", shape: .archive,
        magic: [Magic(ArDissector.magic)], access: .sequential,
        specification: "https://man.freebsd.org/cgi/man.cgi?query=ar&sektion=5",
        fields: arFields, encodingRule: arEncoding, composer: ArComposer(isPackage: false),
        expand: { run in ArDissector.expand(run) },
        dissect: { layer, limits throws(SourceError) in
            try ArDissector(layer, limits, isPackage: false)
        })

    /// Debian binary packages: an ar with a first member of a fixed name.
    public static let deb = Format(
        name: "deb", title: "Debian package", shape: .archive,
        magic: [Magic(ArDissector.magic + Array("debian-binary".utf8))], access: .sequential,
        specification: "deb(5)",
        fields: arFields, encodingRule: arEncoding, composer: ArComposer(isPackage: true),
        expand: { run in ArDissector.expand(run) },
        dissect: { layer, limits throws(SourceError) in
            try ArDissector(layer, limits, isPackage: true)
        })

    private static let arEncoding = Rule.encoding("ar", examples: "white space around a number")
    private static let arTime = Rule.time("ar.mtime", "modification time")
    private static let arOwner = Rule.owner("ar.owner")

    private static let arFields: [FieldKind] = [
        FieldKind("ar.magic", "the archive's mark", isUnpacked: true),
        FieldKind("ar.path", "the member's name, in full", isUnpacked: true),
        FieldKind("ar.header.name", "the member's name", isUnpacked: true),
        FieldKind("ar.mtime", "its modification time", rule: arTime),
        FieldKind("ar.uid", "the number of its user", rule: arOwner),
        FieldKind("ar.gid", "the number of its group", rule: arOwner),
        FieldKind("ar.mode", "its permissions", isUnpacked: true),
        FieldKind("ar.mtime.text", "a modification time that is no number"),
        FieldKind("ar.uid.text", "a user that is no number"),
        FieldKind("ar.gid.text", "a group that is no number"),
        FieldKind("ar.mode.text", "permissions that are no number"),
        FieldKind("ar.header.size", "the size of its content"),
        FieldKind("ar.header.end", "the mark at a header's end", isUnpacked: true),
        FieldKind("ar.names", "GNU's table of long names", isUnpacked: true),
        FieldKind("ar.padding", "the byte that fills an odd member"),
    ]
}

/// Takes an ar apart, member by member, in one pass.
final class ArDissector: Dissector {
    static let magic = Array("!<arch>\n".utf8)
    private static let headerSize = 60

    private enum State {
        case magic
        case header
        case content(ByteString)
        case padding(ByteString)
    }

    private let reader: ByteReader
    private let limits: Limits
    private var state = State.magic
    private var names: [UInt8] = []
    private var remaining: UInt64 = 0
    private let content: StoredContent
    private var pending: Member?
    private var package: PackageOrder?

    init(_ layer: Layer, _ limits: Limits, isPackage: Bool) throws(SourceError) {
        self.limits = limits
        reader = try layer.reader()
        content = StoredContent(reader)
        package = isPackage ? PackageOrder() : nil
    }

    func open() throws(SourceError) -> any Source { content.open() }

    func next() throws(SourceError) -> Part? {
        if let member = pending {
            pending = nil
            state = .content(member.name)
            return .member(member)
        }
        switch state {
        case .magic:
            state = .header
            let bytes = try reader.take(ArDissector.magic.count, "the mark of an ar archive")
            return .fields(FieldRun("ar.magic", start: 0, bytes: bytes))
        case .header: return try nextHeader()
        case .content(let name):
            state = .padding(name)
            guard let range = try content.finish() else { return try next() }
            return .content(range, of: name)
        case .padding(let name):
            state = .header
            let at = reader.offset
            guard !at.isMultiple(of: 2), try !reader.peek(1).isEmpty else { return try next() }
            let bytes = try reader.take(1, "the padding behind a member")
            return .fields(FieldRun("ar.padding", member: name, start: at, bytes: bytes))
        }
    }

    private func nextHeader() throws(SourceError) -> Part? {
        let at = reader.offset
        guard try !reader.peek(1).isEmpty else {
            try package?.checkComplete(at: at)
            return nil
        }
        var header = try reader.take(ArDissector.headerSize, "an ar header")
        guard header[58...].elementsEqual([0x60, 0x0a]) else {
            throw SourceError(.malformed, at: at + 58, "an ar header does not end as it must")
        }
        guard let size = ArDissector.number(header[48..<58], radix: 10) else {
            throw SourceError(.malformed, at: at + 48, "the size in an ar header is no number")
        }
        remaining = size
        let field = Array(header[0..<16].reversed().drop { $0 == 0x20 }.reversed())
        if field.elementsEqual("//".utf8) { return try nameTable(header, at: at) }
        var name = try self.name(field, at: at)
        if field.starts(with: "#1/".utf8) {
            name = try bsdName(field, at: at)
            header += name
            name = Array(name.prefix { $0 != 0 })
        }
        return try announce(ByteString(name), header, at: at)
    }

    private func announce(
        _ name: ByteString, _ header: [UInt8], at: UInt64
    ) throws(SourceError) -> Part {
        try package?.admit(name, at: at)
        let run = FieldRun("ar.header", member: name, start: at, bytes: header)
        pending = Member(
            name: name, runs: [run], storage: .stored(content.begin(size: remaining)),
            traits: .installsOwners)
        return .carried(run)
    }

    /// GNU keeps names over 15 bytes in a member of their own, before the first that needs it.
    private func nameTable(_ header: [UInt8], at: UInt64) throws(SourceError) -> Part {
        guard names.isEmpty, remaining <= UInt64(limits.headerSize) else {
            throw SourceError(.ambiguous, at: at, "a second or oversized table of long names")
        }
        names = try reader.take(Int(remaining), "the table of long names")
        state = .padding("//")
        return .fields(FieldRun("ar.names", start: at, bytes: header + names))
    }

    private func name(_ field: [UInt8], at: UInt64) throws(SourceError) -> [UInt8] {
        let isTable = field.elementsEqual("/".utf8) || field.elementsEqual("/SYM64/".utf8)
        guard !isTable else { return field }
        if field.first == UInt8(ascii: "/") {
            guard let index = ArDissector.number(field[1...], radix: 10), index < names.count else {
                throw SourceError(.malformed, at: at, "a long name is not in the table of names")
            }
            let line = names[Int(index)...].prefix { $0 != 0x0a }
            return Array(line.last == UInt8(ascii: "/") ? line.dropLast() : line)
        }
        let name = field.last == UInt8(ascii: "/") ? Array(field.dropLast()) : field
        guard !name.isEmpty, !name.contains(0) else {
            throw SourceError(.ambiguous, at: at, "a member's name is empty or holds a NUL")
        }
        return name
    }

    private func bsdName(_ field: [UInt8], at: UInt64) throws(SourceError) -> [UInt8] {
        guard let length = ArDissector.number(field[3...], radix: 10), length <= remaining,
            length <= UInt64(limits.nameLength)
        else { throw SourceError(.malformed, at: at, "a BSD long name has no sensible length") }
        remaining -= length
        return try reader.take(Int(length), "a BSD long name")
    }

    private static func number(_ bytes: ArraySlice<UInt8>, radix: Int) -> UInt64? {
        let digits = bytes.prefix { $0 != 0x20 }
        guard bytes.dropFirst(digits.count).allSatisfy({ $0 == 0x20 }), !digits.isEmpty,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: radix)
    }

    static func expand(_ run: FieldRun) -> [Field] {
        guard run.id == "ar.header" else {
            let isFiller = run.id == "ar.padding" && run.bytes == [0x0a]
            return [
                run.field(
                    run.id, 0, run.bytes.count, isFiller ? .derived(from: "ar.header.size") : .own)
            ]
        }
        func value(_ id: String, _ offset: Int, _ length: Int, radix: Int) -> Field {
            let bytes = run.bytes[offset..<offset + length]
            guard let number = number(bytes, radix: 10) else {
                // What is no number may be anything, and some readers refuse the member for it.
                return run.field(id + ".text", offset, length, .own)
            }
            let text = (radix == 8 ? "0" : "") + String(number)
            return run.field(
                id, offset, length, .value(attribute: id, canonical: Array(text.utf8)))
        }
        var fields = [
            // GNU's index into the table of names is a position; the name itself is compared.
            run.field(
                "ar.header.name", 0, 16,
                .value(attribute: "ar.path", canonical: run.member?.bytes ?? [])),
            value("ar.mtime", 16, 12, radix: 10),
            value("ar.uid", 28, 6, radix: 10),
            value("ar.gid", 34, 6, radix: 10),
            value("ar.mode", 40, 8, radix: 8),
            run.field("ar.header.size", 48, 10, .derived(from: "content")),
            run.field("ar.header.end", 58, 2, .own),
        ]
        if run.bytes.count > headerSize {
            fields.append(
                run.field("ar.header.name", headerSize, run.bytes.count - headerSize, .own))
        }
        return fields
    }
}

/// What deb(5) demands of the members of a package: `debian-binary`, the control archive, the data
/// archive, each once and in this order; names with an underscore in front are passed over by dpkg.
private struct PackageOrder {
    private static let order = ["debian-binary", "control.tar", "data.tar"]
    private var seen = 0

    mutating func admit(_ name: ByteString, at offset: UInt64) throws(SourceError) {
        if name.hasPrefix("_"), seen > 0 { return }
        let isNext = seen < PackageOrder.order.count && name.hasPrefix(PackageOrder.order[seen])
        guard isNext else {
            throw SourceError(
                .ambiguous, at: offset,
                "a package has the member \(name.escaped) where deb(5) has another; readers "
                    + "disagree which one counts")
        }
        seen += 1
    }

    func checkComplete(at offset: UInt64) throws(SourceError) {
        guard seen == PackageOrder.order.count else {
            throw SourceError(
                .truncated, at: offset,
                "the package ends before its \(PackageOrder.order[seen]); get a complete copy")
        }
    }
}
