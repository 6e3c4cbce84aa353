import Bytes
import Findings
import TestSupport
import Testing

@testable import Comparison

struct RangeCollectorTests {
    /// The differing runs by a plain loop.
    private func plain(_ left: [UInt8], _ right: [UInt8]) -> [RangePair] {
        let common = min(left.count, right.count)
        var runs: [ByteRange] = []
        for index in 0..<common where left[index] != right[index] {
            let at = UInt64(index)
            if let last = runs.last, last.end == at {
                runs[runs.count - 1] = ByteRange(last.start, to: at + 1)
            } else {
                runs.append(ByteRange(start: at, length: 1))
            }
        }
        var pairs = runs.map { RangePair(left: $0, right: $0) }
        if left.count != right.count {
            pairs.append(
                RangePair(
                    left: ByteRange(UInt64(common), to: UInt64(left.count)),
                    right: ByteRange(UInt64(common), to: UInt64(right.count))))
        }
        return pairs
    }

    @Test(arguments: 0..<100)
    func `agrees with a plain loop, however the streams are cut`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let left = (0..<random.below(200)).map { _ in UInt8(random.below(2)) }
        var right = left
        for _ in 0..<random.below(40) where !right.isEmpty { right[random.below(right.count)] ^= 1 }
        if random.once(in: 3) { right = right.dropLast(random.below(9)) }
        var collector = RangeCollector(limit: 1000)
        let common = min(left.count, right.count)
        var at = 0
        while at < common {
            let end = min(common, at + 1 + random.below(30))
            collector.compare(left[at..<end], right[at..<end], at: UInt64(at))
            at = end
        }
        collector.finish(left: UInt64(left.count), right: UInt64(right.count))
        let expected = plain(left, right)
        #expect(collector.ranges == expected)
        #expect(collector.first == expected.first?.left.start)
        #expect(collector.omitted == 0)
    }

    @Test func `runs past the limit are counted`() {
        var collector = RangeCollector(limit: 2)
        let left: [UInt8] = [1, 0, 1, 0, 1, 0, 1]
        collector.compare(left[...], [0, 0, 0, 0, 0, 0, 0][...], at: 0)
        collector.finish(left: 7, right: 9)
        #expect(collector.ranges.count == 2 && collector.omitted == 3)
        #expect(collector.first == 0)
    }

    @Test(arguments: 0..<100)
    func `counting goes on where listing ends`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let left = (0..<2_000).map { _ in UInt8(random.below(2)) }
        var right = left
        for _ in 0..<(1 + random.below(600)) { right[random.below(right.count)] ^= 1 }
        let limit = 1 + random.below(40)
        var collector = RangeCollector(limit: limit)
        var at = 0
        while at < left.count {
            let end = min(left.count, at + 1 + random.below(700))
            collector.compare(left[at..<end], right[at..<end], at: UInt64(at))
            at = end
        }
        collector.finish(left: 2_000, right: 2_000)
        let expected = plain(left, right)
        #expect(collector.ranges == Array(expected.prefix(limit)))
        #expect(collector.omitted == UInt64(max(0, expected.count - limit)))
    }
}
