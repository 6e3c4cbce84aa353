import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Pairs of zips that differ in what members alone do not show.
struct ZipPairTests {
    private let text = Array("content of a member, long enough to be packed, packed".utf8)

    private func builder(_ names: ByteString...) -> ZipBuilder {
        ZipBuilder(
            names.map { name in
                var entry = ZipBuilder.Entry(name, name.hasSuffix("/") ? [] : text + name.bytes)
                if name == "mimetype" { entry.method = 0 }
                return entry
            })
    }

    /// A pair that differs in times besides, so that there is always something to tolerate.
    private func both(
        _ first: ZipBuilder, _ second: ZipBuilder, allowing: [Rule] = [], _ check: (Report) -> Void
    ) {
        var later = second
        for index in later.entries.indices { later.entries[index].time += 1 }
        let options = Workbench.options(.archive(allowing: allowing))
        RegressionTests.both(first.build(), later.build(), options, check)
    }

    private func expect(
        _ first: ZipBuilder, _ second: ZipBuilder, _ verdict: Verdict, roots: Set<String> = [],
        rules: Set<String>? = nil, allowing: [Rule] = [], _ note: String = ""
    ) {
        both(first, second, allowing: allowing) { report in
            #expect(report.verdict == verdict, "\(note) \(report.short)")
            if !roots.isEmpty {
                #expect(
                    Set(report.roots.map { $0.field ?? $0.kind.rawValue }) == roots,
                    "\(note) \(report.short)")
            }
            if let rules { #expect(report.rules == rules, "\(note) \(report.short)") }
        }
    }

    // MARK: Bytes of no record

    /// Where bytes can lie that belong to no record.
    private static let places: [(String, @Sendable (inout ZipBuilder, [UInt8]) -> Void)] = [
        ("zip.unaccounted", { $0.entries[1].gap = $1 }),
        ("zip.unaccounted", { $0.entries[2].gap = $1 }), ("zip.unaccounted", { $0.gap = $1 }),
        ("zip.trailer", { $0.trailer = $1 }),
    ]

    @Test func `equal bytes of no record leave the rest to decide`() {
        for (field, put) in Self.places {
            var first = builder("a", "b", "c")
            put(&first, Array("stowaway".utf8))
            expect(first, first, .equivalent, rules: ["zip.mtime"], field)
            var second = first
            put(&second, Array("stowbway".utf8))
            expect(first, second, .different, roots: [field])
            put(&second, [])
            expect(first, second, .different, roots: [field])
            second = first
            second.entries[2].content += [1]
            expect(first, second, .different, roots: ["content"], field)
        }
    }

    @Test func `the same bytes elsewhere are other bytes`() {
        for (a, first) in Self.places.enumerated() {
            for (b, second) in Self.places.enumerated() where a < b {
                var left = builder("a", "b", "c")
                var right = left
                first.1(&left, [1, 2, 3])
                second.1(&right, [1, 2, 3])
                expect(left, right, .different, "\(a) \(b)")
            }
        }
    }

    @Test func `beside them no member may stand elsewhere`() {
        for (field, put) in Self.places {
            var first = builder("a", "b", "c", "d", "e")
            var second = first
            second.entries.swapAt(3, 4)
            expect(first, second, .equivalent, rules: ["zip.mtime", "zip.entry-order"])
            put(&first, [7])
            put(&second, [7])
            expect(first, second, .different, roots: ["zip.order"], field)
        }
    }

    @Test func `an unlisted local header is never a match`() {
        let hidden = Array(builder("z").build().prefix(31 + 40))
        for (_, put) in Self.places {
            var first = builder("a", "b", "c")
            put(&first, hidden)
            expect(first, first, .inconclusive)
            both(first, builder("a", "b", "c")) { #expect(!$0.isMatch, "\($0.short)") }
        }
    }

    // MARK: Before the zip

    @Test func `what stands before the zip is compared`() {
        var first = builder("__main__.py", "b")
        first.prefix = Array("#!/usr/bin/python3\n".utf8)
        var second = first
        second.entries.swapAt(0, 1)
        expect(first, second, .equivalent, rules: ["zip.mtime", "zip.entry-order"])
        second.isRelative = true
        expect(first, second, .equivalent, rules: ["zip.mtime", "zip.entry-order"])
        second.prefix = Array("#!/usr/bin/python4\n".utf8)
        expect(first, second, .different, roots: ["zip.prefix"])
        second.prefix = []
        both(first, second) { #expect($0.verdict == .different, "\($0.short)") }
    }

    // MARK: Two orders

    @Test func `another order of the directory is another value`() {
        let plain = builder("a", "b", "c")
        var first = plain
        first.listing = [1, 0, 2]
        expect(first, first, .equivalent, rules: ["zip.mtime"])
        expect(first, plain, .different, roots: ["zip.directory-order"])
        var second = plain
        second.listing = [2, 1, 0]
        expect(first, second, .different, roots: ["zip.directory-order"])
        // The same order in the directory, over another one of storage.
        second = builder("b", "a", "c")
        expect(first, second, .different)
    }

    // MARK: First entries

    @Test func `the first entries of a family stay, the others may move`() {
        let families: [(ZipBuilder, pinned: Int)] = [
            (builder("META-INF/", "META-INF/MANIFEST.MF", "a", "b"), 2),
            (builder("mimetype", "META-INF/container.xml", "a", "b"), 2),
            (builder("[Content_Types].xml", "_rels/.rels", "word/a", "word/b", "c", "d"), 4),
        ]
        for (first, pinned) in families {
            for index in 0..<first.entries.count - 1 {
                var second = first
                second.entries.swapAt(index, index + 1)
                let isFree = index >= pinned
                expect(
                    first, second, isFree ? .equivalent : .different,
                    rules: isFree ? ["zip.mtime", "zip.entry-order"] : ["zip.mtime"],
                    "\(first.entries.map(\.name)) \(index)")
            }
        }
    }

    @Test func `a signed jar and one with libraries keep all places`() {
        for name: ByteString in ["META-INF/A.SF", "META-INF/a.ec", "lib/z.jar"] {
            let first = builder("META-INF/MANIFEST.MF", "lib/y.jar", name, "a", "b")
            var second = first
            second.entries.swapAt(3, 4)
            expect(first, second, .different, roots: ["zip.order"], "\(name)")
        }
    }

    @Test func `an extra field before the content of mimetype is a difference`() {
        var first = builder("mimetype", "a")
        var second = first
        second.entries[0].localExtra = [0x55, 0x54, 5, 0, 1, 1, 2, 3, 4]
        expect(first, second, .different, roots: ["zip.extra"])
        first.entries[1].localExtra = second.entries[0].localExtra
        second = first
        second.entries[1].localExtra = []
        expect(first, second, .equivalent, rules: ["zip.mtime"])
    }

    // MARK: Signatures

    @Test func `a difference in a jar's signature is one, and said to be the only kind`() {
        for name: ByteString in ["META-INF/A.SF", "META-INF/A.RSA", "meta-inf/a.dsa"] {
            let first = builder("META-INF/MANIFEST.MF", name, "a")
            var second = first
            second.entries[1].content += [1]
            both(first, second) { report in
                #expect(report.verdict == .different, "\(report.short)")
                #expect(report.notes == [Report.onlySignatures], "\(report.short)")
            }
            second.entries[2].content += [1]
            both(first, second) { #expect($0.notes.isEmpty, "\($0.short)") }
            second = first
            second.entries.remove(at: 1)
            both(first, second) { report in
                #expect(report.notes == [Report.onlySignatures], "\(report.short)")
            }
        }
        for name: ByteString in ["META-INF/d/A.SF", "A.SF", "META-INF/A.txt"] {
            let first = builder("META-INF/MANIFEST.MF", name, "a")
            var second = first
            second.entries[1].content += [1]
            both(first, second) { #expect($0.notes.isEmpty, "\(name) \($0.short)") }
        }
    }

    private func apk(_ pairs: [(id: UInt32, value: [UInt8])]?, padding: Int = 0) -> ZipBuilder {
        var zip = builder("AndroidManifest.xml", "classes.dex")
        if let pairs {
            zip.gap = [UInt8](repeating: 0, count: padding) + ZipBuilder.signingBlock(pairs)
        }
        return zip
    }

    private static let signature: UInt32 = 0x7109_871a
    private static let rule = Rule.all.filter { $0.name == "apk.signature" }

    @Test func `under a signing block no byte may differ`() {
        let one = apk([(Self.signature, [1, 2, 3])])
        expect(one, one, .different, roots: ["apk.signed"], rules: ["zip.mtime"])
        expect(
            one, one, .equivalent, rules: ["zip.mtime", "apk.signature"], allowing: Self.rule)
    }

    @Test func `another signature over the same members is the only difference`() {
        let one = apk([(Self.signature, [1, 2, 3])])
        let other = apk([(Self.signature, [1, 2, 3, 4]), (0x4272_6577, [0, 0])])
        RegressionTests.both(one.build(), other.build(), Workbench.options()) { report in
            #expect(report.verdict == .different, "\(report.short)")
            #expect(Set(report.roots.map(\.field)) == ["apk.signature", "apk.padding"])
        }
        let plain = apk([(Self.signature, [3, 2, 1])])
        RegressionTests.both(one.build(), plain.build(), Workbench.options()) { report in
            #expect(report.roots.map(\.field) == ["apk.signature"], "\(report.short)")
            #expect(report.notes == [Report.onlySignatures])
        }
        let rule = Self.rule
        for second in [other, apk(nil), apk([(Self.signature, [1])], padding: 9)] {
            both(one, second, allowing: rule) {
                #expect($0.verdict == .equivalent, "\($0.short)")
                #expect($0.rules.isSuperset(of: ["zip.mtime", "apk.signature"]), "\($0.short)")
            }
        }
        both(one, apk(nil)) { #expect($0.verdict == .different, "\($0.short)") }
    }

    @Test func `the rule for signatures does not cover other pairs or content`() {
        let rule = Self.rule
        let one = apk([(Self.signature, [1, 2, 3]), (7, [1])])
        for other in [
            apk([(Self.signature, [1, 2, 3]), (7, [2])]), apk([(Self.signature, [1, 2, 3])]),
            apk([(Self.signature, [1, 2, 3]), (8, [1])]),
        ] {
            expect(one, other, .different, allowing: rule)
        }
        var changed = one
        changed.entries[1].content += [1]
        expect(one, changed, .different, allowing: rule)
        changed = one
        changed.entries.swapAt(0, 1)
        both(one, changed) { #expect($0.verdict == .different, "\($0.short)") }
    }

    @Test func `a file that is signed as a whole is different if any byte is`() {
        let package = builder("a", ".signature.p7s")
        expect(package, package, .different, roots: ["zip.signed"])
        var update = builder("a", "b")
        update.comment = [1, 2, 3, 4, 0xff, 0xff, 8, 0]
        expect(update, update, .different, roots: ["zip.signed"])
        update.comment[6] = 9
        expect(update, update, .equivalent)
    }
}
