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

    let limits: Limits
    let leftEngine, rightEngine: Engine

    func run(_ left: Layer, _ right: Layer) throws(SidedError) -> Outcome {
        let leftStart = try onSide(.left) { () throws(SourceError) in
            try left.start(Format.lookahead)
        }
        let rightStart = try onSide(.right) { () throws(SourceError) in
            try right.start(Format.lookahead)
        }
        let keeping = Keeping(
            opens: opens(leftStart) || opens(rightStart),
            shows: Text.mayBe(leftStart) && Text.mayBe(rightStart), limits: limits)
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

    private func opens(_ start: Chunk) -> Bool { leftEngine.formats.recognize(start) != nil }

    /// Whether and how much of differing contents will be read again: all of a container, a text
    /// that is short enough to be shown as lines, and what fits in memory. Other bytes are located
    /// in this pass.
    private struct Keeping {
        let opens, shows: Bool
        let limits: Limits

        func wants(_ layer: Layer) -> Bool {
            // Making a stream again decodes all that comes before it: never once per member.
            layer.base == nil
        }

        var limit: UInt64 {
            opens ? .max : shows ? limits.textSize : UInt64(Spool.memoryLimit)
        }
    }

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

/// Contents kept while they are compared: as long as both sides agree, the left one serves both.
private final class Keeper {
    private let shared: SpoolItem?
    private let own: SpoolItem?
    private let keepsLeft, keepsRight: Bool
    private let limit: UInt64
    private var prefix: UInt64?
    private var isOver = false

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
        if differs, prefix == nil { prefix = shared.size }
        guard prefix == nil || keepsLeft else { return }
        guard shared.size + UInt64(chunk.count) <= limit else { return isOver = true }
        try onSide(.left) { () throws(SourceError) in try shared.append(chunk) }
    }

    func keepRight(_ chunk: Chunk, differs: Bool) throws(SidedError) {
        guard keepsRight, let own, let shared, differs, !isOver else { return }
        if prefix == nil { prefix = shared.size }
        if let prefix, own.size < prefix {
            let source = RangeSource(shared, ByteRange(start: 0, length: prefix))
            try onSide(.right) { () throws(SourceError) in
                while let piece = try source.next() { try own.append(piece) }
            }
        }
        guard own.size + UInt64(chunk.count) <= limit else { return isOver = true }
        try onSide(.right) { () throws(SourceError) in try own.append(chunk) }
    }

    func leftLayer(_ engine: Engine, _ traits: Traits) -> Layer? {
        guard keepsLeft, !isOver, let shared else { return nil }
        return Layer(shared, spool: engine.spool, traits: traits)
    }

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
