import Bytes
import Findings
import Hashing

/// The differing runs of two streams of bytes that are compared place by place.
struct RangeCollector {
    /// Runs that are kept; more are counted.
    private let limit: Int
    /// The run that the next chunk may go on with.
    private var open: ByteRange?
    /// Where the last run ends that was only counted, if the next chunk may go on with it.
    private var counted: UInt64?
    /// In ascending order; runs that meet are one.
    private(set) var ranges: [RangePair] = []
    /// Runs past the limit.
    private(set) var omitted: UInt64 = 0
    /// The first offset at which the streams differ.
    private(set) var first: UInt64?

    /// - Parameter limit: runs that are kept.
    init(limit: Int) { self.limit = limit }

    /// Takes two chunks of the same length that begin at `offset`.
    mutating func compare(_ left: Chunk, _ right: Chunk, at offset: UInt64) {
        var left = left
        var right = right
        var position = offset
        while !isFull, let index = firstDifference(left, right) {
            let start = position + UInt64(index)
            var length = 1
            left.removeFirst(index)
            right.removeFirst(index)
            while length < left.count,
                left[left.startIndex + length] != right[right.startIndex + length]
            {
                length += 1
            }
            add(ByteRange(start: start, length: UInt64(length)))
            left.removeFirst(length)
            right.removeFirst(length)
            position = start + UInt64(length)
        }
        if isFull { count(left, right, at: position) }
    }

    /// Whether runs are only counted from here on.
    private var isFull: Bool { ranges.count >= limit && first != nil }

    /// Counts the runs of two chunks, once no more are kept.
    private mutating func count(_ left: Chunk, _ right: Chunk, at offset: UInt64) {
        // The open run is counted as soon as it is known not to be listed.
        if let last = open {
            omitted += 1
            counted = last.end
            open = nil
        }
        guard let a = left.first, let b = right.first else { return }
        if a != b, counted != offset { omitted += 1 }
        omitted += UInt64(differingRuns(left, right))
        counted = left.last == right.last ? nil : offset + UInt64(left.count)
    }

    /// Takes a run, joined to the one before if they meet across two chunks.
    private mutating func add(_ range: ByteRange) {
        if first == nil { first = range.start }
        if let last = open, last.end == range.start {
            open = ByteRange(last.start, to: range.end)
            return
        }
        close()
        open = range
    }

    /// Puts the open run with the others.
    private mutating func close() {
        guard let range = open else { return }
        open = nil
        if ranges.count < limit {
            ranges.append(RangePair(left: range, right: range))
        } else {
            omitted += 1
        }
    }

    /// Ends the comparison of streams of the given sizes.
    mutating func finish(left: UInt64, right: UInt64) {
        close()
        guard left != right else { return }
        let common = min(left, right)
        if first == nil { first = common }
        let tail = RangePair(left: ByteRange(common, to: left), right: ByteRange(common, to: right))
        if ranges.count < limit { ranges.append(tail) } else { omitted += 1 }
    }

    /// Replaces all runs by one: for sides of unequal length, where places do not correspond.
    mutating func replace(by pair: RangePair) {
        ranges = [pair]
        omitted = 0
    }
}
