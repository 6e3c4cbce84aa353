/// A gzip member (RFC 1952), every field of it settable, true or false.
public struct GzipBuilder: Sendable {
    /// Flags besides those of the parts below.
    public var flags: UInt8 = 0
    /// The time of the original file.
    public var mtime: UInt32 = 0
    /// The extra flags, as the compressor's level.
    public var extraFlags: UInt8 = 0
    /// The system.
    public var system: UInt8 = 3
    /// The extra field.
    public var extra: [UInt8]?
    /// The original name.
    public var name: String?
    /// The comment.
    public var comment: String?
    /// Whether the header has a checksum.
    public var hasHeaderChecksum = false
    /// The level of deflate.
    public var level: Int32 = 6
    /// Another checksum than the content's.
    public var crc: UInt32?
    /// Another size than the content's.
    public var size: UInt32?

    /// A member with the fewest parts.
    public init() {}

    /// The member of `content`.
    public func build(_ content: [UInt8]) -> [UInt8] {
        var all = flags
        if hasHeaderChecksum { all |= 2 }
        if extra != nil { all |= 4 }
        if name != nil { all |= 8 }
        if comment != nil { all |= 16 }
        var bytes: [UInt8] = [0x1f, 0x8b, 8, all]
        bytes += little(UInt64(mtime), 4) + [extraFlags, system]
        if let extra { bytes += little(UInt64(extra.count), 2) + extra }
        for text in [name, comment] { if let text { bytes += Array(text.utf8) + [0] } }
        if hasHeaderChecksum { bytes += little(UInt64(Deflate.crc32(bytes)), 2) }
        bytes += Deflate.encode(content, level: level)
        bytes += little(UInt64(crc ?? Deflate.crc32(content)), 4)
        return bytes + little(UInt64(size ?? UInt32(truncatingIfNeeded: content.count)), 4)
    }
}

/// The lowest `count` bytes of a number, least significant first.
public func little(_ number: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
}
