import Bytes
import Comparison
import Findings
import TestSupport
import Testing

/// A source that fails behind its first block.
private final class FailingSource: RandomSource {
    let size: UInt64 = 1 << 20

    func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        guard range.end <= UInt64(blockSize) else {
            throw SourceError(.io, at: range.start, "the disk is broken")
        }
        return [UInt8](repeating: 7, count: Int(range.length))
    }
}

struct FailingSourceTests {
    /// The hashing thread waited for ever for more bytes.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `a file that cannot be read to its end is inconclusive, and nothing hangs`(isLeft: Bool) {
        let broken = Artifact(path: "broken", body: .file(FailingSource()))
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        let whole = Artifact(path: "whole", body: .file(MemorySource(bytes)))
        let report = ArtifactComparison(
            isLeft ? broken : whole, isLeft ? whole : broken, Workbench.options()
        ).run()
        #expect(report.verdict == .inconclusive)
        #expect(report.unread.map(\.side) == [isLeft ? .left : .right])
        #expect(report.unread.map(\.reason) == ["io"])
    }
}
