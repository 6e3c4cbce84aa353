import Bytes

/// A deflate stream of which two layers hold the same bytes up to some offset: inflated once for
/// both.
///
/// Whoever asks first inflates, and the other one finds the chunk waiting; nobody waits for
/// anything but a chunk that is being made. Where the common bytes end, where the stream does, or
/// where one is too far behind, the two part: each goes on by itself with a copy of the decoder as
/// it is there.
public final class InflateTwin: Sendable {
    /// What one of the two does next. `used` counts the encoded bytes that it has to pass over.
    enum Step {
        /// Yields a chunk.
        case chunk(Chunk, used: UInt64)
        /// Goes on by itself, with a copy of a decoder that nobody changes any more.
        case part(Inflate, used: UInt64)
    }

    /// All that the two share; held while a chunk is made.
    private let shared: Guarded<Shared>

    /// A twin of the stream that `reader` is about to yield, which ends where the common bytes do.
    public init(_ reader: ByteReader) {
        shared = Guarded(Shared(reader))
    }

    /// The next step of the first or the second of the two.
    func next(isFirst: Bool) throws(SourceError) -> Step {
        try shared.withLock { (shared) throws(SourceError) in
            isFirst
                ? try shared.step(\.waiting.0, \.waiting.1)
                : try shared.step(\.waiting.1, \.waiting.0)
        }
    }
}

/// What the two share: reached through the lock alone, which the compiler does not see of a reader
/// that comes from outside.
private struct Shared: @unchecked Sendable {
    /// Chunks that may wait for the one who is behind.
    private static let limit = 16

    /// Yields the common bytes, and no others: what comes of them cannot depend on what follows.
    private let reader: ByteReader
    private let inflate: Inflate
    /// What each of the two has yet to take.
    var waiting: (Waiting, Waiting) = (Waiting(), Waiting())
    /// Whether the decoder has done its last step.
    private var isParted = false
    /// What ended the decoding before the two could part.
    private var failure: SourceError?

    struct Waiting {
        var chunks: [(chunk: Chunk, used: UInt64)] = []
        /// Bytes used up behind the last chunk.
        var used: UInt64 = 0
    }

    init(_ reader: ByteReader) {
        self.reader = reader
        inflate = Inflate(reader)
    }

    mutating func step(
        _ own: WritableKeyPath<Shared, Waiting>, _ other: WritableKeyPath<Shared, Waiting>
    ) throws(SourceError) -> InflateTwin.Step {
        if self[keyPath: own].chunks.isEmpty, !isParted { try decode(own, other) }
        if !self[keyPath: own].chunks.isEmpty {
            let (chunk, used) = self[keyPath: own].chunks.removeFirst()
            return .chunk(chunk, used: used)
        }
        if let failure { throw failure }
        defer { self[keyPath: own].used = 0 }
        return .part(inflate, used: self[keyPath: own].used)
    }

    /// Makes the next chunk, for both, or finds that there is none to be made for both.
    private mutating func decode(
        _ own: WritableKeyPath<Shared, Waiting>, _ other: WritableKeyPath<Shared, Waiting>
    ) throws(SourceError) {
        let start = reader.offset
        var chunk: Chunk?
        do throws(SourceError) {
            chunk = try inflate.next()
        } catch {
            // Of the end of the common bytes, which is none of the stream, and of a file that
            // cannot be read, each hears from its own reader.
            if error.code == .malformed { failure = error }
        }
        let used = reader.offset - start
        for place in [own, other] {
            if let chunk {
                self[keyPath: place].chunks.append((chunk, used))
            } else {
                self[keyPath: place].used = used
            }
        }
        isParted = chunk == nil || self[keyPath: other].chunks.count >= Shared.limit
    }
}
