import Glibc

/// Seeded bytes, the same on every machine (SplitMix64).
struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next `count` bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 8)
        while result.count < count {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            word ^= word >> 31
            for shift in 0..<8 { result.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
        }
        return Array(result.prefix(count))
    }
}

/// Files made for the benchmarks.
enum Data {
    /// Writes a file of seeded bytes, with one byte changed where asked.
    static func write(_ path: String, size: Int, seed: UInt64, changing offset: Int? = nil) {
        guard let file = fopen(path, "wb") else { fatalError("cannot write \(path)") }
        defer { fclose(file) }
        var source = SeededBytes(seed: seed)
        var position = 0
        while position < size {
            var block = source.bytes(min(1 << 20, size - position))
            if let offset, offset >= position, offset < position + block.count {
                block[offset - position] ^= 0xff
            }
            fwrite(block, 1, block.count, file)
            position += block.count
        }
    }

    /// Makes a tree of `count` files of 1 to 100 KiB.
    static func tree(_ path: String, count: Int, seed: UInt64) {
        mkdir(path, 0o755)
        var sizes = SeededBytes(seed: seed &+ 1)
        for index in 0..<count {
            let folder = "\(path)/\(index / 200)"
            if index.isMultiple(of: 200) { mkdir(folder, 0o755) }
            let size = 1024 + Int(sizes.bytes(2).reduce(0) { $0 << 8 | Int($1) }) * 3 / 2
            write("\(folder)/file\(index)", size: size, seed: seed &+ UInt64(index) &* 7919)
        }
    }
}
