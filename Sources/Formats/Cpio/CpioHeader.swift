import Bytes

/// The layout of a cpio header: cpio(5), "New ASCII Format", "New CRC Format" and "Portable ASCII
/// Format".
struct CpioHeader {
    /// Which variant a header is, by its first six bytes.
    enum Dialect: String {
        /// Hexadecimal numbers, everything filled up to four bytes.
        case newc = "070701"
        /// The same with a checksum.
        case crc = "070702"
        /// Octal numbers (POSIX), nothing filled up.
        case odc = "070707"

        /// The dialect of a header; `nil` if it is none of these.
        init?(magic: ArraySlice<UInt8>) {
            self.init(rawValue: String(decoding: magic.prefix(6), as: UTF8.self))
        }

        /// Bytes of a header, without the name.
        var size: Int { self == .odc ? 76 : 110 }

        /// Zeros between `offset` and what comes next.
        func padding(at offset: UInt64) -> Int { self == .odc ? 0 : Int((4 - offset % 4) % 4) }

        /// The numbers behind the magic, in order, each with its digits.
        var slots: [(key: Key, length: Int)] {
            self == .odc
                ? [
                    (.dev, 6), (.ino, 6), (.mode, 6), (.uid, 6), (.gid, 6), (.nlink, 6),
                    (.rdev, 6), (.mtime, 11), (.namesize, 6), (.filesize, 11),
                ]
                : [
                    .ino, .mode, .uid, .gid, .nlink, .mtime, .filesize, .devmajor, .devminor,
                    .rdevmajor, .rdevminor, .namesize, .check,
                ].map { ($0, 8) }
        }
    }

    /// The numbers of a header.
    enum Key: Int, CaseIterable {
        case ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor
        case namesize, check, dev, rdev

        /// The name of its field and attribute.
        var id: String { "cpio.\(self)" }
    }

    /// Which variant it is.
    let dialect: Dialect
    /// By ``Key``; 0 where the dialect has no such number.
    private var numbers = [UInt64](repeating: 0, count: Key.allCases.count)

    /// The header that `bytes` begin with; `nil` if it is cut short, of no dialect, or has anything
    /// but digits: readers differ in what they make of a blank or a sign.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let dialect = Dialect(magic: bytes), bytes.count >= dialect.size else { return nil }
        self.dialect = dialect
        var rest = bytes.dropFirst(6)
        for (key, length) in dialect.slots {
            guard let number = CpioHeader.number(rest.prefix(length), dialect) else { return nil }
            numbers[key.rawValue] = number
            rest = rest.dropFirst(length)
        }
    }

    /// A number of the header.
    subscript(key: Key) -> UInt64 { numbers[key.rawValue] }

    /// At most 33 bits, so it cannot overflow.
    private static func number(_ digits: ArraySlice<UInt8>, _ dialect: Dialect) -> UInt64? {
        let radix: UInt64 = dialect == .odc ? 8 : 16
        var value: UInt64 = 0
        for byte in digits {
            let digit: UInt8? =
                switch byte {
                case 0x30...0x39: byte - 0x30
                case 0x41...0x46: byte - 0x41 + 10
                case 0x61...0x66: byte - 0x61 + 10
                default: nil
                }
            guard let digit, digit < radix else { return nil }
            value = value * radix + UInt64(digit)
        }
        return value
    }
}
