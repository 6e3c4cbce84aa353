import Bytes

/// The layout of a 512-byte tar header: POSIX.1-1988 (ustar), its predecessor of Unix version 7,
/// and GNU's variant.
enum TarHeader {
    /// Bytes of a block.
    static let blockSize = 512

    /// A place in the header.
    struct Slot {
        /// The name of the field that the slot becomes.
        let name: String
        /// In bytes, from the beginning of the header block.
        let offset, length: Int

        /// Makes a slot; offset and length are in bytes.
        init(_ name: String, _ offset: Int, _ length: Int) {
            self.name = name
            self.offset = offset
            self.length = length
        }

        /// Indices in an array that begins with the header; not in a slice of a run.
        var range: Range<Int> { offset..<offset + length }
    }

    /// Without the prefix. Full without a NUL at 100 bytes.
    static let name = Slot("tar.header.name", 0, 100)
    /// Octal; writers put file type bits above the low 12.
    static let mode = Slot("tar.header.mode", 100, 8)
    static let uid = Slot("tar.header.uid", 108, 8)
    static let gid = Slot("tar.header.gid", 116, 8)
    /// Octal up to 8 GiB, above that base 256 (GNU) or a pax record.
    static let size = Slot("tar.header.size", 124, 12)
    /// Whole seconds since 1970; base 256 may be negative.
    static let mtime = Slot("tar.header.mtime", 136, 12)
    /// Always octal: no reader takes base 256 here.
    static let checksum = Slot("tar.header.checksum", 148, 8)
    /// NUL is version 7's mark of a file, `0` everybody else's.
    static let type = Slot("tar.header.type", 156, 1)
    static let link = Slot("tar.header.link", 157, 100)
    /// Magic and version together: `ustar`, NUL, `00`, or GNU's `ustar`, two spaces, NUL.
    static let magic = Slot("tar.header.magic", 257, 8)
    static let uname = Slot("tar.header.uname", 265, 32)
    static let gname = Slot("tar.header.gname", 297, 32)
    static let major = Slot("tar.header.major", 329, 8)
    static let minor = Slot("tar.header.minor", 337, 8)
    /// POSIX only: what stands before the name, a slash between them.
    static let prefix = Slot("tar.header.prefix", 345, 155)
    static let padding = Slot("tar.header.padding", 500, 12)
    /// GNU only, in place of the prefix.
    static let gnuATime = Slot("tar.header.atime", 345, 12)
    /// GNU only, in place of the prefix.
    static let gnuCTime = Slot("tar.header.ctime", 357, 12)
    /// GNU only: offset, long names, four sparse entries, the extension mark, the real size's
    /// place.
    static let gnuRest = Slot("tar.header.gnu", 369, 131)
    /// Version 7 ends at the link target; all up to the last 12 bytes.
    static let oldRest = Slot("tar.header.old", 257, 243)

    /// Which variant wrote a header.
    enum Dialect {
        case old, posix, gnu

        /// By magic and version; `nil` for a header that begins as `ustar` and goes on as neither
        /// variant, since readers disagree what it is.
        init?(_ header: ArraySlice<UInt8>) {
            let mark = header.dropFirst(257).prefix(8)
            if mark.elementsEqual(Array("ustar".utf8) + [0, 0x30, 0x30]) {
                self = .posix
            } else if mark.elementsEqual(Array("ustar  ".utf8) + [0]) {
                self = .gnu
            } else if mark.prefix(5).elementsEqual("ustar".utf8) {
                return nil
            } else {
                self = .old
            }
        }
    }

    /// The checksum that a header should have: the sum of its bytes, with the checksum as spaces.
    static func sum(_ header: ArraySlice<UInt8>) -> UInt64 {
        let all = header.reduce(UInt64(0)) { $0 + UInt64($1) }
        let field = header.dropFirst(148).prefix(8).reduce(UInt64(0)) { $0 + UInt64($1) }
        return all - field + 8 * 32
    }

    /// A number in octal, ended by a space or a NUL, or in base 256 (GNU); `nil` if it is neither.
    ///
    /// An empty field is zero, as all readers have it.
    static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if let first = bytes.first, first & 0x80 != 0 { return binary(bytes) }
        let body = bytes.drop { $0 == 0x20 }
        let digits = body.prefix { (0x30...0x37).contains($0) }
        guard body.dropFirst(digits.count).allSatisfy({ $0 == 0x20 || $0 == 0 }),
            digits.count <= 20
        else { return nil }
        return digits.reduce(Int64(0)) { $0 << 3 | Int64($1 - 0x30) }
    }

    /// Two's complement, the top bit of the first byte being the mark. What else the first byte
    /// could hold, not all readers take for a number.
    private static func binary(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let first = bytes.first, first == 0x80 || first == 0xff else { return nil }
        var value: Int64 = first == 0xff ? -1 : 0
        for byte in bytes.dropFirst() {
            guard value >= -(1 << 54), value < 1 << 54 else { return nil }
            value = value << 8 | Int64(byte)
        }
        return value
    }

    /// The text of a field: up to the first NUL. `nil` if something follows that NUL: readers
    /// disagree whether it belongs to the text.
    static func text(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let text = bytes.prefix { $0 != 0 }
        guard bytes.dropFirst(text.count).allSatisfy({ $0 == 0 }) else { return nil }
        return Array(text)
    }
}
