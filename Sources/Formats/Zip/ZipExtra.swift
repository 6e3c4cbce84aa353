import Bytes

/// The extra fields whose content is known to the last byte. One that has another shape than its
/// definition carries something else besides, and stands for itself.
enum ZipExtra {
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
