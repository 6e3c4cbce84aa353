import Bytes
import Findings
import Hashing

/// The first pass over two files: reads both once, side by side, compares them directly, and hashes
/// them: once for both as long as they agree.
struct FilePass {
    /// What the pass found.
    struct Outcome {
        /// What differs, by offsets of the raw files.
        var ranges: RangeCollector
        /// SHA-256 of each side; one digest for both if they agree.
        var left, right: Digest?
        /// Whether the bytes are the same, sizes included.
        var isEqual: Bool { ranges.first == nil }
    }

    /// Differing runs that are listed; more are counted.
    let rangeLimit: Int
    /// Without digests any part may be read at any time.
    let makesDigests: Bool
    /// Threads that compare where no digest is made.
    var jobs = 1
    /// Called after each block with the bytes read of both sides.
    var progress: (@Sendable (UInt64) -> Void)?
    /// Whether the calling thread hashes too, because other pairs keep the other cores busy.
    var hashesInline = false

    /// Compares two files on the calling thread, with a thread per side to hash.
    func run(_ left: any RandomSource, _ right: any RandomSource) throws(SidedError) -> Outcome {
        let size = min(left.size, right.size)
        if !makesDigests, jobs > 1, size > FilePass.segmentSize {
            return try compareSegments(left, right)
        }
        var ranges = RangeCollector(limit: rangeLimit)
        let lanes =
            makesDigests
            ? (left: HashLane(isInline: hashesInline), right: HashLane(isInline: hashesInline))
            : nil
        var isForked = false
        var offset: UInt64 = 0
        while offset < max(left.size, right.size) {
            let a = try block(left, offset, .left)
            let b = try block(right, offset, .right)
            let common = min(a.count, b.count)
            ranges.compare(a.prefix(common), b.prefix(common), at: offset)
            if let lanes {
                if !isForked, ranges.first != nil || a.count != b.count {
                    isForked = true
                    lanes.left.fork(into: lanes.right)
                }
                lanes.left.add(a)
                if isForked { lanes.right.add(b) }
            }
            offset += UInt64(blockSize)
            progress?(UInt64(a.count + b.count))
        }
        ranges.finish(left: left.size, right: right.size)
        let first = lanes?.left.finish()
        return Outcome(
            ranges: ranges, left: first, right: isForked ? lanes?.right.finish() : first)
    }

    // MARK: Without digests

    /// Bytes that a thread compares before it takes up another part of the files.
    private static let segmentSize: UInt64 = 8 << 20

    /// Compares the segments of two files on all threads, then lists what differs in those that do.
    private func compareSegments(
        _ left: any RandomSource, _ right: any RandomSource
    ) throws(SidedError) -> Outcome {
        let common = min(left.size, right.size)
        let segments = stride(from: 0, to: common, by: Int(FilePass.segmentSize)).map { start in
            ByteRange(start, to: min(common, start + FilePass.segmentSize))
        }
        let work = Handover((self, left, right))
        let agree = Worker.map(segments.count, jobs: jobs) { index in
            let (pass, left, right) = work.value
            return Result { () throws(SidedError) in
                try pass.agree(left, right, segments[index])
            }
        }
        var ranges = RangeCollector(limit: rangeLimit)
        for (segment, agree) in zip(segments, agree) where try !agree.get() {
            try eachBlock(of: segment, left, right) { a, b, offset in
                ranges.compare(a, b, at: offset)
                return true
            }
        }
        ranges.finish(left: left.size, right: right.size)
        return Outcome(ranges: ranges)
    }

    /// Whether a segment has the same bytes in both files.
    private func agree(
        _ left: any RandomSource, _ right: any RandomSource, _ segment: ByteRange
    ) throws(SidedError) -> Bool {
        var agree = true
        try eachBlock(of: segment, left, right) { a, b, _ in
            agree = firstDifference(a, b) == nil
            progress?(UInt64(a.count + b.count))
            return agree
        }
        return agree
    }

    /// Reads a segment of both files block by block, as long as `body` wants more.
    private func eachBlock(
        of segment: ByteRange, _ left: any RandomSource, _ right: any RandomSource,
        _ body: (Chunk, Chunk, UInt64) -> Bool
    ) throws(SidedError) {
        for start in stride(from: segment.start, to: segment.end, by: blockSize) {
            let range = ByteRange(start, to: min(segment.end, start + UInt64(blockSize)))
            let a = try onSide(.left) { () throws(SourceError) in try left.read(range) }
            let b = try onSide(.right) { () throws(SourceError) in try right.read(range) }
            guard body(a[...], b[...], start) else { return }
        }
    }

    // MARK: With digests

    /// Up to ``blockSize`` bytes at `offset`; none past the end.
    private func block(
        _ source: any RandomSource, _ offset: UInt64, _ side: Unread.Place
    ) throws(SidedError) -> Chunk {
        guard offset < source.size else { return [] }
        return try onSide(side) { () throws(SourceError) in
            let length = min(UInt64(blockSize), source.size - offset)
            return try source.read(ByteRange(start: offset, length: length))[...]
        }
    }
}

/// A digest made on a thread of its own, from chunks that another thread reads.
private final class HashLane {
    /// What the reading thread hands over. The queue in `fork` is closed when the other state is
    /// set.
    private enum Message: Sendable {
        case chunk(Chunk)
        case fork(HashLane.State, BoundedQueue<Bool>)
    }

    /// A digest in the making, handed from lane to lane.
    final class State: @unchecked Sendable {
        var hash: SHA256
        init(_ hash: consuming SHA256) { self.hash = hash }
    }

    /// At most eight chunks wait, which bounds the memory and holds up a reader that is faster.
    private let queue = BoundedQueue<Message>(capacity: 8)
    /// Touched by the worker alone from its start to its end.
    private let state = State(SHA256())
    /// Whether there is no worker at all.
    private let isInline: Bool
    /// Started with the first chunk: a lane that gets none costs no thread.
    private var worker: Worker?

    /// - Parameter isInline: whether the calling thread hashes.
    init(isInline: Bool) { self.isInline = isInline }

    // A pass that fails drops its lanes: without an end to the queue the thread would wait for
    // ever.
    deinit { queue.close() }

    /// Starts the worker, unless there is one or none is wanted.
    private func start() {
        guard worker == nil, !isInline else { return }
        let queue = queue
        let state = state
        worker = Worker {
            while let message = queue.pop() {
                switch message {
                case .chunk(let chunk): state.hash.update(chunk)
                case .fork(let other, let done):
                    other.hash = state.hash.fork()
                    done.close()
                }
            }
        }
    }

    /// Hashes a chunk, here or on the worker. Waits while the queue is full.
    func add(_ chunk: Chunk) {
        guard !chunk.isEmpty else { return }
        if isInline { return state.hash.update(chunk) }
        start()
        queue.push(.chunk(chunk))
    }

    /// Makes `other`, which has not begun, continue from what this lane has so far.
    func fork(into other: HashLane) {
        if isInline { return other.state.hash = state.hash.fork() }
        start()
        let done = BoundedQueue<Bool>(capacity: 1)
        queue.push(.fork(other.state, done))
        _ = done.pop()
    }

    /// The digest of all chunks, after the worker has ended. To be called once, before the lane is
    /// dropped: it closes the queue, without which the worker never ends.
    func finish() -> Digest {
        start()
        queue.close()
        worker?.join()
        return state.hash.fork().finish()
    }
}
