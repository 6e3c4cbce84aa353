/// A header block while it is put together.
struct TarHeaderBlock {
    private var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)

    /// A block of zeros with the mark of its dialect.
    init(_ dialect: TarHeader.Dialect) {
        switch dialect {
        case .old: break
        case .posix: put(Array("ustar\u{0}00".utf8), TarHeader.magic)
        case .gnu: put(Array("ustar  \u{0}".utf8), TarHeader.magic)
        }
    }

    /// Fills a slot from its beginning.
    mutating func put(_ value: [UInt8], _ slot: TarHeader.Slot) {
        let value = value.prefix(slot.length)
        bytes.replaceSubrange(slot.offset..<slot.offset + value.count, with: value)
    }

    /// The block with its checksum: six digits, a NUL, a space.
    var sealed: [UInt8] {
        var block = bytes
        let sum = TarHeaderBlock.number(Int64(TarHeader.sum(block[...])), 7)
        block.replaceSubrange(TarHeader.checksum.range, with: sum + [0x20])
        return block
    }

    /// A number in octal digits with a NUL behind them or, if it has more of them than fit or is
    /// negative, in base 256.
    static func number(_ number: Int64, _ width: Int) -> [UInt8] {
        if number >= 0, number < 1 << min(62, 3 * Int64(width - 1)) {
            let digits = Array(String(number, radix: 8).utf8)
            return [UInt8](repeating: 0x30, count: width - 1 - digits.count) + digits + [0]
        }
        let fill: UInt8 = number < 0 ? 0xff : 0
        let low = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
        var bytes = [UInt8](repeating: fill, count: max(0, width - 8)) + low.reversed()
        bytes[0] |= 0x80
        return bytes
    }
}
