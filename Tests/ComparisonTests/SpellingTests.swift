import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Fields that follow from others, written down differently: each is listed under a rule, alone and
/// beside a difference that another rule tolerates.
struct SpellingTests {
    private func isListed(_ first: [UInt8], _ plain: [UInt8], _ second: [UInt8], _ rule: String) {
        for other in [plain, second] {
            let report = Workbench.compare(first, other)
            Workbench.check(report, rule)
            #expect(report.verdict == .equivalent)
            #expect(report.rules.contains(rule))
            let none = Workbench.compare(first, other, Workbench.options(.none))
            #expect(none.verdict == .different)
        }
    }

    @Test func `another spelling of a derived number is listed`() {
        var first = RegressionTests.file("a")
        var plain = first
        // 49 bytes, with a space in place of zeros in front.
        plain.patches[124] = Array("         61 ".utf8)
        first.content = Array(RegressionTests.text.prefix(49))
        plain.content = first.content
        var second = plain
        second.mtime = 5
        isListed(
            TarBuilder([first]).build(), TarBuilder([plain]).build(), TarBuilder([second]).build(),
            "tar.encoding")
    }

    @Test func `a filler byte that is missing at the end of an ar is listed`() {
        let first = ArBuilder([ArBuilder.Entry("a.o/", [1])])
        var plain = first
        plain.entries[0].padding = nil
        var second = plain
        second.entries[0].mtime = "5"
        isListed(first.build(), plain.build(), second.build(), "ar.encoding")
    }

    @Test func `sums before streamed data are listed`() {
        var entry = ZipBuilder.Entry("a", RegressionTests.text)
        entry.isStreamed = true
        let first = ZipBuilder([entry])
        var plain = first
        plain.entries[0].repeatsSums = true
        var second = plain
        second.entries[0].time += 1
        isListed(first.build(), plain.build(), second.build(), "zip.streaming")
    }
}
