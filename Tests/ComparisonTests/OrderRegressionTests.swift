import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Mended defects about the order of members, and about what belongs to them.
struct OrderRegressionTests {
    private func both(_ a: [UInt8], _ b: [UInt8], _ check: (Report) -> Void) {
        RegressionTests.both(a, b, Workbench.options(), check)
    }

    @Test func `a path through a file is no permitted order`() {
        let a = RegressionTests.file("a")
        let below = RegressionTests.file("a/b", mtime: 1)
        both(TarBuilder([a, below]).build(), TarBuilder([below, a]).build()) {
            #expect(!$0.isMatch, "\($0.short)")
        }
    }

    @Test func `a path through a link under another case is no permitted order`() {
        var link = TarBuilder.Entry("D")
        link.type = "2"
        link.link = "/tmp"
        let file = RegressionTests.file("d/x")
        both(TarBuilder([link, file]).build(), TarBuilder([file, link]).build()) {
            #expect(!$0.isMatch, "\($0.short)")
        }
    }

    @Test func `the first entry of a jar stays first, also as a folder`() {
        let folder = ZipBuilder.Entry("META-INF/")
        let manifest = ZipBuilder.Entry("META-INF/MANIFEST.MF", RegressionTests.text)
        let other = ZipBuilder.Entry("a", RegressionTests.text)
        both(
            ZipBuilder([folder, manifest, other]).build(),
            ZipBuilder([other, folder, manifest]).build()
        ) { #expect($0.verdict == .different, "\($0.short)") }
        both(
            ZipBuilder([manifest, other]).build(), ZipBuilder([other, manifest]).build()
        ) { #expect($0.verdict == .different, "\($0.short)") }
    }

    @Test(arguments: ["X", "N", "V", "M", "D", "Z"] as [Unicode.Scalar])
    func `a typeflag that readers disagree about is never a match`(type: Unicode.Scalar) {
        var odd = TarBuilder.Entry("h", TarBuilder.record("path", Array("evil".utf8)))
        odd.type = type
        let a = RegressionTests.file("a")
        let b = RegressionTests.file("b")
        both(TarBuilder([odd, a, b]).build(), TarBuilder([a, odd, b]).build()) {
            #expect(!$0.isMatch, "\($0.short)")
        }
    }

    @Test func `a gap between zip members keeps its place`() {
        let evil = ZipBuilder([ZipBuilder.Entry("b", Array("evil".utf8))]).build()
        var first = ZipBuilder([
            ZipBuilder.Entry("a", RegressionTests.text),
            ZipBuilder.Entry("b", RegressionTests.text),
        ])
        var second = first
        second.entries[0].time += 1
        first.entries[1].gap = Array(evil.prefix(40))
        second.gap = Array(evil.prefix(40))
        both(first.build(), second.build()) { #expect(!$0.isMatch, "\($0.short)") }
        second = first
        second.entries.swapAt(0, 1)
        both(first.build(), second.build()) { #expect(!$0.isMatch, "\($0.short)") }
    }

    @Test func `equally long encodings of a moved zip are listed`() throws {
        let content = RegressionTests.text
        let plain = Deflate.encode(content)
        // Bits behind the end of the stream, in its last byte: decoders do not look at them.
        var last = ZipBuilder.Entry("c", content)
        for bit in 0..<8 where last.encoded == nil {
            var changed = plain
            changed[plain.count - 1] ^= 1 << UInt8(bit)
            if Deflate.decode(changed[...])?.content == content { last.encoded = changed }
        }
        try #require(last.encoded != nil)
        let a = ZipBuilder.Entry("a", content)
        let b = ZipBuilder.Entry("b", content)
        let first = ZipBuilder([a, b, ZipBuilder.Entry("c", content)]).build()
        both(first, ZipBuilder([b, a, last]).build()) {
            #expect($0.rules == ["zip.compression", "zip.entry-order"], "\($0.short)")
        }
    }

    @Test func `a run that only one side of a moved member has is compared`() {
        // A filler byte that only one side has, behind the last of members that are paired late.
        let odd = ArBuilder.Entry("b.o/", Array("odd".utf8))
        var bare = odd
        bare.padding = nil
        var strange = odd
        strange.padding = 0x58
        var a = ArBuilder.Entry("a.o/", RegressionTests.text)
        let left = ArBuilder([a, strange])
        a.mtime = "7"
        both(left.build(), ArBuilder([a, bare]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        both(ArBuilder([a, odd]).build(), left.build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }
}
