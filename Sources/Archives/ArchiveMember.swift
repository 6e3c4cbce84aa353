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
    /// When it was changed, in seconds since 1970.
    public let time: Int64

    /// The member as the body of a message.
    var body: [UInt8] {
        Wire.number(UInt64(mode)) + [isHardLink ? 1 : 0, link == nil ? 0 : 1]
            + Wire.number(UInt64(bitPattern: time)) + Wire.number(UInt64(name.count)) + name.bytes
            + (link?.bytes ?? [])
    }

    /// Makes a member of what libarchive says.
    init(name: ByteString, mode: UInt32, link: ByteString?, isHardLink: Bool, time: Int64) {
        self.name = name
        self.mode = mode
        self.link = link
        self.isHardLink = isHardLink
        self.time = time
    }

    /// Reads ``body`` back; `nil` if the lengths do not fit, as a child gone wrong may send.
    init?(body: [UInt8]) {
        let head = 26
        guard body.count >= head else { return nil }
        let length = ByteOrder.little(body[18..<head])
        guard length <= UInt64(body.count - head) else { return nil }
        name = ByteString(body[head..<head + Int(length)])
        mode = UInt32(truncatingIfNeeded: ByteOrder.little(body[0..<8]))
        isHardLink = body[8] == 1
        link = body[9] == 1 ? ByteString(body[(head + Int(length))...]) : nil
        time = Int64(bitPattern: ByteOrder.little(body[10..<18]))
    }
}
