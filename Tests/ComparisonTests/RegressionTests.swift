import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import TestSupport
import Testing

/// One test per defect that was mended, named after it.
struct RegressionTests {
    static let text = Array("some content that is long enough to be compressed\n".utf8)

    static func file(_ name: ByteString, mtime: Int = 0) -> TarBuilder.Entry {
        var entry = TarBuilder.Entry(name, text)
        entry.mtime = mtime
        return entry
    }

    /// Compares both ways, and expects the same of both.
    static func both(
        _ a: [UInt8], _ b: [UInt8], _ options: ComparisonOptions = Workbench.options(),
        _ check: (Report) -> Void
    ) {
        let there = Workbench.compare(a, b, options)
        let back = Workbench.compare(b, a, options)
        for report in [there, back] {
            Workbench.check(report, report.short)
            check(report)
        }
        #expect(there.verdict == back.verdict)
    }

    // MARK: Known from the beginning

    @Test func `a tar without end blocks is not accepted for one with them`() {
        var whole = TarBuilder([Self.file("a")])
        var cut = TarBuilder([Self.file("a", mtime: 9)])
        for blocks in [0, 1] {
            cut.endBlocks = blocks
            Self.both(whole.build(), cut.build()) { #expect(!$0.isMatch, "\($0.short)") }
        }
        whole.endBlocks = 20
        cut.endBlocks = 2
        Self.both(whole.build(), cut.build()) {
            #expect($0.rules == ["tar.blocking", "tar.mtime"])
        }
    }

    @Test(arguments: [4, 8, 400])
    func `xz stream padding is not accepted`(count: Int) {
        let plain = XzCodec.encode(Self.text, level: 1)
        let padded = XzCodec.encode(Self.text) + [UInt8](repeating: 0, count: count)
        Self.both(plain, padded) { #expect($0.verdict == .different, "\($0.short)") }
        let odd = plain + [UInt8](repeating: 0, count: count + 1)
        Self.both(plain, odd) { #expect(!$0.isMatch) }
    }

    @Test func `zip members compressed again and moved list zip compression`() {
        let a = ZipBuilder.Entry("a", Self.text)
        var b = ZipBuilder.Entry("b", Self.text + Self.text)
        let first = ZipBuilder([a, b])
        b.level = 0
        let second = ZipBuilder([b, a])
        Self.both(first.build(), second.build()) {
            #expect($0.rules == ["zip.compression", "zip.entry-order"])
            #expect($0.verdict == .equivalent)
        }
    }

    // MARK: Roles that differ between the sides

    @Test(arguments: TarBuilder.Dialect.allCases)
    func `a message in padding counts on either side beside a tolerated difference`(
        dialect: TarBuilder.Dialect
    ) {
        var plain = Self.file("a")
        plain.dialect = dialect
        var filled = plain
        filled.mtime = 5
        filled.padding = 1
        Self.both(TarBuilder([plain]).build(), TarBuilder([filled]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
            #expect($0.findings.contains { $0.field == "tar.padding" })
        }
        var tailed = plain
        tailed.mtime = 5
        tailed.patches[500] = [1, 2, 3]
        Self.both(TarBuilder([plain]).build(), TarBuilder([tailed]).build()) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `a message in the header of an extended header counts on either side`() {
        func archive(_ patch: [UInt8], time: Int) -> [UInt8] {
            var extended = TarBuilder.Entry(
                "PaxHeaders/a", TarBuilder.record("comment", Array("hello".utf8)))
            extended.type = "x"
            extended.patches[500] = patch
            return TarBuilder([extended, Self.file("a", mtime: time)]).build()
        }
        Self.both(archive([], time: 1), archive([1], time: 2)) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    // MARK: Compressed files

    @Test(arguments: [ArtifactKind.gzip, .xz, .zstd, .bzip2, .tarGzip])
    func `a broken stream is one problem, and no fault of the dissector`(kind: ArtifactKind) {
        let pair = kind.pair(0)
        for tail: [UInt8] in [[0], Array("trailing bytes".utf8), [1, 2, 3, 4, 5, 6, 7, 8, 9]] {
            let report = Workbench.compare(pair.first, pair.second + tail)
            Workbench.check(report, "\(kind)")
            #expect(!report.isMatch)
            #expect(report.unread.count == 1, "\(report.unread.map(\.message))")
        }
    }

    @Test func `a rule alone is enough where nothing else differs`() {
        let gzip = ArtifactKind.gzip.pair(0)
        var a = GzipBuilder()
        var b = GzipBuilder()
        a.mtime = 1
        b.mtime = 2
        let content = IndependentReader.gzip(gzip.first) ?? []
        let options = Workbench.options(Self.only("gzip.mtime"))
        Self.both(a.build(content), b.build(content), options) {
            #expect($0.verdict == .equivalent, "\($0.short)")
        }
        b.level = 0
        Self.both(a.build(content), b.build(content), options) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        let first = ZipBuilder([ZipBuilder.Entry("a", content), ZipBuilder.Entry("b", content)])
        var second = first
        second.entries[1].time += 1
        Self.both(first.build(), second.build(), Workbench.options(Self.only("zip.mtime"))) {
            #expect($0.verdict == .equivalent, "\($0.short)")
        }
        second.entries[1].level = 0
        Self.both(first.build(), second.build(), Workbench.options(Self.only("zip.mtime"))) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    static func only(_ names: String...) -> Profile {
        Profile(
            name: "none", rules: [],
            allowed: Profile.archiveRules.filter { names.contains($0.name) })
    }
}
