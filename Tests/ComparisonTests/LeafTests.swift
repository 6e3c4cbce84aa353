import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Leaves in two builds that differ in nothing but dates and tool lines.
struct LeafTests {
    private let packaging = Workbench.options(.packaging())

    @Test(arguments: LeafKind.allCases, 0..<6)
    func `a benign second build is equivalent under exactly its rules`(
        kind: LeafKind, seed: UInt64
    ) {
        let pair = kind.pair(seed)
        for (left, right) in [(pair.first, pair.second), (pair.second, pair.first)] {
            let report = Workbench.compare(left, right, packaging)
            Workbench.check(report, "\(kind) \(seed)")
            #expect(report.verdict == .equivalent, "\(report.short)")
            #expect(report.rules == pair.rules)
        }
    }

    @Test(arguments: LeafKind.allCases)
    func `under every other profile it is different`(kind: LeafKind) {
        let pair = kind.pair(1)
        for profile in [Profile.none, .archive()] {
            let report = Workbench.compare(pair.first, pair.second, Workbench.options(profile))
            Workbench.check(report, "\(kind)")
            #expect(report.verdict == .different && report.normalizations.isEmpty)
        }
    }

    @Test(arguments: LeafKind.allCases)
    func `each rule is needed, and enough by name`(kind: LeafKind) {
        let pair = kind.pair(2)
        for rule in pair.rules {
            let others = Profile.packagingRules.filter { $0.name != rule }
            let options = Workbench.options(Profile(name: "others", rules: others))
            let report = Workbench.compare(pair.first, pair.second, options)
            Workbench.check(report, "\(kind) without \(rule)")
            #expect(report.verdict == .different, "without \(rule): \(report.short)")
        }
        let named = Rule.all.filter { pair.rules.contains($0.name) }
        let options = Workbench.options(Profile(name: "none", rules: [], allowed: named))
        let report = Workbench.compare(pair.first, pair.second, options)
        Workbench.check(report, "\(kind) by name")
        #expect(report.verdict == .equivalent, "\(report.short)")
    }

    @Test(arguments: LeafKind.allCases)
    func `inside of a container, compressed or not`(kind: LeafKind) {
        let pair = kind.pair(4)
        func archive(_ bytes: [UInt8]) -> [UInt8] {
            let inner = TarBuilder([TarBuilder.Entry("leaf", bytes), TarBuilder.Entry("next", [1])])
            return TarBuilder([
                TarBuilder.Entry("inner.tar.gz", GzipBuilder().build(inner.build())),
                TarBuilder.Entry("leaf.xz", XzCodec.encode(bytes)),
            ]).build()
        }
        let report = Workbench.compare(archive(pair.first), archive(pair.second), packaging)
        Workbench.check(report, "\(kind)")
        #expect(report.verdict == .equivalent, "\(report.short)")
        #expect(pair.rules.isSubset(of: report.rules))
        let strict = Workbench.compare(archive(pair.first), archive(pair.second))
        Workbench.check(strict, "\(kind)")
        #expect(strict.verdict == .different)
    }

    @Test(arguments: LeafKind.allCases)
    func `no depth is too deep for a leaf`(kind: LeafKind) {
        let pair = kind.pair(5)
        var options = packaging
        options.limits.depth = 1
        func archive(_ bytes: [UInt8]) -> [UInt8] {
            TarBuilder([TarBuilder.Entry("leaf", bytes)]).build()
        }
        let report = Workbench.compare(archive(pair.first), archive(pair.second), options)
        Workbench.check(report, "\(kind)")
        #expect(report.verdict == .equivalent, "\(report.short)")
    }

    @Test(arguments: LeafKind.allCases, 0..<4)
    func `damage is never taken for a match that it is not`(kind: LeafKind, seed: UInt64) {
        let pair = kind.pair(seed)
        var random = SeededGenerator(seed ^ 0x1eaf)
        for _ in 0..<150 {
            let mutation = Mutation(to: pair.second, &random)
            let damaged = mutation.applied(to: pair.second)
            guard damaged != pair.second else { continue }
            let report = Workbench.compare(pair.first, damaged, packaging)
            Workbench.check(report, "\(kind) \(seed) \(mutation)")
            // Whatever is no leaf any more is opaque; nothing is unread.
            #expect(report.verdict == .different || report.verdict == .equivalent)
            guard report.verdict == .equivalent else { continue }
            #expect(kind.isTolerable(mutation, pair.second), "\(kind) \(seed) \(mutation)")
        }
    }

    @Test func `a text is reported by its lines, whatever else rules would tolerate`() {
        let pair = LeafKind.manifest.pair(3)
        let other = pair.second + Array("Name: evil\r\n\r\n".utf8)
        let report = Workbench.compare(pair.first, other, packaging)
        Workbench.check(report, "")
        #expect(report.verdict == .different && report.normalizations.isEmpty)
        #expect(report.findings.count == 1 && report.findings.first?.kind == .content)
        #expect(report.findings.first?.lines != nil)
    }

    @Test func `a chunk is named, with offsets in its data`() {
        var image = PngBuilder([("gAMA", [0, 0, 0xb1, 0x8f]), ("IDAT", [1, 2, 3, 4])])
        let first = image.build()
        image.chunks[1].data[2] = 9
        let report = Workbench.compare(first, image.build())
        #expect(report.verdict == .different)
        #expect(report.roots.map(\.path) == [["IDAT"]])
        #expect(report.roots.first?.left?.range == ByteRange(start: 2, length: 1))
        #expect(report.findings.filter { $0.role == .derived }.map(\.field) == ["png.crc"])
        image.tail = [1]
        let longer = Workbench.compare(first, image.build())
        #expect(longer.roots.map(\.field).contains("png.unaccounted"))
    }
}

extension LeafKind {
    /// Whether damage lies in what the rules tolerate: a byte of a date or of a tool line.
    fileprivate func isTolerable(_ mutation: Mutation, _ bytes: [UInt8]) -> Bool {
        guard mutation.kind != .truncate, mutation.kind != .append,
            let format = Format.leaves.recognize(bytes[...])
        else { return false }
        let layer = Layer(MemorySource(bytes), spool: Workbench.spool)
        guard let dissector = try? format.dissector(of: layer, Limits()) else { return false }
        while let part = try? dissector.next() {
            guard case .fields(let run) = part else { continue }
            // An inserted byte may stand at the end of a field, too.
            let field = format.expand(run).first {
                $0.range.contains(UInt64(mutation.offset))
                    || ($0.range.end == UInt64(mutation.offset) && mutation.kind == .insert)
            }
            if let field, format.rule(for: field.id) != nil { return true }
        }
        return false
    }
}
