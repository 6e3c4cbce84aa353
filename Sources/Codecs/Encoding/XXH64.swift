import Bytes

/// The checksum of Zstandard frames: XXH64 with seed 0
/// (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
struct XXH64 {
    private static let primes: [UInt64] = [
        0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9,
        0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5,
    ]
    /// The four lanes of a stripe of 32 bytes.
    private var lanes: [UInt64] = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
    /// What does not fill a stripe yet.
    private var pending: [UInt8] = []
    private var size: UInt64 = 0

    /// Adds bytes.
    mutating func update(_ chunk: Chunk) {
        size &+= UInt64(chunk.count)
        pending += chunk
        var start = 0
        while pending.count - start >= 32 {
            for lane in 0..<4 {
                lanes[lane] = XXH64.round(lanes[lane], word(at: start + 8 * lane))
            }
            start += 32
        }
        pending.removeFirst(start)
    }

    /// Eight bytes of what is pending, least significant first.
    private func word(at start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(pending[start + index]) << (8 * UInt64(index)) }
        return word
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* primes[1], 31) &* primes[0]
    }

    /// The checksum of all bytes so far.
    var value: UInt64 {
        let primes = XXH64.primes
        var hash = primes[4]
        if size >= 32 {
            hash = zip(lanes, [1, 7, 12, 18]).reduce(0) { $0 &+ XXH64.rotate($1.0, $1.1) }
            for lane in lanes { hash = (hash ^ XXH64.round(0, lane)) &* primes[0] &+ primes[3] }
        }
        hash = XXH64.mix(hash &+ size, rest: pending[...])
        hash = (hash ^ hash >> 33) &* primes[1]
        hash = (hash ^ hash >> 29) &* primes[2]
        return hash ^ hash >> 32
    }

    /// Takes in the last bytes, fewer than 32: words of eight, one of four, single ones.
    private static func mix(_ start: UInt64, rest: Chunk) -> UInt64 {
        var hash = start
        var rest = rest
        while rest.count >= 8 {
            hash ^= round(0, ByteOrder.little(rest.prefix(8)))
            hash = rotate(hash, 27) &* primes[0] &+ primes[3]
            rest = rest.dropFirst(8)
        }
        if rest.count >= 4 {
            hash ^= ByteOrder.little(rest.prefix(4)) &* primes[0]
            hash = rotate(hash, 23) &* primes[1] &+ primes[2]
            rest = rest.dropFirst(4)
        }
        for byte in rest { hash = rotate(hash ^ UInt64(byte) &* primes[4], 11) &* primes[0] }
        return hash
    }
}
