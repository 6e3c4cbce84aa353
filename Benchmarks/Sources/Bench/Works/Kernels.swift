import Hashing

/// SHA-256 in process, on one core.
extension Work {
    static let kernels = Work(
        name: "kernels",
        title: "SHA-256 in memory, in process, on one core: each kernel beside libcrypto",
        bound: """
            The processor alone. One stream: each round waits for the one before. Many streams: \
            the units that do the rounds. Messages lie in 256 MiB, more than caches hold; \
            libcrypto fetches its method once and uses one context for all. Each kernel is made to \
            run by name, so that `sha-ni` is what a processor without AVX-512 gets. Processor time \
            of the thread, medians of paired runs; all digests are checked against libcrypto's.
            """, space: 1 << 30
    ) { bench in
        var random = SeededGenerator(8)
        let pool = random.bytes(bench.scaled(256 << 20))
        let large = lay([Int](repeating: 1 << 20, count: max(16, pool.count >> 20)), in: pool.count)
        let small = lay(
            (0..<bench.scaled(100_000)).map { _ in random.pick(1 << 10...64 << 10) }, in: pool.count
        )
        var rows = [try stream(bench, pool)]
        for kernel in SHA256Kernel.allCases {
            rows.append(
                try many(bench, kernel, "many streams of 1 MiB", large, pool, Bound.large[kernel]))
            rows.append(
                try many(bench, kernel, "100,000 of 1 to 64 KiB", small, pool, Bound.small[kernel]))
        }
        return Section(rows: rows, window: nil)
    }

    /// How many times as fast as libcrypto a kernel has to be.
    private enum Bound {
        static let large: [SHA256Kernel: Double] = [.avx512: 2.5, .shaNI: 1.5]
        static let small: [SHA256Kernel: Double] = [.avx512: 2.2]
    }

    /// Messages one behind the other in a buffer, from its start again where its end is reached.
    private static func lay(_ sizes: [Int], in count: Int) -> [Range<Int>] {
        var start = 0
        return sizes.map { size in
            if start + size > count { start = 0 }
            defer { start += size }
            return start..<min(start + size, count)
        }
    }

    /// Many messages, by a kernel.
    private static func many(
        _ bench: Bench, _ kernel: SHA256Kernel, _ title: String, _ messages: [Range<Int>],
        _ pool: [UInt8], _ bound: Double?
    ) throws -> Row {
        let work = "SHA-256, \(title), \(kernel.rawValue)"
        guard kernel.isSupported else { return .empty(work, "CPU", "not on this processor") }
        let reference = Libcrypto()
        return try race(
            bench, work, bytes: messages.reduce(0) { $0 + $1.count }, bound: bound,
            ours: { kernel.digests(of: messages, in: pool).flatMap(\.bytes) },
            peer: { try reference.digests(of: messages, in: pool) })
    }

    /// One message, by what hashes files and streams.
    private static func stream(_ bench: Bench, _ pool: [UInt8]) throws -> Row {
        let reference = Libcrypto()
        return try race(
            bench, "SHA-256, one stream", bytes: pool.count, bound: 0.97,
            ours: {
                var hash = SHA256()
                for start in stride(from: 0, to: pool.count, by: 1 << 18) {
                    hash.update(pool[start..<min(start + 1 << 18, pool.count)])
                }
                return hash.finish().bytes
            }, peer: { try reference.digests(of: [0..<pool.count], in: pool) })
    }

    /// Runs both in turn, and checks that they agree.
    private static func race(
        _ bench: Bench, _ work: String, bytes: Int, bound: Double?, ours: () throws -> [UInt8],
        peer: () throws -> [UInt8]
    ) throws -> Row {
        var (times, peerTimes): ([Double], [Double]) = ([], [])
        for _ in 0..<bench.rounds {
            let start = Clock.thread()
            let found = try ours()
            let middle = Clock.thread()
            let expected = try peer()
            let end = Clock.thread()
            guard found == expected else { throw Failure("\(work): not what libcrypto makes") }
            times.append(middle - start)
            peerTimes.append(end - middle)
        }
        let ratio = Figure.median(zip(times, peerTimes).map { $1 / $0 })
        func rate(_ times: [Double]) -> String {
            Figure.text(Double(bytes) / Figure.median(times) / 1e9, 2) + " GB/s"
        }
        return Row(
            work: work, measure: "CPU", ours: rate(times), peer: "libcrypto \(rate(peerTimes))",
            ratio: "\(Figure.ratio(ratio)) times",
            goal: bound.map { "≥ \($0) times as fast as libcrypto" } ?? "none",
            outcome: Row.word(bound.map { ratio >= $0 }))
    }
}
