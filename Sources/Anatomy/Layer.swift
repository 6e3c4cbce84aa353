import Bytes

/// The bytes of a file, or what one decoder yields: something a dissector can be set on.
///
/// A layer is random (a file, a run of one, or kept in a spool) or a stream. A stream is read live
/// the first time; after that it is made again from where it came, which costs a decode.
public final class Layer: @unchecked Sendable {
    /// Where the bytes come from.
    private enum Backing {
        case random(any RandomSource, ByteRange)
        case stream(live: ByteReader?, again: (() throws(SourceError) -> any Source)?)
    }

    /// Changes from live to spent, and from stream to kept; so one thread at a time may use a
    /// layer.
    private var backing: Backing
    /// Where a stream is kept that has to be read at random.
    private let spool: Spool
    /// What the layer has in common with the one it is compared with, where that is worth
    /// something.
    public var commonStart: CommonStart?
    /// What the place of the layer says of what is in it.
    public let traits: Traits

    /// A layer of a run of bytes that can be read at any offset.
    public init(
        _ base: any RandomSource, _ range: ByteRange, spool: Spool, traits: Traits = []
    ) {
        backing = .random(base, range)
        self.spool = spool
        self.traits = traits
    }

    /// A layer of all bytes of `base`.
    public convenience init(_ base: any RandomSource, spool: Spool, traits: Traits = []) {
        self.init(base, ByteRange(start: 0, length: base.size), spool: spool, traits: traits)
    }

    /// A layer of what `live` yields, once; and again of what `again` makes, where that is known.
    public init(
        live: any Source, again: (() throws(SourceError) -> any Source)? = nil, spool: Spool,
        traits: Traits = []
    ) {
        backing = .stream(live: ByteReader(live), again: again)
        self.spool = spool
        self.traits = traits
    }

    /// The number of bytes, where it is known without reading.
    public var size: UInt64? {
        guard case .random(_, let range) = backing else { return nil }
        return range.length
    }

    /// Whether the layer can be read more than once.
    public var isRepeatable: Bool {
        switch backing {
        case .random: true
        case .stream(_, let again): again != nil
        }
    }

    /// The random source under the layer and the layer's run in it, if there is one.
    public var base: (source: any RandomSource, range: ByteRange)? {
        guard case .random(let source, let range) = backing else { return nil }
        return (source, range)
    }

    /// The first bytes, at most `count`, without taking them from a live stream.
    public func start(_ count: Int) throws(SourceError) -> Chunk {
        switch backing {
        case .random(let source, let range):
            let length = min(UInt64(count), range.length)
            return try source.read(ByteRange(start: range.start, length: length))[...]
        case .stream(let live?, _): return try live.peek(count)
        case .stream(nil, _): return try reader().peek(count)
        }
    }

    /// A cursor at the beginning. For a stream the first call takes the live one.
    ///
    /// Traps if a stream that cannot be made again is opened twice: the engine must ask
    /// ``isRepeatable``.
    public func reader() throws(SourceError) -> ByteReader {
        switch backing {
        case .random(let source, let range): return ByteReader(RangeSource(source, range))
        case .stream(let live?, let again):
            backing = .stream(live: nil, again: again)
            return live
        case .stream(nil, let again):
            guard let again else { preconditionFailure("a live layer is read once") }
            return ByteReader(try again())
        }
    }

    /// The layer as a random source, kept in the spool if it is a stream.
    public func random() throws(SourceError) -> any RandomSource {
        if case .random(let source, let range) = backing {
            return range == ByteRange(start: 0, length: source.size)
                ? source : WindowSource(source, range)
        }
        let kept = try spool.keep(try reader())
        backing = .random(kept, ByteRange(start: 0, length: kept.size))
        return kept
    }

    /// Keeps a stream that has at most `limit` bytes, so that it can be read at random; a longer
    /// one stays the stream it is.
    ///
    /// - Returns: whether the layer can now be read at random.
    public func settle(atMost limit: UInt64) throws(SourceError) -> Bool {
        if case .random = backing { return true }
        guard case .stream(_, let again) = backing else { return false }
        let reader = try reader()
        let item = spool.begin()
        while let chunk = try reader.next() {
            try item.append(chunk)
            if item.size > limit {
                let whole = JoinedSource(RangeSource(try item.finish()), reader)
                backing = .stream(live: ByteReader(whole), again: again)
                return false
            }
        }
        backing = .random(try item.finish(), ByteRange(start: 0, length: item.size))
        return true
    }

    /// A layer of a run of this one, which must be random. Traps otherwise.
    public func part(_ range: ByteRange, traits: Traits) -> Layer {
        guard case .random(let source, let own) = backing else {
            preconditionFailure("a run of a stream is no layer")
        }
        let shifted = ByteRange(start: own.start + range.start, length: range.length)
        return Layer(source, shifted, spool: spool, traits: traits)
    }
}

/// One source behind another.
private final class JoinedSource: BufferedSource {
    /// Pulled to its end first.
    private let first: any Source
    /// Pulled after that.
    private let second: any Source

    init(_ first: any Source, _ second: any Source) {
        self.first = first
        self.second = second
    }

    override func produce() throws(SourceError) -> Chunk? {
        if let chunk = try first.next() { return chunk }
        return try second.next()
    }
}
