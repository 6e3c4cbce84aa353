import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import NormalForm
import TestSupport
import Testing

/// What is kept, and in which bytes, case by case.
struct NormalizeCaseTests {
    /// The normal form; that it is equivalent is proved by the normalizer itself.
    private func normal(
        _ bytes: [UInt8], _ profile: Profile = .archive(), isShallow: Bool = false
    ) throws -> [UInt8] {
        let normalizer = Normalizer(
            Workbench.options(profile), epoch: 1_000, isShallow: isShallow)
        let outcome = try normalizer.run(MemorySource(bytes), path: "input")
        let output = try #require(outcome.output, "\(outcome.report.short)")
        return try output.read(ByteRange(start: 0, length: output.size))
    }

    private func names(_ tar: [UInt8]) throws -> [String] {
        try #require(IndependentReader.tar(tar)).map { $0.path.escaped }
    }

    private func header(_ tar: [UInt8], _ name: String) throws -> [UInt8] {
        let starts = stride(from: 0, to: tar.count - 511, by: 512)
        let start = starts.first { tar[$0...].starts(with: Array(name.utf8) + [0]) }
        let at = try #require(start)
        return Array(tar[at..<at + 512])
    }

    @Test func `folders come before what they hold, links behind their targets`() throws {
        var entries = ["z", "d/x", "a-b", "a/c"].map { TarBuilder.Entry(ByteString($0), [1]) }
        for name in ["a/", "d/"] {
            var folder = TarBuilder.Entry(ByteString(name))
            folder.type = "5"
            entries.insert(folder, at: 0)
        }
        for (name, target) in [("y", "z"), ("b", "y")] {
            var link = TarBuilder.Entry(ByteString(name))
            link.type = "1"
            link.link = ByteString(target)
            entries.append(link)
        }
        let form = try normal(TarBuilder(entries).build())
        #expect(try names(form) == ["a", "a/c", "a-b", "d", "d/x", "z", "y", "b"])
        entries.swapAt(2, 4)
        #expect(try normal(TarBuilder(entries).build()) == form)
    }

    @Test func `a folder that is a parent in other letters still comes first`() throws {
        var folder = TarBuilder.Entry("d/")
        folder.type = "5"
        let entries = [folder, TarBuilder.Entry("D/x", [1]), TarBuilder.Entry("A", [2])]
        let form = try normal(TarBuilder(entries).build())
        let other = try normal(TarBuilder([entries[2], entries[0], entries[1]]).build())
        #expect(form == other)
        #expect(try names(form) == ["A", "d", "D/x"])
    }

    @Test func `owners go, but not those that rights hang on`() throws {
        var entries = ["plain", "setuid"].map { TarBuilder.Entry(ByteString($0), [1]) }
        for index in entries.indices {
            entries[index].user = 1000
            entries[index].userName = "builder"
        }
        entries[1].mode = 0o4755
        let form = try normal(TarBuilder(entries).build())
        #expect(try header(form, "plain")[108..<115].elementsEqual("0000000".utf8))
        #expect(try header(form, "plain")[265] == 0)
        #expect(try header(form, "setuid")[108..<115].elementsEqual("0001750".utf8))
        #expect(try header(form, "setuid")[265..<272].elementsEqual("builder".utf8))
        #expect(try header(form, "setuid")[100..<107].elementsEqual("0004755".utf8))
    }

    @Test func `the time of a source stays beside what is checked against it`() throws {
        let magic: [UInt8] = [0xa7, 0x0d, 0x0d, 0x0a]
        var entries = [
            TarBuilder.Entry("m.py", [1]),
            TarBuilder.Entry("m.pyc", magic + [UInt8](repeating: 0, count: 12)),
            TarBuilder.Entry("n.py", [1]),
        ]
        for index in entries.indices { entries[index].mtime = 0o7654 }
        let form = try normal(TarBuilder(entries).build())
        #expect(try header(form, "m.py")[136..<147].elementsEqual("00000007654".utf8))
        #expect(try header(form, "n.py")[136..<147].elementsEqual("00000001750".utf8))
        // Through a link any of them may be meant.
        var link = TarBuilder.Entry("l.pyc")
        link.type = "2"
        link.link = "elsewhere"
        let all = try normal(TarBuilder(entries + [link]).build())
        #expect(try header(all, "n.py")[136..<147].elementsEqual("00000007654".utf8))
    }

    @Test func `pax records stay, in one order, with numbers that a header cannot hold`() throws {
        var entry = TarBuilder.Entry("a", [1])
        entry.dialect = .pax
        entry.mode = 0o4755
        entry.user = 0
        entry.records = [
            ("uid", Array("4294967295".utf8)), ("SCHILY.xattr.user.b", [0, 0xff, 0x0a]),
            ("SCHILY.xattr.user.a", []), ("comment", Array("said".utf8)),
            ("mtime", Array("5.25".utf8)), ("atime", Array("7".utf8)),
        ]
        entry.mtime = 5
        let form = try normal(TarBuilder([entry]).build())
        entry.records.reverse()
        entry.extensionTime = 77
        #expect(try normal(TarBuilder([entry]).build()) == form)
        let content = [
            ("SCHILY.xattr.user.a", []), ("SCHILY.xattr.user.b", [0, 0xff, 0x0a]),
            ("comment", Array("said".utf8)), ("uid", Array("4294967295".utf8)),
        ].flatMap { TarBuilder.record($0.0, $0.1) }
        #expect(form[512...].starts(with: content))
        #expect(form[512 + content.count..<1024].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [98, 100, 101, 155, 200, 256, 257, 3000], TarBuilder.Dialect.allCases)
    func `names of every length have one spelling per archive`(
        length: Int, dialect: TarBuilder.Dialect
    ) throws {
        guard length <= 100 || dialect == .pax || dialect == .gnu else { return }
        for isDeep in [false, true] {
            let stem = isDeep ? "folder/" : ""
            let name = stem + String(repeating: "n", count: length - stem.utf8.count)
            var entry = TarBuilder.Entry(ByteString(name), [1])
            entry.dialect = dialect
            let form = try normal(TarBuilder([entry]).build())
            #expect(try names(form) == [name])
            guard dialect == .gnu else { continue }
            entry.dialect = .pax
            #expect(try normal(TarBuilder([entry]).build()) == form)
        }
    }

    @Test func `what a header says besides its extension stays`() throws {
        // As Python writes a name that is no ASCII: another one in the header, the true one in pax.
        var entry = TarBuilder.Entry("gr??e", [1])
        entry.dialect = .pax
        entry.records = [("path", Array("größe".utf8)), ("mtime", Array("5.5".utf8))]
        entry.mtime = 5
        let form = try normal(TarBuilder([entry]).build())
        #expect(try header(form, "gr??e").count == 512)
        #expect(try names(form) == ["größe"])
        // A number that pax contradicts, where the rule tolerates the number in pax.
        entry.records.append(("uid", Array("5".utf8)))
        entry.user = 1000
        let contradicted = try normal(TarBuilder([entry]).build())
        #expect(try header(contradicted, "gr??e")[108..<115].elementsEqual("0001750".utf8))
        entry.records[2].value = Array("6".utf8)
        #expect(try normal(TarBuilder([entry]).build()) == contradicted)
        entry.user = 0
        #expect(try normal(TarBuilder([entry]).build()) != contradicted)
    }

    @Test func `version 7, GNU's times and hidden bytes stay what they are`() throws {
        var forms: Set<[UInt8]> = []
        func add(_ change: (inout TarBuilder.Entry) -> Void) throws {
            var entry = TarBuilder.Entry("a", [1])
            change(&entry)
            let isNew = forms.insert(try normal(TarBuilder([entry]).build())).inserted
            #expect(isNew)
        }
        try add { _ in }
        try add { $0.dialect = .old }
        try add {
            $0.dialect = .gnu
            $0.patches[345] = Array("00000000007\u{0}".utf8)
        }
        try add {
            $0.dialect = .gnu
            $0.patches[400] = [7]
        }
        try add { $0.patches[505] = [7] }
        try add { $0.padding = 7 }
        try add { $0.mode = 0o100644 }
        try add {
            $0.type = "3"
            $0.content = []
            $0.major = 8
        }
    }

    @Test func `gzip keeps flags, comment and extra field`() throws {
        var plain = GzipBuilder()
        plain.name = "name"
        plain.mtime = 5
        let content = Array("some content".utf8)
        let form = try normal(plain.build(content))
        #expect(form.prefix(10).elementsEqual([0x1f, 0x8b, 8, 0, 0xe8, 3, 0, 0, 0, 255]))
        #expect(form.count == 10 + 5 + content.count + 8)
        // Several members are kept as they are: readers differ in how many they read.
        let several = plain.build(content) + plain.build([])
        #expect(try normal(several) == several)
        var rich = plain
        rich.flags = 1
        rich.comment = "comment"
        rich.extra = [1, 2, 3]
        rich.hasHeaderChecksum = true
        let kept = try normal(rich.build(content))
        #expect(kept[3] == 0x15)
        rich.name = "another"
        #expect(try normal(rich.build(content)) == kept)
        var other = rich
        other.extra = [0x41, 0x42, 1, 0, 9]
        #expect(try normal(other.build(content)) != kept)
        rich.comment = "other"
        #expect(try normal(rich.build(content)) != kept)
    }

    @Test func `xz padding and skippable zstd frames stay`() throws {
        let content = Array("some content".utf8)
        let zeros = [UInt8](repeating: 0, count: 8)
        let stream = XzCodec.encode(content)
        let form = try normal(stream + zeros)
        #expect(form.suffix(8).elementsEqual(zeros))
        #expect(try normal(stream) != form)
        // Several streams are kept as they are: readers differ in how many they read.
        #expect(try normal(stream + zeros + stream) == stream + zeros + stream)
        let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 8]
        let frame = ZstdCodec.encode(content)
        #expect(try normal(frame + skippable).suffix(10).elementsEqual(skippable))
        #expect(try normal(frame + frame) == frame + frame)
    }

    @Test func `zip keeps comments, unknown extra fields and zip64 records`() throws {
        var builder = ZipBuilder([ZipBuilder.Entry("b", [1, 2, 3]), ZipBuilder.Entry("a", [4])])
        builder.comment = Array("archive".utf8)
        builder.entries[0].comment = Array("member".utf8)
        builder.entries[0].extra = [0x99, 0x99, 1, 0, 7]
        builder.entries[0].localExtra = [0x98, 0x99, 1, 0, 8, 0x55, 0x54, 5, 0, 1, 1, 2, 3, 4]
        let form = try normal(builder.build())
        let text = String(decoding: form, as: UTF8.self)
        #expect(text.contains("archive") && text.contains("member"))
        for block: [UInt8] in [[0x99, 0x99, 1, 0, 7], [0x98, 0x99, 1, 0, 8]] {
            #expect(form.indices.contains { form[$0...].starts(with: block) })
        }
        let time: [UInt8] = [0x55, 0x54, 5, 0]
        #expect(!form.indices.contains { form[$0...].starts(with: time) })
        builder.isWide = true
        #expect(try normal(builder.build()).count == form.count + 76)
        #expect(try #require(IndependentReader.read(form)).count == 2)
    }

    @Test func `contents go in normal form, unless somebody vouches for them`() throws {
        let inner = GzipBuilder()
        var later = inner
        later.mtime = 77
        let pair = [inner, later].map { $0.build(Array("text".utf8)) }
        func zips(_ more: [String]) -> [[UInt8]] {
            pair.map { content in
                ZipBuilder(
                    [ZipBuilder.Entry("a.gz", content)]
                        + more.map { ZipBuilder.Entry(ByteString($0), [1]) }
                ).build()
            }
        }
        let plain = try zips([]).map { try normal($0) }
        #expect(plain[0] == plain[1])
        for list in ["demo-1.dist-info/RECORD", "META-INF/KEY.SF"] {
            let pinned = try zips([list]).map { try normal($0) }
            #expect(pinned[0] != pinned[1])
        }
        let shallow = try zips([]).map { try normal($0, isShallow: true) }
        #expect(shallow[0] != shallow[1])
    }

    @Test func `what is inside a package is written even where nothing deeper is`() throws {
        let pair = ArtifactKind.deb.pair(1)
        let first = try normal(pair.first, isShallow: true)
        #expect(try normal(pair.second, isShallow: true) == first)
    }

    @Test func `a problem in a member is told with its place`() throws {
        let broken = Array(GzipBuilder().build([1, 2, 3]).dropLast(2))
        let tar = TarBuilder([TarBuilder.Entry("inner.gz", broken)]).build()
        let normalizer = Normalizer(Workbench.options(), epoch: 0)
        let problem = #expect(throws: Problem.self) {
            _ = try normalizer.run(MemorySource(tar), path: "input")
        }
        #expect(problem?.location.chain == ["inner.gz"])
        #expect(problem?.error.code == .truncated)
    }

    @Test func `the spool's budget is kept`() throws {
        var options = Workbench.options()
        options.spool = Spool(folder: "/tmp", budget: 1 << 10)
        let tar = TarBuilder([TarBuilder.Entry("a", [UInt8](repeating: 1, count: 4096))]).build()
        let problem = #expect(throws: Problem.self) {
            _ = try Normalizer(options, epoch: 0).run(MemorySource(tar), path: "input")
        }
        #expect(problem?.error.code == .limit)
    }
}
