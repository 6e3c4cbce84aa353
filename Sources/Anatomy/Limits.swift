import Bytes

/// What an artifact may demand. Past a limit the answer is `inconclusive`, never a match.
public struct Limits: Hashable, Sendable {
    /// Layers inside each other.
    public var depth = 32
    /// Members of one container.
    public var members = 4_000_000
    /// Bytes of a member's name.
    public var nameLength = 64 * 1024
    /// Bytes of one header: a run of fields that is held in memory.
    public var headerSize = 16 << 20
    /// Bytes that decoders may yield, in all, on one side.
    public var expandedBytes: UInt64 = 1 << 40
    /// How many times its own size an artifact may decode to, once past ``freeExpansion``.
    public var ratio: UInt64 = 20_000
    /// Bytes that may be decoded before ``ratio`` counts.
    public var freeExpansion: UInt64 = 1 << 30
    /// Findings that are listed; more are counted.
    public var findings = 10_000
    /// Differing runs that one finding lists; more are counted.
    public var ranges = 10_000
    /// Bytes of a text on either side that are searched for changed lines.
    public var textSize: UInt64 = 128 << 20
    /// Seconds of processor time, and of silence, for a reader of a format whose framing is not
    /// accounted.
    public var readerSeconds = 600
    /// Seconds that decoding may go on, counted from the beginning; `nil` for no limit, so that the
    /// answer does not depend on the machine.
    public var seconds: UInt64?

    /// The defaults.
    public init() {}
}

/// The bytes that decoders have yielded on one side, against the limits.
public final class Meter: Sendable {
    /// Of these, expanded bytes and ratio, and what is free of the ratio.
    private let limits: Limits
    /// What the ratio is measured by, in bytes.
    private let artifactSize: UInt64
    /// Bytes yielded so far by all decoders of the side, content that is decoded again included.
    private let total = Guarded<UInt64>(0)
    /// Seconds since the beginning.
    private let clock: (@Sendable () -> UInt64)?

    /// Nothing yielded yet, from an artifact of `artifactSize` bytes.
    public init(
        _ limits: Limits, artifactSize: UInt64, clock: (@Sendable () -> UInt64)? = nil
    ) {
        self.limits = limits
        self.artifactSize = artifactSize
        self.clock = clock
    }

    /// Counts `bytes` more.
    ///
    /// - Throws: ``SourceError`` with code `limit`.
    func count(_ bytes: Int) throws(SourceError) {
        let expanded = total.withLock { total in
            total += UInt64(bytes)
            return total
        }
        guard expanded <= limits.expandedBytes else {
            throw SourceError(
                .limit,
                "it decodes to more than \(limits.expandedBytes) bytes; raise --max-expanded to "
                    + "go on")
        }
        if let seconds = limits.seconds, let clock, clock() > seconds {
            throw SourceError(
                .limit, "decoding took more than \(seconds) seconds; raise --max-time to go on")
        }
        if expanded > limits.freeExpansion, expanded / limits.ratio > max(artifactSize, 1) {
            throw SourceError(
                .limit,
                "it decodes to more than \(limits.ratio) times its size; raise --max-ratio to go on"
            )
        }
    }
}

/// A source whose bytes are counted by a meter.
public final class MeteredSource: BufferedSource {
    /// What is decoded.
    private let base: any Source
    /// Shared by all sources of one side.
    private let meter: Meter

    /// Counts what comes out of `base`.
    public init(_ base: any Source, _ meter: Meter) {
        self.base = base
        self.meter = meter
    }

    /// The next chunk, once it is counted.
    ///
    /// - Throws: ``SourceError`` as the source does, and `limit` when the side has expanded too
    /// far.
    public override func produce() throws(SourceError) -> Chunk? {
        guard let chunk = try base.next() else { return nil }
        try meter.count(chunk.count)
        return chunk
    }
}
