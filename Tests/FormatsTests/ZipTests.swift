import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What a zip's dissector accounts for, and how.
struct ZipTests {
    private let text = Array("content of a member".utf8)

    private func builder(_ names: ByteString...) -> ZipBuilder {
        ZipBuilder(names.map { ZipBuilder.Entry($0, text) })
    }

    private func refusal(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError? {
        do {
            _ = try Walk(bytes, opens: true, limits: limits)
            return nil
        } catch {
            return error as? SourceError
        }
    }

    /// All fields of a zip by name, those that members carry included.
    private func fields(_ bytes: [UInt8]) throws -> [Field] {
        try Walk(bytes, opens: false).runs.flatMap { Format.zip.expand($0) }
    }

    // MARK: Bytes of no record

    @Test func `what belongs to no record is a field where it lies`() throws {
        var zip = builder("a", "b")
        zip.entries[1].gap = [1, 2, 3]
        zip.gap = [4, 5]
        zip.trailer = [6]
        let walk = try Walk(zip.build(), opens: false)
        #expect(walk.members[0].runs.map(\.id) == ["zip.local", "zip.central"])
        #expect(walk.members[1].runs.map(\.id) == ["zip.unaccounted", "zip.local", "zip.central"])
        let own = walk.runs.filter { $0.member == nil }.map { ($0.id, $0.bytes) }
        #expect(own.map(\.0) == ["zip.unaccounted", "zip.end", "zip.trailer"])
        #expect(own[0].1 == [4, 5] && own[2].1 == [6])
        for id in ["zip.unaccounted", "zip.trailer", "zip.prefix"] {
            #expect(Format.zip.rule(for: id) == nil)
            let field = try fields(zip.build()).first { $0.id == id }
            #expect(field.map { $0.role == .own } ?? (id == "zip.prefix"))
        }
    }

    @Test(
        arguments: [
            [1, 2], [3, 4], [5, 5], [5, 6], [6, 6], [6, 7], [6, 8], [7, 8], [0x30, 0x30],
        ] as [[UInt8]])
    func `the mark of a record in them divides the readers`(mark: [UInt8]) {
        let bytes = [9, 0x50, 0x4b] + mark + [9]
        var between = builder("a", "b")
        between.entries[1].gap = bytes
        var before = builder("a", "b")
        before.gap = bytes
        var behind = builder("a", "b")
        behind.trailer = bytes + [UInt8](repeating: 0, count: 22)
        for zip in [between, before, behind] {
            #expect(refusal(zip.build())?.code == .ambiguous, "\(mark)")
        }
        // Half a mark is none.
        between.entries[1].gap = Array(bytes.prefix(4)) + [1, 1]
        #expect(refusal(between.build()) == nil)
    }

    @Test func `many of them are a limit with a name`() {
        var limits = Limits()
        limits.headerSize = 1000
        var zip = builder("a")
        zip.gap = [UInt8](repeating: 7, count: 1001)
        let error = refusal(zip.build(), limits)
        #expect(error?.code == .limit && error?.message.contains("--max-header") == true)
        zip.gap.removeLast()
        #expect(refusal(zip.build(), limits) == nil)
        zip.entries[0].localExtra = [0x34, 0x12, 0, 0]
        zip.trailer = [7]
        #expect(refusal(zip.build(), limits)?.code == .limit)
    }

    @Test func `bytes behind an end record that is not the only one divide the readers`() {
        // The mark of an end record inside stored content.
        var zip = builder("a")
        zip.entries[0].content = ZipBuilder([]).build()
        zip.entries[0].method = 0
        #expect(refusal(zip.build()) == nil)
        zip.trailer = [1]
        #expect(refusal(zip.build())?.code == .ambiguous)
    }

    // MARK: Before the zip

    @Test(arguments: [
        "#!/usr/bin/python3\n", "#!/usr/bin/env python\n", "#! /usr/bin/env -S pypy3 -sE\n",
        "#!/opt/python3.11\t-I\n", "#!/usr/bin/java -jar\n", "#!/usr/bin/env python3 -u -O\n",
    ])
    func `an interpreter that reads the zip may be named before it`(line: String) throws {
        var zip = builder("__main__.py", "b")
        zip.prefix = Array(line.utf8)
        for isRelative in [true, false] {
            zip.isRelative = isRelative
            for isWide in [true, false] {
                zip.isWide = isWide
                let walk = try Walk(zip.build(), opens: true)
                #expect(walk.runs.first?.id == "zip.prefix")
                #expect(walk.runs.first?.bytes == zip.prefix)
                #expect(walk.contents == [text, text])
            }
        }
    }

    @Test(arguments: [
        "#!/bin/sh\n", "#!/usr/bin/env bash\n", "#!/usr/bin/python3 -c\n", "#!/usr/bin/python3 a\n",
        "#!/usr/bin/env\n", "#!\n", "#!/usr/bin/python3", "#!/usr/bin/python3\n\n",
        "#!/bin/sh python3\n", "#!/usr/bin/env A=1 python3\n", "#!/usr/bin/java\n",
        "#!/usr/bin/python3 -xI\n", "JM\u{1}\u{1}", "JM\u{2}\u{0}", "\n", "MZ",
    ])
    func `anything else before it is no zip`(prefix: String) throws {
        var zip = builder("__main__.py")
        zip.prefix = Array(prefix.utf8)
        #expect(Format.accounted.recognize(zip.build()[...]) == nil)
    }

    @Test func `a first line longer than any that is read is none`() {
        var zip = builder("a")
        zip.prefix = Array(
            ("#!/usr/bin/python3" + String(repeating: " ", count: 400) + "\n").utf8)
        #expect(Format.accounted.recognize(zip.build()[...]) == nil)
    }

    @Test func `offsets count from the file or from behind the prefix, and from nowhere else`() {
        var zip = builder("a", "b")
        zip.prefix = Array("#!/usr/bin/python3\n".utf8)
        let absolute = zip.build()
        let end = absolute.count - 22
        for shift: UInt8 in [1, 3, 20] {
            var shifted = absolute
            shifted[end + 16] -= shift
            #expect(refusal(shifted) != nil, "\(shift)")
        }
        #expect(refusal(absolute) == nil)
    }

    @Test func `a second directory where the offset points to is taken by some reader`() throws {
        var zip = builder("a")
        zip.prefix = [0x4a, 0x4d, 1, 0]
        zip.isRelative = true
        #expect(refusal(zip.build()) == nil)
        // The last bytes before the directory are where an unmoved offset leads.
        zip.entries[0].method = 0
        zip.entries[0].content = text + [0x50, 0x4b, 1, 2]
        #expect(refusal(zip.build())?.code == .ambiguous)
    }

    // MARK: Two orders

    @Test func `members come as they are stored, and the order of the directory is a value`() throws
    {
        var zip = builder("a", "b", "c")
        zip.listing = [2, 0, 1]
        let walk = try Walk(zip.build(), opens: true)
        #expect(walk.members.map(\.name) == ["a", "b", "c"])
        #expect(walk.members.allSatisfy { $0.traits.contains(.keepsPlace) })
        let order = walk.runs.first { $0.id == "zip.directory-order" }
        #expect(order?.bytes == Array("2 0 1".utf8))
        zip.listing = [0, 1, 2]
        #expect(
            !(try Walk(zip.build(), opens: true)).runs.contains { $0.id == "zip.directory-order" })
        zip.listing = [0, 1, 1]
        #expect(refusal(zip.build())?.code == .ambiguous)
    }

    // MARK: Places

    @Test(
        arguments: [
            (["a", "b", "c"], 0), (["META-INF/", "META-INF/MANIFEST.MF", "a", "b"], 2),
            (["a", "b", "c", "meta-inf/x"], 2), (["mimetype", "a", "b"], 2), (["MIMETYPE"], 1),
            (["./Meta-Inf/x", "a", "b"], 2), (["[Content_Types].xml", "a", "b", "c", "d"], 4),
            (["META-INF/MANIFEST.MF", "META-INF/A.SF", "a", "b"], 4),
            (["META-INF/MANIFEST.MF", "META-INF/a.rsa", "a", "b"], 4),
            (["META-INF/SIG-a", "a", "b"], 3),
            (["META-INF/x", "a.jar", "b", "c"], 2), (["META-INF/x", "a.jar", "b.JAR", "c"], 4),
            (["lib/a.jar", "lib/b.jar", "c"], 0),
            (["res/a", "classes.dex", "AndroidManifest.xml"], 0),
            // Without the flag for UTF-8 readers disagree on the name.
            (["m\u{131}metype", "a", "b"], 3),
        ] as [([String], Int)])
    func `the first members of a family keep their place`(names: [String], count: Int) throws {
        let zip = ZipBuilder(
            names.map {
                ZipBuilder.Entry(ByteString($0), $0.hasSuffix("/") ? [] : text)
            })
        let walk = try Walk(zip.build(), opens: false)
        #expect(walk.members.prefix { $0.traits.contains(.keepsPlace) }.count == count)
        #expect(walk.members.count { $0.traits.contains(.keepsPlace) } == count)
    }

    @Test func `beside bytes of no record every member keeps its place`() throws {
        for change: (inout ZipBuilder) -> Void in [
            { $0.gap = [1] }, { $0.trailer = [1] }, { $0.entries[1].gap = [1] },
            { $0.gap = [1] + ZipBuilder.signingBlock([]) },
            { $0.gap = [UInt8](repeating: 0, count: 4096) + ZipBuilder.signingBlock([]) },
        ] {
            var zip = builder("a", "b")
            change(&zip)
            let walk = try Walk(zip.build(), opens: false)
            #expect(walk.members.allSatisfy { $0.traits.contains(.keepsPlace) })
        }
        var zip = builder("a", "b")
        zip.gap = [0, 0, 0] + ZipBuilder.signingBlock([])
        let walk = try Walk(zip.build(), opens: false)
        #expect(!walk.members.contains { $0.traits.contains(.keepsPlace) })
    }

    // MARK: Fields

    @Test func `every field has a meaning`() throws {
        var zip = builder("a", "mimetype", "c")
        for (index, id) in [0x5455, 0x7875, 0xcafe, 0xd935, 0x1234].enumerated() {
            zip.entries[index % 3].localExtra += little(UInt64(id), 2) + [1, 0, 7]
        }
        zip.entries[2].isStreamed = true
        zip.prefix = Array("#!/usr/bin/python3\n".utf8)
        zip.gap = [0, 0] + ZipBuilder.signingBlock([(0x7109_871a, [1]), (7, [2])])
        zip.listing = [1, 0, 2]
        zip.isWide = true
        zip.trailer = [1]
        let known = Set(Format.zip.fields.map(\.id))
        let walk = try Walk(zip.build(), opens: false)
        for field in walk.runs.flatMap({ Format.zip.expand($0) }) {
            #expect(known.contains(field.id), "\(field.id)")
            if case .value(let attribute, _) = field.role { #expect(known.contains(attribute)) }
        }
        for kind in ArtifactKind.allCases
        where try Walk.format(of: kind.pair(0).first).name == "zip" {
            for field in try fields(kind.pair(0).second) {
                #expect(known.contains(field.id), "\(field.id)")
            }
        }
    }

    @Test func `extra fields before the content of a type mark stand for themselves`() throws {
        for (name, isOwn) in [("mimetype", true), ("MimeType", true), ("mimetypes", false)] {
            var zip = builder(ByteString(name))
            zip.entries[0].localExtra = [0x55, 0x54, 5, 0, 1, 1, 2, 3, 4]
            let ids = try fields(zip.build()).map(\.id)
            #expect(ids.contains("zip.extra") == isOwn)
            #expect(ids.contains("zip.local.unix.mtime") == !isOwn)
        }
    }

    @Test func `the width of a data descriptor is that of the local header`() {
        func zip(wide: Bool, extra: Bool) -> [UInt8] {
            var zip = builder("a")
            zip.entries[0].isStreamed = true
            zip.entries[0].hasWideDescriptor = wide
            if extra {
                zip.entries[0].localExtra = [1, 0, 16, 0] + [UInt8](repeating: 0, count: 16)
            }
            return zip.build()
        }
        #expect(refusal(zip(wide: false, extra: false)) == nil)
        #expect(refusal(zip(wide: true, extra: true)) == nil)
        #expect(refusal(zip(wide: true, extra: false))?.code == .ambiguous)
        #expect(refusal(zip(wide: false, extra: true))?.code == .ambiguous)
    }

    @Test(arguments: [0x9901, 0x0017] as [UInt64])
    func `extra fields of encryption say that a member is encrypted`(id: UInt64) {
        var zip = builder("a")
        zip.entries[0].extra = little(id, 2) + [1, 0, 0]
        #expect(refusal(zip.build())?.code == .encrypted)
    }
}

/// The signing block of an .apk.
struct ApkTests {
    private let text = Array("content of a member".utf8)

    private func apk(_ block: [UInt8], padding: Int = 0) -> [UInt8] {
        var zip = ZipBuilder([ZipBuilder.Entry("classes.dex", text)])
        zip.gap = [UInt8](repeating: 0, count: padding) + block
        return zip.build()
    }

    private func code(_ block: [UInt8]) -> SourceError.Code? {
        do {
            _ = try Walk(apk(block), opens: false)
            return nil
        } catch {
            return (error as? SourceError)?.code
        }
    }

    @Test func `pairs are fields by what they are`() throws {
        let block = ZipBuilder.signingBlock([
            (0x7109_871a, [1, 2]), (0xf053_68c0, [3]), (0x7177_7777, [4]), (0x4272_6577, [0, 0]),
        ])
        let walk = try Walk(apk(block, padding: 5), opens: false)
        let ids = walk.runs.filter { $0.member == nil }.map(\.id)
        #expect(ids == ["apk.padding", "apk.signed", "apk.block", "zip.end"])
        let run = try #require(walk.runs.first { $0.id == "apk.block" })
        let fields = Format.zip.expand(run).filter { $0.role == .own }
        #expect(
            fields.map(\.id) == ["apk.signature", "apk.signature", "apk.pair", "apk.padding"])
        #expect(fields[0].bytes.elementsEqual([0x1a, 0x87, 9, 0x71, 1, 2]))
        let odd = ZipBuilder.signingBlock([(0x4272_6577, [0, 1])])
        let oddRun = try #require(
            try Walk(apk(odd), opens: false).runs.first { $0.id == "apk.block" })
        #expect(Format.zip.expand(oddRun).contains { $0.id == "apk.pair" })
    }

    @Test func `a block that does not hold together is refused`() {
        let good = ZipBuilder.signingBlock([(1, [1, 2, 3]), (2, [])])
        #expect(code(good) == nil && code(ZipBuilder.signingBlock([])) == nil)
        #expect(code(ZipBuilder.signingBlock([(1, [1]), (1, [1])])) == .ambiguous)
        #expect(code(ZipBuilder.signingBlock([(1, [0x50, 0x4b, 3, 4])])) == .ambiguous)
        for index in [0, 1, 7, 8, 9, 15, 23, 30, good.count - 24, good.count - 17] {
            var bad = good
            bad[index] ^= 0x40
            #expect(code(bad) != nil, "\(index)")
        }
        #expect(code(Array(good.dropFirst())) == .malformed)
    }

    @Test func `what it signs is a digest of all but the block`() throws {
        func signed(_ bytes: [UInt8]) throws -> [UInt8]? {
            try Walk(bytes, opens: false).runs.first { $0.id == "apk.signed" }?.bytes
        }
        let one = try signed(apk(ZipBuilder.signingBlock([(0x7109_871a, [1])])))
        #expect(one != nil)
        // Another block moves the directory, which the signature does not see.
        #expect(try signed(apk(ZipBuilder.signingBlock([(0x7109_871a, [1, 2])]))) == one)
        var other = ZipBuilder([ZipBuilder.Entry("classes.dex", text)])
        other.entries[0].time += 1
        other.gap = ZipBuilder.signingBlock([(0x7109_871a, [1])])
        #expect(try signed(other.build()) != one)
    }
}
