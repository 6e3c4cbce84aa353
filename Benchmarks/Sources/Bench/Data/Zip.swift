/// A zip of stored members, in memory (PKWARE APPNOTE 6.3.10).
struct Zip {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ content: [UInt8]) {
        let version = Zip.little(20, 2)
        let time = Zip.little(0x5821_0000, 4)
        let sums =
            Zip.little(Int(Zip.crc32(content)), 4) + Zip.little(content.count, 4)
            + Zip.little(content.count, 4)
        let common =
            version + Zip.little(0, 4) + time + sums + Zip.little(name.utf8.count, 2)
            + Zip.little(0, 2)
        directory +=
            Zip.little(0x0201_4b50, 4) + version + common + Zip.little(0, 10)
            + Zip.little(body.count, 4) + Array(name.utf8)
        body += Zip.little(0x0403_4b50, 4) + common + Array(name.utf8) + content
        count += 1
    }

    /// The whole archive.
    var bytes: [UInt8] {
        body + directory + Zip.little(0x0605_4b50, 4) + Zip.little(0, 4) + Zip.little(count, 2)
            + Zip.little(count, 2) + Zip.little(directory.count, 4) + Zip.little(body.count, 4)
            + Zip.little(0, 2)
    }

    private static func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~bytes.reduce(~UInt32(0)) {
            $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)]
        }
    }
}
