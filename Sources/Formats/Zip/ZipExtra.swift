import Anatomy
import Bytes

/// The extra fields whose content is known to the last byte. One that has another shape than its
/// definition carries something else besides, and stands for itself.
enum ZipExtra {
    /// The blocks that have a name, whatever their content: they stand for themselves.
    private static let names: [UInt64: (field: String, meaning: String)] = [
        0x000d: ("zip.extra.unix", "PKWARE's Unix times, user and group"),
        0x5855: ("zip.extra.infozip", "Info-ZIP's first Unix times, user and group"),
        0x7075: ("zip.extra.path", "the name once more, in UTF-8"),
        0x6375: ("zip.extra.comment", "the comment once more, in UTF-8"),
        0xcafe: ("zip.extra.jar", "the mark of a .jar"),
        0xd935: ("zip.extra.alignment", "Android's alignment, with its padding"),
        0xa11e: ("zip.extra.commons", "Apache's alignment, with its padding"),
        0xa220: ("zip.extra.growth", "room for a member to grow, in Open Packaging"),
    ]

    /// The field of a block that carries neither a time nor an owner.
    static func name(of id: UInt64) -> String {
        id == 1 ? "zip.extra64" : names[id]?.field ?? "zip.extra"
    }

    /// The fields of ``name(of:)``, but that of zip64.
    static let fields: [Format.FieldKind] =
        names.sorted { $0.value.field < $1.value.field }
        .map { Format.FieldKind($0.value.field, $0.value.meaning) }
        + [Format.FieldKind("zip.extra", "an extra field of no known meaning")]

    /// The ending of the attribute that a block carries: a time or an owner.
    ///
    /// - Parameters:
    ///   - id: the block's identifier.
    ///   - body: the block without its header.
    static func kind(_ id: UInt64, _ body: ArraySlice<UInt8>) -> String? {
        switch id {
        case 0x5455 where isUnixTime(body): ".unix.mtime"
        case 0x000a where isWindowsTime(body): ".ntfs.mtime"
        case 0x7855 where body.count == 0 || body.count == 4: ".owner"
        case 0x7875 where isOwner(body): ".owner"
        default: nil
        }
    }

    /// Info-ZIP's extended timestamp: flags, and four bytes for each time that they announce; the
    /// central directory has the first time only, whatever the flags say.
    private static func isUnixTime(_ body: ArraySlice<UInt8>) -> Bool {
        guard let flags = body.first, flags & 0xf8 == 0 else { return false }
        return body.count == 1 + 4 * flags.nonzeroBitCount || body.count == 5 && flags & 1 == 1
    }

    /// PKWARE's NTFS field: four reserved bytes, then tag 1 with three times of eight bytes.
    private static func isWindowsTime(_ body: ArraySlice<UInt8>) -> Bool {
        body.count == 32 && body.prefix(8).elementsEqual([0, 0, 0, 0, 1, 0, 24, 0])
    }

    /// Info-ZIP's third Unix field: version 1, then user and group, each with its length.
    private static func isOwner(_ body: ArraySlice<UInt8>) -> Bool {
        guard body.first == 1, let user = body.dropFirst().first, user <= 8 else { return false }
        let rest = body.dropFirst(2 + Int(user))
        guard let group = rest.first, group <= 8 else { return false }
        return rest.count == 1 + Int(group)
    }
}
