import Bytes
import Hashing

/// The lines of a run of a text, as hashes and places: twelve bytes each, however long they are.
struct LineTable {
    /// What the hashing of a text may be told.
    struct Options {
        /// The bits of hashes that are kept: fewer make lines collide, as a hostile text does.
        var mask = UInt64.max
    }

    /// Equal lines have equal hashes. A line has its line break in it: without, it is another line.
    private(set) var hashes: [UInt64] = []
    /// Behind which byte of the text, counted from ``start``, each line ends.
    private var ends: [UInt32] = []
    /// Where the first line begins.
    let start: Int

    /// Reads the lines in `range`; `nil` if not all of it is text, or it is over 4 GiB.
    init?(
        _ text: inout TextReader, _ range: Range<Int>, _ options: Options
    ) throws(SourceError) {
        start = range.lowerBound
        guard range.count <= UInt32.max else { return nil }
        var hasher = LineHasher()
        var at = range.lowerBound
        var step = blockSize
        while at < range.upperBound {
            let block = try text.read(at..<min(range.upperBound, at + step))
            guard block.isTextual else { return nil }
            let used = add(block, at - start, &hasher)
            reserve(for: range.count, after: used)
            // A line may be longer than a block, or the last one, without a break.
            if used == 0, at + block.count == range.upperBound {
                hashes.append(block.tableHash)
                ends.append(UInt32(range.count))
                break
            }
            step = used == 0 ? step * 2 : blockSize
            at += used
        }
        if options.mask != .max { hashes = hashes.map { $0 & options.mask } }
    }

    /// Adds all lines of a block that end in it, and says how many bytes they have.
    private mutating func add(_ block: Chunk, _ offset: Int, _ hasher: inout LineHasher) -> Int {
        hasher.hash(block) { hashes, ends, at in
            self.hashes.append(contentsOf: hashes)
            let base = UInt32(offset + at)
            self.ends.append(contentsOf: ends.lazy.map { base + $0 })
        }
    }

    /// Makes room for all lines once, as many as the first block lets expect: growing by doubling
    /// would hold them twice.
    private mutating func reserve(for size: Int, after used: Int) {
        guard used > 0, ends.last.map(Int.init) == used else { return }
        let lines = ends.count * (size / used + 1)
        hashes.reserveCapacity(lines + lines / 16)
        ends.reserveCapacity(lines + lines / 16)
    }

    /// How many lines there are.
    var count: Int { ends.count }

    /// Where in the text a line begins; for the one past the last, where the last one ends.
    func place(_ line: Int) -> Int { line == 0 ? start : start + Int(ends[line - 1]) }

    /// The bytes of lines, with their line breaks.
    func bytes(_ lines: Range<Int>) -> Range<Int> {
        place(lines.lowerBound)..<place(lines.upperBound)
    }
}
