import Anatomy
import Bytes
import Comparison
import Findings
import TestSupport
import Testing

/// Large files are compared in segments of 8 MiB where no digest is made.
struct SegmentTests {
    private func report(
        _ left: [UInt8], _ right: [UInt8], digests: Bool, jobs: Int, ranges: Int = 1000
    ) -> Report {
        var options = Workbench.options()
        options.makesDigests = digests
        options.jobs = jobs
        options.limits.ranges = ranges
        return ArtifactComparison(
            Workbench.artifact("left", left), Workbench.artifact("right", right), options
        ).run()
    }

    @Test func `segments find what one pass finds`() {
        let segment = 8 << 20
        var random = SeededGenerator(5)
        let piece = random.bytes(1 << 16)
        let left =
            [UInt8]((0..<(3 * segment) / piece.count).map { _ in piece }.joined()) + [1, 2, 3]
        let edges = [segment - 1, segment, segment + 1, 2 * segment - 1, 2 * segment]
        let changes: [[Int]] = [
            [], [0], [segment - 1], [segment], edges, [left.count - 1],
            (0..<40).map { _ in random.below(left.count) },
        ]
        for places in changes {
            for cut in [0, 1, segment + 5] where !(places.contains(left.count - 1) && cut > 0) {
                var right = left
                for place in places { right[place] ^= 1 }
                right.removeLast(cut)
                for ranges in [1, 1000] {
                    let plain = report(left, right, digests: true, jobs: 1, ranges: ranges)
                    #expect((plain.verdict == .identical) == (places.isEmpty && cut == 0))
                    let found = report(left, right, digests: false, jobs: 3, ranges: ranges)
                    #expect(found.verdict == plain.verdict)
                    #expect(found.firstDifference == plain.firstDifference)
                    #expect(found.findings.map(\.ranges) == plain.findings.map(\.ranges))
                    #expect(
                        found.findings.map(\.omittedRanges) == plain.findings.map(\.omittedRanges))
                }
            }
        }
    }
}
