/// The header of a block of deflate data (RFC 1951, section 3.2.3), read for one question: whether
/// its codes are such that every decoder reads the block in the same way.
struct DeflateHeader {
    /// What there is at the beginning of a block.
    enum Reading: Equatable {
        /// The bytes end inside the header.
        case short
        /// A header as encoders make it, and the bit behind it.
        case plain(isLast: Bool, end: Int)
        /// Any other one: zlib may take it and may not.
        case odd
    }

    /// No header has more bytes: at most 316 lengths, each with a code of 7 bits and 7 bits more.
    static let sizeLimit = 640

    /// The order in which lengths of the codes for lengths stand (section 3.2.7).
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private let bytes: [UInt8]
    /// The next bit; behind the bytes once they were too few.
    private var bit: Int

    /// Reads the header that begins at a bit of `bytes`.
    static func read(_ bytes: [UInt8], from bit: Int) -> Reading {
        var header = DeflateHeader(bytes: bytes, bit: bit)
        let reading = header.read()
        // A judgement on bits that are not there yet is none.
        return header.bit <= bytes.count * 8 ? reading : .short
    }

    private mutating func read() -> Reading {
        let isLast = take(1) == 1
        let isPlain =
            switch take(2) {
            case 0: isStored()
            case 1: true
            case 2: isDynamic()
            default: false
            }
        return isPlain ? .plain(isLast: isLast, end: bit) : .odd
    }

    /// The next `count` bits, at most 16; zeros behind the end.
    private mutating func take(_ count: Int) -> Int {
        let bits = ahead() & (1 << count - 1)
        bit += count
        return bits
    }

    /// At least 17 bits ahead; zeros behind the end.
    private func ahead() -> Int {
        let index = bit / 8
        guard index + 2 < bytes.count else {
            let rest = bytes.dropFirst(index).prefix(3)
            return rest.reversed().reduce(0) { $0 << 8 | Int($1) } >> (bit % 8)
        }
        return (Int(bytes[index]) | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2]) << 16)
            >> (bit % 8)
    }

    /// A length and its complement (section 3.2.4).
    private mutating func isStored() -> Bool {
        bit = (bit + 7) / 8 * 8
        return take(16) ^ take(16) == 0xffff
    }

    /// The codes of section 3.2.7.
    private mutating func isDynamic() -> Bool {
        let literals = take(5) + 257
        let distances = take(5) + 1
        guard literals <= 286, distances <= 30, let table = lengthTable() else { return false }
        guard let lengths = lengths(literals + distances, table), lengths[256] > 0 else {
            return false
        }
        let far = lengths[literals...]
        // One code for a distance has one bit, the other value of which nobody may use; with no
        // distance there is no code at all (section 3.2.7).
        let isLone = far.allSatisfy { $0 <= 1 } && far.reduce(0) { $0 + Int($1) } <= 1
        return DeflateHeader.isComplete(lengths[..<literals])
            && (isLone || DeflateHeader.isComplete(far))
    }

    /// Which length the next seven bits stand for, and how many of them are its code; `nil` unless
    /// each value stands for one.
    private mutating func lengthTable() -> [(symbol: UInt8, size: UInt8)]? {
        var sizes = [UInt8](repeating: 0, count: 19)
        for place in DeflateHeader.order.prefix(take(4) + 4) { sizes[place] = UInt8(take(3)) }
        guard DeflateHeader.isComplete(sizes[...]) else { return nil }
        var table = [(symbol: UInt8, size: UInt8)](repeating: (0, 0), count: 128)
        var code = 0
        for size in 1...7 {
            for symbol in sizes.indices where sizes[symbol] == UInt8(size) {
                let first = DeflateHeader.reversed(code) >> (7 - size)
                for place in stride(from: first, to: 128, by: 1 << size) {
                    table[place] = (UInt8(symbol), UInt8(size))
                }
                code += 1
            }
            code <<= 1
        }
        return table
    }

    /// Seven bits the other way round.
    private static func reversed(_ bits: Int) -> Int {
        (0..<7).reduce(0) { $0 << 1 | bits >> $1 & 1 }
    }

    /// `count` lengths of codes, written by codes themselves; `nil` if they do not come to that.
    private mutating func lengths(_ count: Int, _ table: [(symbol: UInt8, size: UInt8)])
        -> [UInt8]?
    {
        var lengths: [UInt8] = []
        lengths.reserveCapacity(count + 138)
        while lengths.count < count, bit <= bytes.count * 8 {
            let (symbol, size) = table[ahead() & 0x7f]
            bit += Int(size)
            switch symbol {
            case 16:
                guard let last = lengths.last else { return nil }
                lengths += repeatElement(last, count: take(2) + 3)
            case 17: lengths += repeatElement(0, count: take(3) + 3)
            case 18: lengths += repeatElement(0, count: take(7) + 11)
            default: lengths.append(symbol)
            }
        }
        return lengths.count == count ? lengths : nil
    }

    /// Whether codes of such lengths use up all values: then each sequence of bits is a sequence of
    /// codes, in one way.
    private static func isComplete(_ lengths: ArraySlice<UInt8>) -> Bool {
        lengths.reduce(0) { $1 == 0 ? $0 : $0 + 1 << (15 - Int($1)) } == 1 << 15
    }
}
