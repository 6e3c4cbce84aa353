/// One item of a spool while it is written, and afterwards while it is read.
public final class SpoolItem: RandomSource, @unchecked Sendable {
    /// Counts what this item takes, and holds the file.
    private let spool: Spool
    /// All bytes, while they are in memory.
    private var memory: [UInt8] = []
    /// The slabs of the file that hold the bytes, once they are not in memory any more.
    private var slabs: [UInt64]?

    /// The number of bytes kept so far.
    public private(set) var size: UInt64 = 0

    /// An empty item, which takes nothing of the budget yet.
    init(_ spool: Spool) { self.spool = spool }

    /// Gives back what the item took.
    deinit {
        spool.used.giveBack(size)
        spool.memory.giveBack(UInt64(memory.count))
        if let slabs { spool.file.giveBack(slabs) }
    }

    /// Adds a chunk at the end.
    ///
    /// - Throws: ``SourceError`` with code `limit` past the spool's budget, `io` if the file cannot
    ///   be written.
    public func append(_ chunk: Chunk) throws(SourceError) {
        guard spool.used.take(UInt64(chunk.count), of: spool.budget) else {
            throw SourceError(
                .limit,
                "more than \(spool.budget) bytes would have to be kept; raise --spool or name a "
                    + "larger folder with --work")
        }
        let start = size
        size += UInt64(chunk.count)
        if slabs == nil, memory.count + chunk.count <= Spool.memoryLimit,
            spool.memory.take(UInt64(chunk.count), of: spool.memoryBudget)
        {
            memory.append(contentsOf: chunk)
            return
        }
        if slabs == nil {
            slabs = []
            try write(memory[...], at: 0)
            spool.memory.giveBack(UInt64(memory.count))
            memory = []
        }
        try write(chunk, at: start)
    }

    /// Ends the writing.
    public func finish() throws(SourceError) -> any RandomSource { self }

    /// Bytes that were appended before. Not to be called while another thread appends.
    public func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        guard range.end <= size else {
            throw SourceError(.truncated, at: size, "the kept bytes end at \(size)")
        }
        guard let slabs else { return Array(memory[Int(range.start)..<Int(range.end)]) }
        var bytes: [UInt8] = []
        var at = range.start
        while at < range.end {
            let place = SpoolFile.place(of: at, in: slabs)
            let part = ByteRange(start: place.start, length: min(place.length, range.end - at))
            let read = try spool.file.read(part)
            if part.length == range.length { return read }
            bytes += read
            at += part.length
        }
        return bytes
    }

    /// Writes a chunk at an offset of the item, slab by slab.
    private func write(_ chunk: Chunk, at offset: UInt64) throws(SourceError) {
        var rest = chunk
        var at = offset
        while !rest.isEmpty {
            if at / SpoolFile.slabSize >= UInt64(slabs?.count ?? 0) {
                slabs?.append(spool.file.take())
            }
            let place = SpoolFile.place(of: at, in: slabs ?? [])
            let part = rest.prefix(Int(place.length))
            try spool.file.write(part, at: place.start)
            rest = rest.dropFirst(part.count)
            at += UInt64(part.count)
        }
    }
}
