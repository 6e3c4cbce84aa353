import Bytes
import Codecs
import TestSupport
import Testing

/// What begins with the same bytes is inflated once, and comes out as if it were inflated twice.
struct InflateTwinTests {
    /// What a stream yields, where it ends, and why it is refused.
    private struct Outcome {
        var content: [UInt8] = []
        var used: UInt64 = 0
        var failure: SourceError.Code?

        /// How much of a refused stream comes before it is refused depends on how it is cut.
        func agrees(with other: Outcome) -> Bool {
            failure == other.failure && used == other.used
                && (content == other.content
                    || (failure != nil
                        && (content.starts(with: other.content)
                            || other.content.starts(with: content))))
        }
    }

    /// One of the two, pulled bit by bit.
    private final class Side {
        let reader: ByteReader
        let decoder: Inflate
        var outcome = Outcome()
        var isDone = false

        init(_ bytes: [UInt8], _ twin: InflateTwin?, isFirst: Bool) {
            let reader = ByteReader(RangeSource(MemorySource(bytes)))
            self.reader = reader
            decoder = twin.map { Inflate(reader, twin: $0, isFirst: isFirst) } ?? Inflate(reader)
        }

        func pull() {
            do throws(SourceError) {
                if let chunk = try decoder.next() {
                    outcome.content += chunk
                } else {
                    isDone = true
                    outcome.used = reader.offset
                }
            } catch {
                isDone = true
                outcome.failure = error.code
            }
        }

        func run() -> Outcome {
            while !isDone { pull() }
            return outcome
        }
    }

    private func twin(_ left: [UInt8], _ common: Int) -> InflateTwin {
        let range = ByteRange(start: 0, length: UInt64(common))
        return InflateTwin(ByteReader(RangeSource(MemorySource(left), range)))
    }

    /// Pulls both in a random order, one of them for a while alone.
    private func check(_ left: [UInt8], _ right: [UInt8], common: Int, seed: UInt64) {
        var random = SeededGenerator(seed)
        let shared = twin(left, common)
        let sides = [
            Side(left, shared, isFirst: true), Side(right, shared, isFirst: false),
        ]
        var waits = random.below(40)
        let eager = random.below(2)
        while let side = [sides[eager], sides[1 - eager]].first(where: { !$0.isDone }) {
            let other = side === sides[0] ? sides[1] : sides[0]
            waits -= 1
            (waits > 0 || other.isDone || random.once(in: 2) ? side : other).pull()
        }
        for (side, bytes) in zip(sides, [left, right]) {
            let alone = Side(bytes, nil, isFirst: true).run()
            let isSame = side.outcome.agrees(with: alone)
            #expect(isSame, "seed \(seed), \(common) of \(left.count) bytes in common")
        }
    }

    @Test(arguments: 0..<24)
    func `two streams that part anywhere`(seed: UInt64) {
        var random = SeededGenerator(seed)
        // Long enough for one to fall behind; deflate's window is full then.
        let size = random.once(in: 12) ? 5_000_000 : random.below(300_000)
        let content = random.once(in: 4) ? random.bytes(size) : random.text(size)
        let packed = Deflate.encode(
            content, level: Int32(random.below(10)), strategy: random.pick([0, 0, 2, 4]))
        for _ in 0..<(size > 300_000 ? 1 : 4) {
            let left = packed + random.bytes(random.below(20))
            let right = Mutation(to: left, &random).applied(to: left)
            let common = zip(left, right).prefix { $0 == $1 }.count
            check(left, right, common: common, seed: random.next())
            // Any smaller common beginning will do.
            check(left, right, common: random.below(common + 1), seed: random.next())
        }
    }

    @Test(arguments: 0..<20)
    func `forged blocks, of which zlib judges`(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<10 {
            let stream = DeflateForge.stream(&random)
            for common in [0, 1, random.below(stream.count + 1), stream.count] {
                check(stream, stream, common: common, seed: random.next())
            }
        }
    }

    @Test(arguments: 0..<2)
    func `two threads get what one would`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let left = Deflate.encode(random.text(9_000_000), level: 1)
        var right = left
        right[left.count * 3 / 4] ^= 1
        let shared = twin(left, left.count * 3 / 4)
        let streams = Handover((left, right))
        let outcomes = Worker.map(2, jobs: 2) { index in
            let bytes = index == 0 ? streams.value.0 : streams.value.1
            return Handover(Side(bytes, shared, isFirst: index == 0).run())
        }
        for (outcome, bytes) in zip(outcomes, [left, right]) {
            let isSame = outcome.value.agrees(with: Side(bytes, nil, isFirst: true).run())
            #expect(isSame)
        }
    }
}
