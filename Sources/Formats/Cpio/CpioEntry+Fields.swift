import Anatomy
import Bytes

extension CpioEntry {
    /// The fields of a run.
    static func expand(_ run: FieldRun) -> [Field] {
        switch run.id {
        case "cpio.end", "cpio.end.short", "cpio.gap": return [end(run)]
        case "cpio.padding": return [filler(run, 0, Int(run.range.length))]
        case "cpio.links":
            let role = Field.Role.value(attribute: run.id, canonical: run.bytes)
            return [Field(run.id, run.range, run.bytes[...], role)]
        default: break
        }
        // The run was read into an entry before it was given out.
        guard let entry = try? CpioEntry(run) else {
            return [run.field("cpio.unaccounted", 0, run.bytes.count, .own)]
        }
        return entry.isTrailer ? [entry.trailerField] : entry.headerFields + entry.nameFields
    }

    /// The trailer: as every writer has it, or else for itself.
    private var trailerField: Field {
        let plain = CpioHeader.Key.allCases.allSatisfy { key in
            switch key {
            case .namesize: header[key] == UInt64(CpioEntry.trailer.count + 1)
            case .nlink: header[key] == 1
            default: header[key] == 0
            }
        }
        return run.field(
            "cpio.trailer", 0, run.bytes.count,
            plain ? .value(attribute: "cpio.trailer", canonical: []) : .own)
    }

    /// The magic, and the numbers in the order of the dialect.
    private var headerFields: [Field] {
        var fields = [run.field("cpio.magic", 0, 6, .own)]
        var at = 6
        for (key, length) in header.dialect.slots {
            let isOwner = key == .uid || key == .gid
            fields.append(
                run.field(key.id, at, length, role(key), isGuarded: isOwner && isPrivileged))
            at += length
        }
        return fields
    }

    private func role(_ key: CpioHeader.Key) -> Field.Role {
        let number = header[key]
        return switch key {
        case .filesize: .derived(from: "content")
        case .namesize: .derived(from: "cpio.path")
        case .check where isSummed: .derived(from: "content")
        case .check, .rdev, .rdevmajor, .rdevminor:
            .value(attribute: key.id, canonical: number == 0 ? [] : Array(String(number).utf8))
        case .mode:
            .value(attribute: key.id, canonical: Array(("0" + String(number, radix: 8)).utf8))
        default: .value(attribute: key.id, canonical: Array(String(number).utf8))
        }
    }

    /// Whether the owner matters. What the kernel unpacks from an initramfs, in the dialects that
    /// it reads, gets its owner from it.
    private var isPrivileged: Bool {
        let isDevice = kind == .other
        let isSecondName = kind == .file && isLinked
        return header.dialect != .odc || header[.mode] & 0o6000 != 0 || isDevice || isSecondName
            || run.traits.contains(.installsOwners)
    }

    /// The name, the target of a link, and what fills them up.
    private var nameFields: [Field] {
        let start = header.dialect.size
        let length = Int(header[.namesize])
        // Zeros behind the one that ends the name say nothing, but somebody put them there.
        let isPlain = length == path.count + 1
        let next = CpioEntry.targetOffset(header, run.range.start)
        let name = run.field(
            "cpio.name", start, length,
            isPlain ? .value(attribute: "cpio.path", canonical: path.bytes) : .own)
        let fields = [name, CpioEntry.filler(run, start + length, next - start - length)]
        guard kind == .symlink else { return fields }
        let end = next + target.count
        return fields + [
            run.field(
                "cpio.link", next, target.count,
                .value(attribute: "cpio.link", canonical: Array(target))),
            CpioEntry.filler(run, end, run.bytes.count - end),
        ]
    }

    /// Zeros follow from what they fill up; anything else is a message.
    private static func filler(_ run: FieldRun, _ offset: Int, _ length: Int) -> Field {
        guard !run.isZeros else {
            return Field("cpio.padding", run.range, [], .derived(from: "cpio.filesize"))
        }
        let isZero = run.bytes[offset..<offset + length].allSatisfy { $0 == 0 }
        return run.field(
            "cpio.padding", offset, length, isZero ? .derived(from: "cpio.filesize") : .own)
    }

    /// Zeros behind the trailer: to the end of the layer, or up to what follows.
    private static func end(_ run: FieldRun) -> Field {
        let attribute = run.id == "cpio.end" ? "cpio.blocking" : run.id
        let count = Array(String(run.range.length).utf8)
        return Field(run.id, run.range, [], .value(attribute: attribute, canonical: count))
    }
}
