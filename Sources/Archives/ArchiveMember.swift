import Bytes

/// A member of an archive as libarchive sees it.
public struct ArchiveMember: Hashable, Sendable {
    /// Its name.
    public let name: ByteString
    /// Its type and permissions, as in `st_mode`.
    public let mode: UInt32
    /// The target of a symbolic or hard link.
    public let link: ByteString?
    /// Whether the link is a hard one.
    public let isHardLink: Bool

    /// The member as the body of a message.
    var body: [UInt8] {
        Wire.number(UInt64(mode)) + [isHardLink ? 1 : 0, link == nil ? 0 : 1]
            + Wire.number(UInt64(name.count)) + name.bytes + (link?.bytes ?? [])
    }

    /// Makes a member of what libarchive says.
    init(name: ByteString, mode: UInt32, link: ByteString?, isHardLink: Bool) {
        self.name = name
        self.mode = mode
        self.link = link
        self.isHardLink = isHardLink
    }

    /// Reads ``body`` back; `nil` if the lengths do not fit, as a child gone wrong may send.
    init?(body: [UInt8]) {
        guard body.count >= 18 else { return nil }
        let length = ByteOrder.little(body[10..<18])
        guard length <= UInt64(body.count - 18) else { return nil }
        name = ByteString(body[18..<18 + Int(length)])
        mode = UInt32(truncatingIfNeeded: ByteOrder.little(body[0..<8]))
        isHardLink = body[8] == 1
        link = body[9] == 1 ? ByteString(body[(18 + Int(length))...]) : nil
    }
}
