import Bytes
import Synchronization

/// Which messages share the lanes of a kernel, and in which order: the largest first, so that all
/// lanes end at about the same time.
struct LaneSchedule {
    /// The numbers of messages, in the order in which they begin.
    private(set) var order: [Int]

    /// - Parameters:
    ///   - sizes: of all messages; those of `nil` are left out.
    ///   - lanes: of all threads together.
    init(sizes: [UInt64?], lanes: Int) {
        // Within a class of sizes the given order stays: it is that of folders, and of the disk.
        let classed = sizes.indices.compactMap { index in
            sizes[index].map {
                (index: index, size: $0, rank: UInt64.bitWidth - $0.leadingZeroBitCount)
            }
        }.sorted { ($1.rank, $0.index) < ($0.rank, $1.index) }
        // A lane alone is slower than libcrypto: a message longer than the share of a lane would
        // leave the others idle.
        var rest = classed.reduce(0) { $0 + $1.size }
        let shared = classed.drop { message in
            guard message.size > rest / UInt64(lanes) else { return false }
            rest -= message.size
            return true
        }
        order = shared.map(\.index)
    }
}

extension SHA256Kernel {
    /// The digests of many messages, which are read in pieces, on `jobs` threads.
    ///
    /// - Parameters:
    ///   - sizes: of the messages, by number; those without are left out.
    ///   - open: makes a message ready; called on any thread, for one message at a time in each
    ///     lane.
    /// - Returns: for each message its digest; `nil` where there is none yet: it was left out or
    ///   given up, or is so large that libcrypto is faster.
    public func digests<Input: LaneInput>(
        sizes: [UInt64?], jobs: Int,
        open: @escaping @Sendable (Int) throws(Input.Failure) -> Input
    ) -> [Result<Digest?, Input.Failure>] where Input.Failure: Sendable {
        let order = LaneSchedule(sizes: sizes, lanes: width * max(1, jobs)).order
        let position = Atomic(0)
        let found = Worker.map(order.isEmpty ? 0 : jobs, jobs: jobs) { _ in
            var lanes = HashLanes<Input>(self)
            var found: [(Int, Result<Digest?, Input.Failure>)] = []
            lanes.run {
                let place = position.wrappingAdd(1, ordering: .relaxed).oldValue
                guard place < order.count else { return nil }
                let index = order[place]
                return (index, Result { () throws(Input.Failure) in try open(index) })
            } done: {
                found.append(($0, $1))
            }
            return found
        }
        var all = [Result<Digest?, Input.Failure>](repeating: .success(nil), count: sizes.count)
        for (index, digest) in found.joined() { all[index] = digest }
        return all
    }
}
