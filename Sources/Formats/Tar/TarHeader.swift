import Bytes

/// The layout of a 512-byte tar header: POSIX.1-1988 (ustar), its predecessor of Unix version 7, and
/// GNU's variant.
enum TarHeader {
    /// Bytes of a block.
    static let blockSize = 512

    /// A place in the header.
    struct Slot {
        let name: String
        let offset, length: Int

        init(_ name: String, _ offset: Int, _ length: Int) {
            self.name = name
            self.offset = offset
            self.length = length
        }

        var range: Range<Int> { offset..<offset + length }
    }

    static let name = Slot("tar.header.name", 0, 100)
    static let mode = Slot("tar.header.mode", 100, 8)
    static let uid = Slot("tar.header.uid", 108, 8)
    static let gid = Slot("tar.header.gid", 116, 8)
    static let size = Slot("tar.header.size", 124, 12)
    static let mtime = Slot("tar.header.mtime", 136, 12)
    static let checksum = Slot("tar.header.checksum", 148, 8)
    static let type = Slot("tar.header.type", 156, 1)
    static let link = Slot("tar.header.link", 157, 100)
    static let magic = Slot("tar.header.magic", 257, 8)
    static let uname = Slot("tar.header.uname", 265, 32)
    static let gname = Slot("tar.header.gname", 297, 32)
    static let major = Slot("tar.header.major", 329, 8)
    static let minor = Slot("tar.header.minor", 337, 8)
    static let prefix = Slot("tar.header.prefix", 345, 155)
    static let padding = Slot("tar.header.padding", 500, 12)
    static let gnuATime = Slot("tar.header.atime", 345, 12)
    static let gnuCTime = Slot("tar.header.ctime", 357, 12)
    static let gnuRest = Slot("tar.header.gnu", 369, 131)
    static let oldRest = Slot("tar.header.old", 257, 243)

    /// Which variant wrote a header.
    enum Dialect {
        case old, posix, gnu

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

    /// Two's complement, the top bit of the first byte being the mark.
    private static func binary(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let first = bytes.first else { return nil }
        let isNegative = first & 0x40 != 0
        var value: Int64 = isNegative ? -1 : 0
        for (index, byte) in bytes.enumerated() {
            let byte = index == 0 ? (isNegative ? byte | 0x80 : byte & 0x7f) : byte
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
