import Bytes
import Comparison
import Findings
import Synchronization
import TestSupport
import Testing

/// Counts what is read, and fails once that is too much.
private final class CountingSource: RandomSource {
    private let bytes: [UInt8]
    private let limit: Int
    private let count = Mutex(0)

    init(_ bytes: [UInt8], limit: Int = .max) {
        self.bytes = bytes
        self.limit = limit
    }

    var size: UInt64 { UInt64(bytes.count) }
    var readBytes: Int { count.withLock { $0 } }

    func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        let total = count.withLock { count in
            count += Int(range.length)
            return count
        }
        guard total <= limit else { throw SourceError(.io, at: 0, "the disk is broken") }
        return Array(bytes[Int(range.start)..<Int(range.end)])
    }
}

/// What two gzip files begin with is decoded once.
struct CommonStartTests {
    private static let pair: (left: [UInt8], right: [UInt8]) = {
        var random = SeededGenerator(5)
        var content = random.bytes(3 << 20)
        let left = TarBuilder([
            TarBuilder.Entry("a", Array(content[..<1000])), TarBuilder.Entry("b", content),
        ]).build()
        content[content.count * 7 / 8] ^= 1
        let right = TarBuilder([
            TarBuilder.Entry("a", Array(content[..<1000])), TarBuilder.Entry("b", content),
        ]).build()
        return (GzipBuilder().build(left), GzipBuilder().build(right))
    }()

    private func compare(_ left: CountingSource, _ right: CountingSource) -> Report {
        ArtifactComparison(
            Artifact(path: "left", body: .file(left)), Artifact(path: "right", body: .file(right)),
            Workbench.options()
        ).run()
    }

    @Test func `both sides are read for their digests, and one of them to decode it`() {
        let (left, right) = (CountingSource(Self.pair.left), CountingSource(Self.pair.right))
        let report = compare(left, right)
        #expect(report.verdict == .different)
        #expect(report.roots.map(\.path) == [["b"]])
        #expect(report.roots.first?.ranges.map(\.left.length) == [1])
        let all = left.readBytes + right.readBytes
        #expect(all < (Self.pair.left.count + Self.pair.right.count) * 7 / 4)
    }

    /// Whose file it is that both read, nobody is to see.
    @Test(arguments: [true, false], 1..<20)
    func `a file that fails later is the one that is named`(isLeft: Bool, twentieth: Int) {
        let size = Self.pair.left.count
        let limit = size + size * twentieth / 20
        let report = compare(
            CountingSource(Self.pair.left, limit: isLeft ? limit : .max),
            CountingSource(Self.pair.right, limit: isLeft ? .max : limit))
        // It may not have been read any more.
        guard !report.unread.isEmpty else { return }
        #expect(report.unread.map(\.side) == [isLeft ? .left : .right])
        #expect(report.unread.map(\.reason) == ["io"])
    }
}
