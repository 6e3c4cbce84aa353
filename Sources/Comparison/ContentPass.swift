import Anatomy
import Bytes
import Findings
import Hashing

/// One pass over the contents of a pair of members: compares them, and keeps what will be looked at
/// again if they turn out to differ.
struct ContentPass {
    /// What the pass found.
    struct Outcome {
        var isEqual: Bool
        var leftSize, rightSize: UInt64
        var ranges: RangeCollector
        /// The contents, where they can be read again.
        var left, right: Layer?
        /// The bytes around the first difference, where they were at hand.
        var context: HexContext?
        /// The first bytes of each side.
        var leftStart, rightStart: Chunk
    }

    /// Of the left engine; both sides have the same.
    let limits: Limits
    /// They recognize what is to be kept, and own the spools it is kept in.
    let leftEngine, rightEngine: Engine

    /// Reads both contents once, in lock-step, to the end of the longer one.
    ///
    /// - Throws: ``SidedError`` if a side cannot be read or decoded, or the spool is full.
    func run(_ left: Layer, _ right: Layer) throws(SidedError) -> Outcome {
        let leftStart = try onSide(.left) { () throws(SourceError) in
            try left.start(Format.lookahead)
        }
        let rightStart = try onSide(.right) { () throws(SourceError) in
            try right.start(Format.lookahead)
        }
        let isSame =
            leftStart.count == rightStart.count && firstDifference(leftStart, rightStart) == nil
        let leftShape = shape(leftStart)
        let shapes = [leftShape, isSame ? leftShape : shape(rightStart)]
        let keeping = Keeping(
            opens: shapes.contains { $0.isContainer },
            explains: shapes.allSatisfy { $0 == .leaf },
            shows: ContentPass.mayBeText(leftStart) && ContentPass.mayBeText(rightStart),
            limits: limits)
        let keeper = Keeper(
            left: keeping.wants(left) ? leftEngine.spool : nil,
            right: keeping.wants(right) ? rightEngine.spool : nil, limit: keeping.limit)
        var outcome = Outcome(
            isEqual: true, leftSize: 0, rightSize: 0, ranges: RangeCollector(limit: limits.ranges),
            leftStart: leftStart, rightStart: rightStart)
        try pump(left, right, keeper, &outcome)
        outcome.ranges.finish(left: outcome.leftSize, right: outcome.rightSize)
        outcome.isEqual = outcome.ranges.first == nil
        outcome.left = keeper.leftLayer(leftEngine, left.traits) ?? (left.isRepeatable ? left : nil)
        outcome.right =
            keeper.rightLayer(rightEngine, right.traits)
            ?? (right.isRepeatable ? right : nil)
        return outcome
    }

    /// Two rows of bytes from the one in which the first difference is.
    private static func context(
        _ left: Chunk, _ right: Chunk, at offset: UInt64, around first: UInt64
    ) -> HexContext {
        let start = max(offset, first / 16 * 16)
        let skipped = Int(start - offset)
        return HexContext(
            leftStart: start, left: Array(left.dropFirst(skipped).prefix(32)), rightStart: start,
            right: Array(right.dropFirst(skipped).prefix(32)))
    }

    /// Whether a content may be text, by a little of its beginning: it is looked at in full once it
    /// is to be shown.
    private static func mayBeText(_ start: Chunk) -> Bool { Text.mayBe(start.prefix(1024)) }

    /// What a layer with this beginning will be walked as; `nil` for opaque bytes.
    private func shape(_ start: Chunk) -> Format.Shape? {
        leftEngine.formats.recognize(start)?.shape
    }

    /// Whether and how much of differing contents will be read again: all of a container, a leaf or
    /// a text that is short enough to be explained, and what fits in memory. Other bytes are
    /// located in this pass.
    private struct Keeping {
        /// Whether either side is a container, whether both may be leaves, and both text.
        let opens, explains, shows: Bool
        let limits: Limits

        /// A layer that can be read again anyway needs no copy.
        func wants(_ layer: Layer) -> Bool {
            // Making a stream again decodes all that comes before it: never once per member.
            layer.base == nil
        }

        /// Bytes per side past which nothing is kept: none for a container, where the spool's
        /// budget decides.
        var limit: UInt64 {
            guard !opens else { return .max }
            return max(
                explains ? Format.leafSize : 0,
                shows ? limits.textSize : UInt64(Spool.memoryLimit))
        }
    }

    /// Takes from both sides the same number of bytes at a time, as many as both have at hand; once
    /// one side has ended, the rest of the other is only kept and counted.
    private func pump(
        _ left: Layer, _ right: Layer, _ keeper: Keeper, _ outcome: inout Outcome
    ) throws(SidedError) {
        let leftReader = try onSide(.left) { () throws(SourceError) in try left.reader() }
        let rightReader = try onSide(.right) { () throws(SourceError) in try right.reader() }
        var offset: UInt64 = 0
        while true {
            let a = try onSide(.left) { () throws(SourceError) in try leftReader.peekChunk() }
            let b = try onSide(.right) { () throws(SourceError) in try rightReader.peekChunk() }
            let common = min(a?.count ?? .max, b?.count ?? .max)
            guard common < .max else { break }
            if let a, let b {
                outcome.ranges.compare(a.prefix(common), b.prefix(common), at: offset)
                if outcome.context == nil, let first = outcome.ranges.first {
                    outcome.context = ContentPass.context(a, b, at: offset, around: first)
                }
            }
            let differs = outcome.ranges.first != nil || a == nil || b == nil
            if let a {
                try keeper.keepLeft(a.prefix(common), differs: differs)
                leftReader.drop(common)
                outcome.leftSize += UInt64(common)
            }
            if let b {
                try keeper.keepRight(b.prefix(common), differs: differs)
                rightReader.drop(common)
                outcome.rightSize += UInt64(common)
            }
            offset += UInt64(common)
        }
    }
}

extension Format.Shape? {
    /// Whether there is a format, and layers of it hold others.
    fileprivate var isContainer: Bool { self != nil && self != .leaf }
}

/// Contents kept while they are compared: as long as both sides agree, the left one serves both.
private final class Keeper {
    /// The left content, or the common beginning alone if only the right one is kept.
    private let shared: SpoolItem?
    /// The right content from its beginning, made only once the sides differ.
    private let own: SpoolItem?
    /// Which sides are wanted; ``shared`` may exist for the right one's sake only.
    private let keepsLeft, keepsRight: Bool
    /// Bytes per side past which both are given up.
    private let limit: UInt64
    /// The last chunks of ``shared``, which are not copied there as long as they are few and both
    /// sides agree: most contents agree to their end.
    private var held: [Chunk] = []
    /// Bytes that are ``held``.
    private var heldSize: UInt64 = 0
    /// Chunks that may be held; each keeps a block of a decoder in memory.
    private static let heldLimit = 16
    /// How many bytes both sides have in common; `nil` as long as they agree.
    private var prefix: UInt64?
    /// Whether the limit was passed: then nothing that was kept is given out.
    private var isOver = false

    /// A side without a spool is not kept.
    init(left: Spool?, right: Spool?, limit: UInt64) {
        shared = (left ?? right)?.begin()
        own = right?.begin()
        keepsLeft = left != nil
        keepsRight = right != nil
        self.limit = limit
    }

    /// Takes a chunk of the left; the right one beside it is the same unless `differs`.
    func keepLeft(_ chunk: Chunk, differs: Bool) throws(SidedError) {
        guard let shared, !isOver else { return }
        if differs { try part(shared) }
        guard prefix == nil || keepsLeft else { return }
        guard shared.size + heldSize + UInt64(chunk.count) <= limit else { return giveUp() }
        if prefix == nil, held.count < Keeper.heldLimit {
            held.append(chunk)
            heldSize += UInt64(chunk.count)
            return
        }
        try settle(shared)
        try onSide(.left) { () throws(SourceError) in try shared.append(chunk) }
    }

    /// Notes where the sides cease to agree, if they did so far.
    private func part(_ shared: SpoolItem) throws(SidedError) {
        guard prefix == nil else { return }
        try settle(shared)
        prefix = shared.size
    }

    /// Copies what is held to where it belongs.
    private func settle(_ shared: SpoolItem) throws(SidedError) {
        for chunk in held {
            try onSide(.left) { () throws(SourceError) in try shared.append(chunk) }
        }
        held = []
        heldSize = 0
    }

    private func giveUp() {
        isOver = true
        held = []
    }

    /// Takes a chunk of the right, after the left one beside it. The first one that differs copies
    /// the common beginning, so that each side then stands on its own.
    func keepRight(_ chunk: Chunk, differs: Bool) throws(SidedError) {
        guard keepsRight, let own, let shared, differs, !isOver else { return }
        try part(shared)
        if let prefix, own.size < prefix {
            let source = RangeSource(shared, ByteRange(start: 0, length: prefix))
            try onSide(.right) { () throws(SourceError) in
                while let piece = try source.next() { try own.append(piece) }
            }
        }
        guard own.size + UInt64(chunk.count) <= limit else { return giveUp() }
        try onSide(.right) { () throws(SourceError) in try own.append(chunk) }
    }

    /// The left content; `nil` if it was not wanted, is over the limit, or agrees with the right
    /// one.
    func leftLayer(_ engine: Engine, _ traits: Traits) -> Layer? {
        guard keepsLeft, !isOver, prefix != nil, let shared else { return nil }
        return Layer(shared, spool: engine.spool, traits: traits)
    }

    /// The right content; `nil` if it was not wanted or is over the limit. To be asked for only
    /// after the sides have differed: before that nothing is kept under its name.
    func rightLayer(_ engine: Engine, _ traits: Traits) -> Layer? {
        guard keepsRight, !isOver, let shared, let own else { return nil }
        // The right may have ended where the left went on: then it is the common beginning.
        if own.size == 0, let prefix {
            return Layer(
                shared, ByteRange(start: 0, length: prefix), spool: engine.spool, traits: traits)
        }
        return Layer(own, spool: engine.spool, traits: traits)
    }
}

/// An error with the side it came from.
struct SidedError: Error {
    /// Left or right; `both` is never thrown.
    let side: Unread.Place
    let error: SourceError
}

/// Runs `body`, and says of its error which side it came from.
func onSide<Value>(
    _ side: Unread.Place, _ body: () throws(SourceError) -> Value
) throws(SidedError) -> Value {
    do throws(SourceError) {
        return try body()
    } catch {
        throw SidedError(side: side, error: error)
    }
}
