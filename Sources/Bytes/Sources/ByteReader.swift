/// A cursor over a source: looks ahead, takes exact counts, and knows its offset.
public final class ByteReader: Source {
    /// What is read; nobody else may pull from it.
    private let source: any Source
    /// Bytes that were pulled and not taken yet.
    private var chunk: Chunk = []
    /// Bytes that were pulled behind them.
    private var waiting: Chunk = []
    /// Whether the source has said that it is at its end.
    private var isAtEnd = false
    /// The number of bytes taken so far: the offset of the next byte.
    public private(set) var offset: UInt64 = 0

    /// A cursor at the beginning of `source`.
    public init(_ source: any Source) { self.source = source }

    /// Up to `count` bytes ahead, without taking them; fewer only at the end.
    public func peek(_ count: Int) throws(SourceError) -> Chunk {
        while chunk.count < count, !isAtEnd { try extend() }
        return chunk.prefix(count)
    }

    /// Takes exactly `count` bytes.
    ///
    /// - Parameter what: what is being read, for the message.
    /// - Throws: ``SourceError`` with code `truncated` if the source ends before.
    public func take(_ count: Int, _ what: @autoclosure () -> String) throws(SourceError) -> [UInt8]
    {
        let ahead = try peek(count)
        guard ahead.count == count else {
            throw SourceError(
                .truncated, at: offset + UInt64(ahead.count),
                "the data ends inside \(what()), after \(ahead.count) of \(count) bytes")
        }
        let taken = Array(ahead)
        drop(count)
        return taken
    }

    /// Takes what is at hand, at most `limit` bytes; `nil` at the end.
    public func takeChunk(atMost limit: UInt64 = .max) throws(SourceError) -> Chunk? {
        guard limit > 0, let ahead = try peekChunk() else { return nil }
        let taken = ahead.prefix(Int(clamping: limit))
        drop(taken.count)
        return taken
    }

    /// What is at hand, without taking it; `nil` at the end. For a decoder that takes only what it
    /// used, by ``drop(_:)``.
    public func peekChunk() throws(SourceError) -> Chunk? {
        if chunk.isEmpty, !isAtEnd { try extend() }
        return chunk.isEmpty ? nil : chunk
    }

    /// Takes `count` bytes that a look ahead has shown. Traps if there are fewer at hand.
    public func drop(_ count: Int) {
        chunk.removeFirst(count)
        offset += UInt64(count)
    }

    /// The same as taking whatever is at hand.
    public func next() throws(SourceError) -> Chunk? { try takeChunk() }

    /// Passes over up to `count` bytes and returns how many there were.
    public func skip(_ count: UInt64) throws(SourceError) -> UInt64 {
        var held = min(count, UInt64(chunk.count))
        drop(Int(held))
        if held < count, !waiting.isEmpty {
            (chunk, waiting) = (waiting, [])
            let more = min(count - held, UInt64(chunk.count))
            drop(Int(more))
            held += more
        }
        guard held < count, !isAtEnd else { return held }
        let skipped = try source.skip(count - held)
        offset += skipped
        return held + skipped
    }

    /// Bytes that are copied behind those at hand at a time: few beside a chunk, yet so many that
    /// who looks far ahead again and again has most bytes copied once or never.
    private static let step = 64 * 1024

    /// Pulls more behind what is at hand; copies only if there is something.
    private func extend() throws(SourceError) {
        if waiting.isEmpty {
            guard let next = try source.next() else {
                isAtEnd = true
                return
            }
            waiting = next
        }
        if chunk.isEmpty {
            (chunk, waiting) = (waiting, [])
        } else {
            let piece = waiting.prefix(ByteReader.step)
            waiting = waiting.dropFirst(piece.count)
            var joined: [UInt8] = []
            joined.reserveCapacity(chunk.count + piece.count)
            joined += chunk
            joined += piece
            chunk = joined[...]
        }
    }
}
