/// Trees of files.
enum Tree {
    /// Makes a tree of `count` files of `sizes` bytes, 200 to a folder; every other one is text.
    static func make(_ path: String, count: Int, sizes: ClosedRange<Int>, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var prose = Prose(seed)
        try Disk.makeFolder(path)
        for index in 0..<count {
            let folder = "\(path)/\(index / 200)"
            if index.isMultiple(of: 200) { try Disk.makeFolder(folder) }
            let size = random.pick(sizes)
            let isText = index.isMultiple(of: 2)
            try Disk.write(
                "\(folder)/file\(index)", isText ? prose.bytes(size) : random.bytes(size))
        }
        for folder in 0...(count - 1) / 200 { Disk.stamp("\(path)/\(folder)") }
        Disk.stamp(path)
    }
}
