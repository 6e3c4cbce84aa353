import Bytes

/// Bytes of a text that are read mostly from its start to its end, and held a block at a time.
struct TextReader {
    /// Where the text is kept.
    private let source: any RandomSource
    /// The run of it that is the text.
    private let run: ByteRange
    /// The bytes read last, and where in the text they begin.
    private var block: [UInt8] = []
    private var start = 0

    /// A reader of a run of a source.
    init(_ source: any RandomSource, _ run: ByteRange) {
        self.source = source
        self.run = run
    }

    /// Bytes of the text.
    var size: Int { Int(run.length) }

    /// The bytes of `range`, all of them. Traps past the end.
    mutating func read(_ range: Range<Int>) throws(SourceError) -> Chunk {
        if range.lowerBound < start || range.upperBound > start + block.count {
            // The old block is let go before there is a new one.
            block = []
            start = range.lowerBound
            let length = min(max(range.count, blockSize), size - start)
            block = try source.read(
                ByteRange(start: run.start + UInt64(start), length: UInt64(length)))
        }
        return block[(range.lowerBound - start)..<(range.upperBound - start)]
    }

    /// Up to a block of bytes from `start`, not past `end`.
    mutating func block(at start: Int, to end: Int) throws(SourceError) -> Chunk {
        try read(start..<min(end, start + blockSize))
    }

    /// What the bytes of `range` are read as, block by block, until `body` returns `false`.
    mutating func scan(
        _ range: Range<Int>, _ body: (Chunk, _ at: Int) throws(SourceError) -> Bool
    ) throws(SourceError) {
        var at = range.lowerBound
        while at < range.upperBound {
            let block = try block(at: at, to: range.upperBound)
            guard try body(block, at) else { return }
            at += block.count
        }
    }
}
