import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import TestSupport
import Testing

/// Mended defects in what formats make of their fields.
struct FormatRegressionTests {
    private func both(_ a: [UInt8], _ b: [UInt8], _ check: (Report) -> Void) {
        RegressionTests.both(a, b, Workbench.options(), check)
    }

    @Test(arguments: [100, 108, 116, 136])
    func `a field that is no number is not zero`(offset: Int) {
        let plain = RegressionTests.file("a")
        var zero = plain
        zero.patches[offset] = Array("0000000\0".utf8)
        var garbage = plain
        garbage.patches[offset] = Array("zzzzzzz\0".utf8)
        both(TarBuilder([zero]).build(), TarBuilder([garbage]).build()) {
            #expect(!$0.isMatch, "\($0.short)")
        }
    }

    @Test func `an empty extended attribute is not the same as none`() {
        let plain = RegressionTests.file("a")
        var marked = plain
        marked.records = [("SCHILY.xattr.trusted.overlay.whiteout", [])]
        var other = plain
        other.records = [("comment", Array("x".utf8))]
        both(TarBuilder([plain]).build(), TarBuilder([marked]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        both(TarBuilder([other]).build(), TarBuilder([marked]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    /// Readers that do not know pax take owner and time from the header itself.
    @Test func `an owner that contradicts pax is no spelling of it`() {
        var first = RegressionTests.file("a")
        first.mode = 0o4755
        first.records = [("uid", Array("0".utf8))]
        var second = first
        second.user = 1000
        both(TarBuilder([first]).build(), TarBuilder([second]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `a time that contradicts pax is no spelling of it`() {
        let compiled = TarBuilder.Entry(
            "__pycache__/m.cpython-311.pyc", [UInt8](repeating: 0, count: 20))
        func archive(_ header: Int, _ pax: String) -> [UInt8] {
            var source = RegressionTests.file("m.py")
            source.mtime = header
            source.records = [("mtime", Array(pax.utf8))]
            return TarBuilder([compiled, source]).build()
        }
        both(archive(7, "7"), archive(1000, "7")) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        // Rounded either way it is one.
        both(archive(7, "7.5"), archive(8, "7.5")) {
            #expect($0.rules == ["tar.encoding"], "\($0.short)")
        }
    }

    @Test func `a zip comment that looks like an end record is only a comment`() {
        let mark: [UInt8] = [0x50, 0x4b, 5, 6]
        for comment in [mark, [1, 2, 3] + mark + [4], mark + [UInt8](repeating: 0, count: 12)] {
            var first = ZipBuilder([ZipBuilder.Entry("a", RegressionTests.text)])
            first.comment = comment
            var second = first
            second.entries[0].time += 1
            both(first.build(), second.build()) {
                #expect($0.rules == ["zip.mtime"], "\($0.short)")
            }
            second.comment = [9] + comment.dropFirst()
            both(first.build(), second.build()) { #expect(!$0.isMatch, "\($0.short)") }
        }
    }

    /// Offsets into the zip64 end record and its locator, which nothing else checks.
    @Test(arguments: [24, 27, 31, 60, 63, 72, 75])
    func `every byte of the zip64 records is checked`(offset: Int) {
        var first = ZipBuilder([ZipBuilder.Entry("a", RegressionTests.text)])
        first.isWide = true
        var second = first
        second.entries[0].time += 1
        second.widePatches[offset] = [7]
        both(first.build(), second.build()) { #expect(!$0.isMatch, "\($0.short)") }
    }

    @Test func `a class file without its source may have another time`() {
        func jar(_ names: [ByteString], time: UInt32) -> [UInt8] {
            ZipBuilder(
                names.map { name in
                    var entry = ZipBuilder.Entry(name, RegressionTests.text)
                    entry.time += time
                    return entry
                }
            ).build()
        }
        both(jar(["p/A.class"], time: 0), jar(["p/A.class"], time: 9)) {
            #expect($0.rules == ["zip.mtime"], "\($0.short)")
            #expect($0.verdict == .equivalent, "\($0.short)")
        }
        for names: [ByteString] in [
            ["p/A.class", "p/A.clj"], ["p/A.clj", "p/A__init.class"], ["a.el", "a.elc"],
            ["m.py", "__pycache__/m.cpython-311.pyc"],
        ] {
            both(jar(names, time: 0), jar(names, time: 9)) {
                #expect($0.verdict == .different, "\(names) \($0.short)")
            }
        }
        both(jar(["a.elc"], time: 0), jar(["a.elc"], time: 9)) {
            #expect($0.verdict == .equivalent, "\($0.short)")
        }
    }
}
