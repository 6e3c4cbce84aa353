import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import Foundation
import TestSupport
import Testing

/// What two cpio archives may differ in, and what they may not.
struct CpioTests {
    typealias Entry = CpioBuilder.Entry

    private func both(
        _ a: [UInt8], _ b: [UInt8], profile: Profile = .archive(), _ check: (Report) -> Void
    ) {
        RegressionTests.both(a, b, Workbench.options(profile), check)
    }

    /// A folder, two files and a link in it, and a file with two names.
    private func base(_ dialect: CpioBuilder.Dialect) -> CpioBuilder {
        var folder = Entry("d")
        folder.mode = 0o040755
        var link = Entry("d/link", Array("one".utf8))
        link.mode = 0o120777
        let content = Array("shared content".utf8)
        var twins = [Entry("x", dialect == .odc ? content : []), Entry("y", content)]
        for index in twins.indices {
            twins[index].links = 2
            twins[index].inode = 99
        }
        let files = [Entry("d/one", Array("one".utf8)), Entry("d/two", Array("two".utf8))]
        return CpioBuilder(dialect, [folder, link] + files + twins)
    }

    private func verdict(
        _ dialect: CpioBuilder.Dialect, _ change: (inout CpioBuilder) -> Void
    ) -> Verdict {
        var changed = base(dialect)
        change(&changed)
        var verdict = Verdict.identical
        both(base(dialect).build(), changed.build()) { verdict = $0.verdict }
        return verdict
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `what matters is a difference`(dialect: CpioBuilder.Dialect) {
        #expect(verdict(dialect) { _ in } == .identical)
        #expect(verdict(dialect) { $0.entries[2].mode = 0o100755 } == .different)
        #expect(verdict(dialect) { $0.entries[2].special = 5 } == .different)
        #expect(verdict(dialect) { $0.entries[2].content = Array("0ne".utf8) } == .different)
        #expect(verdict(dialect) { $0.entries[1].content = Array("two".utf8) } == .different)
        #expect(verdict(dialect) { $0.entries[2].name = "d/0ne" } == .different)
        #expect(verdict(dialect) { $0.entries[2].nameEnd = [0, 0, 0, 0, 0] } == .different)
        #expect(verdict(dialect) { $0.trailer?.mtime = 1 } == .different)
        #expect(verdict(dialect) { $0.entries.removeLast() } == .different)
    }

    @Test(arguments: [CpioBuilder.Dialect.newc, .crc])
    func `filler that is not zero is a message`(dialect: CpioBuilder.Dialect) {
        #expect(verdict(dialect) { $0.entries[2].filler = 1 } == .different)
        #expect(verdict(dialect) { $0.trailer?.filler = 1 } == .different)
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `times and inode numbers are not`(dialect: CpioBuilder.Dialect) {
        #expect(verdict(dialect) { $0.entries[2].mtime = 7 } == .equivalent)
        #expect(verdict(dialect) { $0.entries[2].inode = 7 } == .equivalent)
        #expect(verdict(dialect) { $0.entries[0].links = 3 } == .equivalent)
        #expect(verdict(dialect) { $0.blocking = 4096 } == .equivalent)
        #expect(verdict(dialect) { $0.entries.swapAt(2, 3) } == .equivalent)
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `owners are, where the kernel unpacks them or rights hang on them`(
        dialect: CpioBuilder.Dialect
    ) {
        let isFree = dialect == .odc
        #expect(verdict(dialect) { $0.entries[2].user = 7 } == (isFree ? .equivalent : .different))
        #expect(
            verdict(dialect) { builder in
                for index in [4, 5] { builder.entries[index].group = 7 }
            } == .different)
        var setuid = base(dialect)
        setuid.entries[2].mode = 0o104755
        var owned = setuid
        owned.entries[2].user = 7
        both(setuid.build(), owned.build()) { #expect($0.verdict == .different, "\($0.short)") }
        guard let rule = Format.cpio.rule(for: "cpio.uid") else {
            Issue.record("there is no rule for owners")
            return
        }
        both(setuid.build(), owned.build(), profile: .archive(allowing: [rule])) {
            #expect($0.verdict == .equivalent, "\($0.short)")
        }
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `which members are one file matters`(dialect: CpioBuilder.Dialect) {
        // Two names of one file became two files.
        #expect(!verdict(dialect) { $0.entries[5].inode = 98 }.isMatch)
        #expect(
            !verdict(dialect) { builder in
                for index in [4, 5] { builder.entries[index].links = 1 }
            }.isMatch)
        // The same two in another order: now the other one has the content, or comes first.
        #expect(!verdict(dialect) { $0.entries.swapAt(4, 5) }.isMatch)
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `links that readers take differently are not judged`(dialect: CpioBuilder.Dialect) {
        func check(_ change: (inout CpioBuilder) -> Void, _ what: Comment) {
            var first = base(dialect)
            change(&first)
            var second = first
            second.entries[2].mtime = 9
            both(first.build(), second.build()) {
                #expect($0.verdict == .inconclusive, what)
                #expect($0.findings.isEmpty, what)
            }
        }
        check({ $0.entries[4].content = Array("another content".utf8) }, "two contents")
        check({ $0.entries[4].content = Array("shared cOntent".utf8) }, "two contents of one size")
        check({ $0.entries[4].mode = 0o100600 }, "two modes")
        check({ $0.entries[4].user = 5 }, "two owners")
        check({ $0.entries[4].links = 3 }, "two counts")
        check(
            {
                $0.entries[0].links = 2; $0.entries[0].inode = 99
            }, "a folder of the same inode")
        check(
            { builder in
                var third = builder.entries[5]
                third.name = "z"
                if dialect != .odc { builder.entries[5].content = [] }
                builder.entries.append(third)
            }, "more names than links")
        check(
            { builder in
                var other = builder.entries[5]
                other.name = "z"
                other.device = 1
                builder.entries.append(other)
            }, "the inode on another device")
    }

    @Test func `order matters around what follows, absolute names and the like`() {
        for name: ByteString in ["../one", "d/ONE", "d/link/x"] {
            var first = base(.newc)
            first.entries.append(Entry(name, [1]))
            var second = first
            second.entries.swapAt(2, 6)
            both(first.build(), second.build()) {
                #expect($0.verdict == .different, "\(name) \($0.short)")
            }
        }
    }

    /// An initramfs begins with microcode, and the kernel reads on behind its trailer.
    @Test func `what follows the trailer is looked into`() {
        let early = base(.newc).build()
        var late = base(.crc)
        func image(_ level: Int32, gap: Int = 0) -> [UInt8] {
            var gzip = GzipBuilder()
            gzip.level = level
            return early + [UInt8](repeating: 0, count: gap) + gzip.build(late.build())
        }
        let first = image(1)
        #expect(first != image(9))
        both(first, image(9)) {
            #expect($0.rules == ["gzip.compression"], "\($0.short)")
            #expect($0.verdict == .equivalent)
        }
        both(first, image(1, gap: 512)) { #expect($0.verdict == .different, "\($0.short)") }
        both(first, early) { #expect($0.verdict == .different, "\($0.short)") }
        late.entries[2].content = Array("0ne".utf8)
        both(first, image(1)) {
            let expected: [ByteString] = ["TRAILER!!!", "d/one"]
            #expect($0.roots.map(\.path) == [expected], "\($0.short)")
        }
        // In a stream, too, and with the order changed before it.
        var moved = base(.newc)
        moved.entries.swapAt(2, 3)
        let tail = GzipBuilder().build(late.build())
        var inside = base(.newc)
        inside.entries[3].mtime = 9
        both(
            GzipBuilder().build(base(.newc).build() + tail),
            GzipBuilder().build(inside.build() + tail)
        ) { #expect($0.rules == ["cpio.mtime", "gzip.compression"], "\($0.short)") }
        both(base(.newc).build() + tail, moved.build() + tail) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `a source's time counts beside its compiled file`() {
        var first = CpioBuilder(
            .newc, [Entry("m.py", [1]), Entry("m.pyc", [UInt8](repeating: 0, count: 20))])
        let before = first.build()
        first.entries[0].mtime = 7
        both(before, first.build()) { #expect($0.verdict == .different, "\($0.short)") }
    }

    /// Archives made by GNU cpio, of the same files at other times and places.
    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cpio"),
            "skipped: there is no cpio"),
        arguments: ["newc", "crc", "odc"])
    func `archives by another program`(format: String) throws {
        let folder = try TemporaryFolder()
        let script = """
            set -e; mkdir $1; cd $1; mkdir d; echo one >d/one; echo two >two; ln two three
            ln -s one d/link; mkfifo pipe; touch -d @$2 two; chmod 644 d/one two; chmod 755 d
            printf '%s\\n' . d d/one d/link pipe three two | cpio --quiet -o -H \(format) -R 0:0 >../$1.cpio
            """
        var images: [[UInt8]] = []
        for (name, time) in [("a", "1000000"), ("b", "2000000")] {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", script, "sh", name, time]
            process.currentDirectoryURL = URL(
                filePath: String(decoding: folder.path.bytes, as: UTF8.self))
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            images.append(
                Array(
                    try Data(
                        contentsOf: URL(
                            filePath: String(decoding: folder.path.bytes, as: UTF8.self)
                        ).appending(path: name + ".cpio"))
                )
            )
        }
        both(images[0], images[1]) {
            #expect($0.verdict == .equivalent, "\($0.short)")
            #expect($0.rules.isSubset(of: ["cpio.mtime", "cpio.inode"]), "\($0.short)")
        }
    }
}

extension Verdict {
    fileprivate var isMatch: Bool { self == .identical || self == .equivalent }
}
