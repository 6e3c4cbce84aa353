/// Checksums that are made to fit again after a change.
enum Repair {
    typealias Bytes = UnsafeMutableBufferPointer<UInt8>

    /// By the name of the format.
    static let byFormat: [String: @Sendable (Bytes) -> Void] = ["tar": tar, "png": png]

    /// The checksum of each block of a tar that has something where a header has it.
    @Sendable static func tar(_ bytes: Bytes) {
        for start in stride(from: 0, through: bytes.count - 512, by: 512) {
            let field = start + 148..<start + 156
            // A header's sum has at most six octal digits, and is hardly ever of fewer than four.
            guard field.prefix(4).allSatisfy({ (0x30...0x37).contains(bytes[$0]) }) else {
                continue
            }
            for index in field { bytes[index] = 0x20 }
            let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
            for place in 0..<6 {
                bytes[start + 148 + place] = 0x30 + UInt8(sum >> (3 * (5 - place)) & 7)
            }
            bytes[start + 154] = 0
        }
    }

    /// The CRC32 of each chunk of a PNG.
    @Sendable static func png(_ bytes: Bytes) {
        var start = 8
        while start + 12 <= bytes.count {
            let size = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = start + 8 + size
            guard end + 4 <= bytes.count else { return }
            let sum = crc(bytes[start + 4..<end])
            for place in 0..<4 {
                bytes[end + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(place)))
            }
            start = end + 4
        }
    }

    private static func crc(_ bytes: Slice<Bytes>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { word, _ in
                word & 1 == 1 ? word >> 1 ^ 0xedb8_8320 : word >> 1
            }
        }
    }
}
