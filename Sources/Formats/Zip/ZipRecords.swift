import Bytes

/// One entry of a central directory, with its local header checked against it
/// (PKWARE APPNOTE 6.3.10, sections 4.3.7 and 4.3.12).
struct ZipEntry: Sendable {
    /// As stored, with the slash of a folder; bytes of no known encoding.
    var name: ByteString
    /// General purpose bits (section 4.4.4) and compression method (section 4.4.5).
    var flags, method: UInt64
    /// CRC-32 of the decoded content, and sizes in bytes before and after decoding, zip64 values
    /// already in place.
    var crc, compressedSize, size: UInt64
    /// The external attributes: type and permissions in the upper half.
    var attributes: UInt64
    /// The run of the record in the central directory.
    var record: ByteRange
    /// The run of the local header, and of the data behind it.
    var local, data: ByteRange
    /// The run of the data descriptor; empty if there is none.
    var descriptor: ByteRange

    /// A trailing slash is the only mark that all readers agree on.
    var isDirectory: Bool { name.hasSuffix("/") }
    /// Where the entry ends.
    var end: UInt64 { descriptor.end }
}

/// The fixed parts of zip's records: a signature, then little-endian numbers.
enum ZipRecord {
    /// Local file header (section 4.3.7).
    static let localSignature: [UInt8] = [0x50, 0x4b, 3, 4]
    /// Central directory header (section 4.3.12).
    static let centralSignature: [UInt8] = [0x50, 0x4b, 1, 2]
    /// End of central directory record (section 4.3.16).
    static let endSignature: [UInt8] = [0x50, 0x4b, 5, 6]
    /// Zip64 end of central directory record (section 4.3.14).
    static let end64Signature: [UInt8] = [0x50, 0x4b, 6, 6]
    /// Zip64 end of central directory locator (section 4.3.15).
    static let locatorSignature: [UInt8] = [0x50, 0x4b, 6, 7]
    /// Data descriptor (section 4.3.9); writers may leave it out.
    static let descriptorSignature: [UInt8] = [0x50, 0x4b, 7, 8]

    /// Whether readers decode a name in unlike ways: bytes that are no ASCII, without the flag that
    /// says they are UTF-8 (section 4.4.4).
    static func isForeign(_ name: some Sequence<UInt8>, flags: UInt64) -> Bool {
        flags & 0x800 == 0 && name.contains { $0 >= 0x80 }
    }

    /// Whether `bytes` hold the mark of any record: `PK` and two numbers of sections 4.3.7 to
    /// 4.3.16, or the mark of a split archive (section 8.5.4). Whoever looks for records by their
    /// marks, as readers that stream do, may take up reading there.
    static func holdsMark(_ bytes: ArraySlice<UInt8>) -> Bool {
        let marks: [[UInt8]] = [
            [1, 2], [3, 4], [5, 5], [5, 6], [6, 6], [6, 7], [6, 8], [7, 8], [0x30, 0x30],
        ]
        return bytes.indices.dropLast(3).contains { index in
            bytes[index] == 0x50 && bytes[index + 1] == 0x4b
                && marks.contains { bytes[index + 2..<index + 4].elementsEqual($0) }
        }
    }

    /// Bytes of a local header before its name.
    static let localSize = 30
    /// Bytes of a central header before its name.
    static let centralSize = 46
    /// Bytes of an end record before its comment.
    static let endSize = 22
    /// Bytes of a zip64 end record without its extensible data.
    static let end64Size = 56
    /// Bytes of a zip64 locator, which has no part of variable length.
    static let locatorSize = 20

    /// The blocks of an extra field: identifier, and the run of the whole block; `nil` if they do
    /// not fill it.
    static func extras(_ bytes: ArraySlice<UInt8>) -> [(id: UInt64, range: Range<Int>)]? {
        var blocks: [(UInt64, Range<Int>)] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            guard at + 4 <= bytes.endIndex else { return nil }
            let end = at + 4 + Int(ByteOrder.little(bytes[at + 2..<at + 4]))
            guard end <= bytes.endIndex else { return nil }
            blocks.append((ByteOrder.little(bytes[at..<at + 2]), at..<end))
            at = end
        }
        return blocks
    }

    /// The sizes and offset of a header, with those of the zip64 extra field in place of the
    /// markers (section 4.5.3); `nil` if the field is too short or there are two of them.
    static func widen(
        _ values: [UInt64], extra: ArraySlice<UInt8>
    ) -> [UInt64]? {
        guard values.contains(0xffff_ffff) else { return values }
        let blocks = (extras(extra) ?? []).filter { $0.id == 1 }
        guard blocks.count <= 1 else { return nil }
        guard let block = blocks.first else { return values }
        var rest = extra[block.range].dropFirst(4)
        // Exactly what is marked as missing: more would be bytes that nobody looks at.
        guard rest.count == 8 * values.count(where: { $0 == 0xffff_ffff }) else { return nil }
        var wide: [UInt64] = []
        for value in values {
            guard value == 0xffff_ffff else {
                wide.append(value)
                continue
            }
            guard rest.count >= 8 else { return nil }
            wide.append(ByteOrder.little(rest.prefix(8)))
            rest = rest.dropFirst(8)
        }
        return wide
    }
}
