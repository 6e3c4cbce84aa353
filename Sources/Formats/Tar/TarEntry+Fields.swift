import Anatomy
import Bytes

extension TarEntry {
    /// The fields of a run: first those of the extensions, then the header's own.
    static func expand(_ run: FieldRun) -> [Field] {
        switch run.id {
        case "tar.padding", "tar.end": return TarDissector.expandFiller(run)
        case "tar.global":
            return [run.field("tar.pax.global", 0, run.bytes.count, .own)]
        case "tar.owners":
            let text = Array(Hex.encode(run.bytes).utf8)
            return [run.field(run.id, 0, 0, .value(attribute: run.id, canonical: text))]
        default: break
        }
        // The run was read into an entry before it was given out.
        guard let entry = try? TarEntry(run) else {
            return [run.field("tar.unaccounted", 0, run.bytes.count, .own)]
        }
        return entry.extensions.flatMap { entry.fields(of: $0) } + entry.ownFields()
            + entry.sparseFields()
    }

    /// Whether rights hang on the member, so that its owner matters.
    private var isPrivileged: Bool {
        let mode = (try? Own(run, header).number(TarHeader.mode)) ?? 0
        let isDevice = type == UInt8(ascii: "3") || type == UInt8(ascii: "4")
        // Keys may be percent-encoded and spelt in several ways: any attribute may be a capability.
        let hasAttributes =
            pax?.records.contains { record in
                let key = String(decoding: record.key.bytes, as: UTF8.self).lowercased()
                return key.contains("xattr") || key.contains("capability")
            } ?? false
        // A second name of a privileged member shares its owner.
        let isSecondName = type == UInt8(ascii: "1")
        return mode & 0o6000 != 0 || isDevice || hasAttributes || isSecondName
            || run.traits.contains(.installsOwners)
    }

    /// The permission bits.
    var permissions: UInt32 { UInt32(truncatingIfNeeded: number(TarHeader.mode)) & 0o7777 }

    /// Short for ``Field/Role/value(attribute:canonical:)``.
    private func value(_ attribute: String, _ canonical: [UInt8]) -> Field.Role {
        .value(attribute: attribute, canonical: canonical)
    }

    /// A number of the member's own header. Zero only stands for a number that ``init(_:)`` has
    /// refused already, so it is never seen.
    private func number(_ slot: TarHeader.Slot) -> Int64 {
        (try? Own(run, header).number(slot)) ?? 0
    }

    /// The 512 bytes of the member's own header, slot by slot in their order. Numbers and texts
    /// that pax overrides stand under the pax value, as long as they do not contradict it.
    private func ownFields() -> [Field] {
        let owner = isPrivileged
        func field(_ slot: TarHeader.Slot, _ role: Field.Role, isGuarded: Bool = false) -> Field {
            run.field(slot.name, header + slot.offset, slot.length, role, isGuarded: isGuarded)
        }
        func decimal(_ slot: TarHeader.Slot, _ attribute: String, pax key: String) -> Field.Role {
            let own = number(slot)
            guard let text = pax?[key] else { return value(attribute, Array(String(own).utf8)) }
            // A reader that does not know pax takes the header's number: one that pax contradicts
            // stands for itself.
            return TarEntry.agrees(own, with: text, in: slot)
                ? value(attribute, TarEntry.canonicalNumber(text)) : .own
        }
        var fields = [
            field(TarHeader.name, nameRole),
            field(TarHeader.mode, value("tar.mode", Array(octal(number(TarHeader.mode)).utf8))),
            field(TarHeader.uid, decimal(TarHeader.uid, "tar.uid", pax: "uid"), isGuarded: owner),
            field(TarHeader.gid, decimal(TarHeader.gid, "tar.gid", pax: "gid"), isGuarded: owner),
            field(TarHeader.size, .derived(from: "content")),
            field(TarHeader.mtime, decimal(TarHeader.mtime, "tar.mtime", pax: "mtime")),
            field(TarHeader.checksum, .derived(from: "tar.header")),
            field(TarHeader.type, value("tar.type", typeName)),
            field(TarHeader.link, linkRole),
        ]
        if dialect == .old { return fields + [field(TarHeader.oldRest, .own)] + [paddingField] }
        fields.append(field(TarHeader.magic, value("tar.dialect", [])))
        for (slot, attribute, key) in [
            (TarHeader.uname, "tar.uname", "uname"), (TarHeader.gname, "tar.gname", "gname"),
        ] {
            let own = (try? Own(run, header).text(slot)) ?? []
            let text = pax?[key].map { Array($0) } ?? own
            let role = text.starts(with: own) ? value(attribute, text) : Field.Role.own
            fields.append(field(slot, role, isGuarded: owner))
        }
        for (slot, attribute) in [
            (TarHeader.major, "tar.major"), (TarHeader.minor, "tar.minor"),
        ] {
            // Version 7 has no such field: no device is device zero.
            let device = number(slot)
            fields.append(
                field(slot, value(attribute, device == 0 ? [] : Array(String(device).utf8))))
        }
        return fields + tailFields + [paddingField]
    }

    /// The last 12 bytes. In a GNU header they belong to the real size and are looked at all the
    /// same: only zeros are plain.
    private var paddingField: Field {
        let slot = TarHeader.padding
        let bytes = Own(run, header).bytes(slot)
        // Zeros are what every dialect has there; anything else is a message.
        let role: Field.Role = bytes.allSatisfy { $0 == 0 } ? .derived(from: "tar.header") : .own
        return run.field(slot.name, header + slot.offset, slot.length, role)
    }

    /// Bytes 345 to 499: the prefix of a POSIX name, or GNU's times, offsets and sparse map.
    private var tailFields: [Field] {
        func field(_ slot: TarHeader.Slot, _ role: Field.Role) -> Field {
            run.field(slot.name, header + slot.offset, slot.length, role)
        }
        guard dialect == .gnu else { return [field(TarHeader.prefix, nameRole)] }
        func time(_ slot: TarHeader.Slot, _ attribute: String) -> Field {
            let own = Own(run, header)
            let isEmpty = own.bytes(slot).allSatisfy { $0 == 0 }
            let number = (try? own.number(slot)).map { Array(String($0).utf8) }
            return field(
                slot,
                isEmpty ? value("tar.dialect", []) : number.map { value(attribute, $0) } ?? .own)
        }
        // POSIX has the beginning of the name where GNU has times: set ones are a name to some.
        let times =
            Own(run, header).bytes(TarHeader.gnuATime)
            + Own(run, header).bytes(TarHeader.gnuCTime)
        let mark = times.allSatisfy { $0 == 0 } ? [] : Array(Hex.encode(times).utf8)
        let rest = Own(run, header).bytes(TarHeader.gnuRest)
        let isPlain = rest.allSatisfy { $0 == 0 }
        return [
            time(TarHeader.gnuATime, "tar.atime"), time(TarHeader.gnuCTime, "tar.ctime"),
            field(TarHeader.gnuRest, isPlain ? value("tar.dialect", []) : .own),
            run.field(
                "tar.header.gnu-times", header + TarHeader.gnuATime.offset, 0,
                value("tar.gnu-times", mark)),
        ]
    }

    /// A short name under a long one says nothing of its own as long as it is the long one's
    /// beginning.
    private var nameRole: Field.Role {
        role(of: TarHeader.name, under: path, "tar.path", isOverridden: overrides("path", "L"))
    }

    /// Like the name: a short link target counts as the long one cut off, or stands for itself.
    private var linkRole: Field.Role {
        role(of: TarHeader.link, under: link, "tar.link", isOverridden: overrides("linkpath", "K"))
    }

    /// Whether an extension gives the value of `key`: pax by that key, or GNU by the typeflag.
    private func overrides(_ key: String, _ type: Unicode.Scalar) -> Bool {
        pax?[key] != nil || (key == "path" && pax?["GNU.sparse.name"] != nil)
            || extensions.contains { $0.type == UInt8(ascii: type) }
    }

    /// The role of a slot of which an extension may hold the whole. A header's 100 bytes are taken
    /// for cut off from 98 bytes on, since writers stop at 98, 99 or 100.
    private func role(
        of slot: TarHeader.Slot, under text: [UInt8], _ attribute: String, isOverridden: Bool
    ) -> Field.Role {
        let canonical = attribute == "tar.path" ? name.bytes : text
        guard isOverridden else { return value(attribute, canonical) }
        let short = Own(run, header).bytes(slot).prefix { $0 != 0 }
        let prefix = dialect == .posix ? Own(run, header).bytes(TarHeader.prefix) : []
        // Cut where the field ends, or whole: another beginning would be another name to a reader
        // that knows nothing of extended headers.
        let isWhole = short.count >= 98 || short.elementsEqual(text)
        let isCut = text.starts(with: short) && isWhole && prefix.allSatisfy { $0 == 0 }
        return isCut ? value(attribute, canonical) : .own
    }

    /// The typeflag in one spelling: version 7's NUL becomes `0`, or `5` if the name ends with a
    /// slash.
    private var typeName: [UInt8] {
        type == 0 ? (kind == .directory ? [UInt8(ascii: "5")] : [UInt8(ascii: "0")]) : [type]
    }

    /// A mode as people write it.
    private func octal(_ mode: Int64) -> String { "0" + String(mode, radix: 8) }

    /// What continues a GNU sparse header: more of the map.
    private func sparseFields() -> [Field] {
        let start = header + TarHeader.blockSize
        guard start < run.bytes.count else { return [] }
        return [run.field("tar.sparse", start, run.bytes.count - start, .own)]
    }

    /// Whether a header's number is what a writer puts under a pax number: the same, rounded, or
    /// anything if the header has too few octal digits for it.
    static func agrees(
        _ number: Int64, with record: ArraySlice<UInt8>, in slot: TarHeader.Slot
    ) -> Bool {
        let whole = record.prefix { $0 != UInt8(ascii: ".") }
        guard let value = Int64(String(decoding: whole, as: UTF8.self)) else { return false }
        let isHeld = value >= 0 && value < 1 << (3 * Int64(slot.length - 1))
        return !isHeld || number == value || (whole.count < record.count && number == value + 1)
    }

    /// A pax number with the zeros at the end of its fraction taken away.
    static func canonicalNumber(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: ".")) else { return Array(text) }
        let whole = text.reversed().drop { $0 == UInt8(ascii: "0") }
            .drop { $0 == UInt8(ascii: ".") }
        return whole.reversed()
    }

    // MARK: Extensions

    /// The fields of one extension: its header block, its records or text, its padding.
    private func fields(of block: Block) -> [Field] {
        let padding =
            block.content.upperBound..<block.content.lowerBound
            + TarEntry.padded(block.content.count)
        var fields = [
            run.field("tar.extension.header", block.offset, TarHeader.blockSize, headerRole(block))
        ]
        if block.type == UInt8(ascii: "x") {
            fields += pax?.records.map { field(of: $0) } ?? []
        } else {
            let (attribute, text) =
                block.type == UInt8(ascii: "L")
                ? ("tar.path", name.bytes) : ("tar.link", link)
            fields.append(
                run.field(
                    "tar.extension.name", block.content.lowerBound, block.content.count,
                    value(attribute, text)))
        }
        if !padding.isEmpty {
            let isZero = run.bytes[padding].allSatisfy { $0 == 0 }
            fields.append(
                run.field(
                    "tar.extension.padding", padding.lowerBound, padding.count,
                    isZero ? .derived(from: "tar.header") : .own))
        }
        return fields
    }

    /// The header of an extension describes a member that is never unpacked. Its name, owner and
    /// time are the writing program's, but bytes nobody looks at must not carry a message.
    private func headerRole(_ block: Block) -> Field.Role {
        let bytes = run.bytes[block.offset..<block.offset + TarHeader.blockSize]
        let isPosix = TarHeader.Dialect(bytes) == .posix
        // A link target, and what stands where POSIX has the beginning of the name.
        let hidden =
            bytes.dropFirst(500).contains { $0 != 0 }
            || bytes.dropFirst(157).prefix(100).contains { $0 != 0 }
            || (!isPosix && bytes.dropFirst(345).prefix(155).contains { $0 != 0 })
        // The name by which a reader that knows no extensions would unpack it.
        let name = bytes.prefix(100).prefix { $0 != 0 }
        let parts = name.split(separator: UInt8(ascii: "/"))
        let isUsual =
            name.elementsEqual("././@LongLink".utf8)
            || parts.contains { part in
                part.starts(with: "PaxHeader".utf8) || part.starts(with: "@PaxHeader".utf8)
            }
        let isOutside =
            name.first == UInt8(ascii: "/") || parts.contains { $0.elementsEqual("..".utf8) }
        return hidden || !isUsual || isOutside
            ? .own : .value(attribute: "tar.extension", canonical: [])
    }

    /// The field of a pax record. Keys that overlap the header become its attribute; any other is
    /// an attribute of its own, `tar.pax.` and the key.
    private func field(of record: PaxRecords.Record) -> Field {
        let attribute: String? =
            switch String(decoding: record.key.bytes, as: UTF8.self) {
            case "path": "tar.path"
            case "linkpath": "tar.link"
            case "uid": "tar.uid"
            case "gid": "tar.gid"
            case "uname": "tar.uname"
            case "gname": "tar.gname"
            case "mtime": "tar.mtime"
            case "atime": "tar.atime"
            case "ctime": "tar.ctime"
            default: nil
            }
        let role: Field.Role =
            if record.key == "size" {
                .derived(from: "content")
            } else if attribute == "tar.path" {
                value("tar.path", name.bytes)
            } else if let attribute {
                value(
                    attribute,
                    ["tar.link", "tar.uname", "tar.gname"].contains(attribute)
                        ? Array(record.value) : TarEntry.canonicalNumber(record.value))
            } else {
                // Never empty: a record with an empty value is not the same as none.
                value(
                    "tar.pax." + record.key.escaped, [UInt8(ascii: "=")] + Array(record.value))
            }
        let isOwner = attribute.map {
            ["tar.uid", "tar.gid", "tar.uname", "tar.gname"].contains($0)
        }
        return run.field(
            "tar.pax.record", record.range.lowerBound, record.range.count, role,
            isGuarded: (isOwner ?? false) && isPrivileged)
    }
}
