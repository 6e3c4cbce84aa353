import Anatomy
import Bytes
import Findings
import TestSupport
import Testing

/// Past a limit the answer is `inconclusive`, and the limit is named.
struct LimitTests {
    private func reached(
        _ flag: String, _ left: [UInt8], _ right: [UInt8], _ change: (inout Limits) -> Void
    ) {
        var limits = Limits()
        change(&limits)
        for (a, b) in [(left, right), (right, left)] {
            let free = Workbench.compare(a, b)
            Workbench.check(free, flag)
            #expect(free.verdict == .equivalent, "\(flag): \(free.short)")
            let report = Workbench.compare(a, b, Workbench.options(limits: limits))
            Workbench.check(report, flag)
            #expect(report.verdict == .inconclusive, "\(flag): \(report.short)")
            #expect(report.unread.allSatisfy { $0.reason == "limit" }, "\(report.short)")
            #expect(report.unread.contains { $0.message.contains(flag) }, "\(report.short)")
            #expect(report.firstDifference != nil)
        }
    }

    @Test func `depth`() {
        func nest(_ content: [UInt8], _ depth: Int, _ mtime: UInt32) -> [UInt8] {
            var builder = GzipBuilder()
            builder.mtime = mtime
            return (0..<depth).reduce(content) { bytes, _ in builder.build(bytes) }
        }
        let text = Array("inner".utf8)
        reached("--max-depth", nest(text, 6, 1), nest(text, 6, 2)) { $0.depth = 4 }
        var limits = Limits()
        limits.depth = 6
        let report = Workbench.compare(
            nest(text, 6, 1), nest(text, 6, 2), Workbench.options(limits: limits))
        #expect(report.verdict == .equivalent, "\(report.short)")
    }

    @Test func `members`() {
        for kind in [ArtifactKind.tarUstar, .zip] {
            let pair = kind.pair(1)
            reached("--max-members", pair.first, pair.second) { $0.members = 2 }
        }
    }

    @Test func `header`() {
        var a = TarBuilder.Entry("a")
        a.records = [("comment", [UInt8](repeating: 0x61, count: 3000))]
        var b = a
        b.mtime = 1
        reached("--max-header", TarBuilder([a]).build(), TarBuilder([b]).build()) {
            $0.headerSize = 2000
        }
    }

    @Test func `names`() {
        let name = ByteString([UInt8](repeating: 0x61, count: 90))
        var b = TarBuilder.Entry(name)
        b.mtime = 1
        reached(
            "--max-name", TarBuilder([TarBuilder.Entry(name)]).build(), TarBuilder([b]).build()
        ) { $0.nameLength = 80 }
    }

    @Test func `time`() {
        let pair = ArtifactKind.tarGzip.pair(1)
        var options = Workbench.options()
        options.limits.seconds = 5
        options.clock = { 6 }
        let report = Workbench.compare(pair.first, pair.second, options)
        Workbench.check(report, "time")
        #expect(report.verdict == .inconclusive)
        #expect(report.unread.contains { $0.message.contains("--max-time") })
        options.clock = { 5 }
        #expect(Workbench.compare(pair.first, pair.second, options).verdict == .equivalent)
    }

    @Test func `expanded bytes and ratio`() {
        let zeros = [UInt8](repeating: 0, count: 100_000)
        var a = GzipBuilder()
        a.level = 9
        var b = a
        b.mtime = 9
        reached("--max-expanded", a.build(zeros), b.build(zeros)) { $0.expandedBytes = 50_000 }
        reached("--max-ratio", a.build(zeros), b.build(zeros)) {
            $0.freeExpansion = 1000
            $0.ratio = 20
        }
    }

    @Test func `a difference that was read stands past a limit`() {
        let zeros = [UInt8](repeating: 0, count: 100_000)
        var a = GzipBuilder()
        a.comment = "one"
        var b = a
        b.comment = "two"
        var limits = Limits()
        limits.expandedBytes = 50_000
        let report = Workbench.compare(
            a.build(zeros), b.build(zeros), Workbench.options(limits: limits))
        Workbench.check(report, "both")
        #expect(report.verdict == .different && !report.complete)
    }

    @Test func `findings and runs past their limits are counted`() {
        let entries = (0..<9).map { TarBuilder.Entry(ByteString("f\($0)"), [1, 2, 3, 4, 5]) }
        var changed = entries
        for index in changed.indices { changed[index].content = [9, 2, 9, 4, 9] }
        var limits = Limits()
        limits.findings = 4
        limits.ranges = 2
        let report = Workbench.compare(
            TarBuilder(entries).build(), TarBuilder(changed).build(),
            Workbench.options(limits: limits))
        #expect(report.verdict == .different)
        #expect(report.findings.count == 4 && report.omittedFindings >= 5)
        #expect(report.findings.contains { $0.ranges.count == 2 && $0.omittedRanges == 1 })
    }

    @Test func `many tolerated differences are counted, and all reach the sink`() {
        let entries = (0..<1200).map { TarBuilder.Entry(ByteString("f\($0)")) }
        var later = entries
        for index in later.indices { later[index].mtime = 5 }
        var options = Workbench.options()
        var seen = 0
        options.toleratedSink = { _ in seen += 1 }
        let report = Workbench.compare(
            TarBuilder(entries).build(), TarBuilder(later).build(), options)
        #expect(report.verdict == .equivalent)
        #expect(report.normalizations.first?.count == 1200)
        #expect(report.normalizations.first?.first.count == 1000)
        #expect(seen == 1200)
    }
}
