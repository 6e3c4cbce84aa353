import Anatomy
import Bytes
import Findings
import Hashing
import TestSupport
import Testing

/// What a report says beside its verdict.
struct ReportTests {
    @Test(arguments: [0, 1, 1000, blockSize, 2 * blockSize + 77], 0..<3)
    func `digests and the first offset are those of the bytes`(size: Int, seed: UInt64) {
        var random = SeededGenerator(seed)
        let left = random.bytes(size)
        var right = left
        if seed == 0 || size == 0 { right.append(7) } else { right[random.below(size)] ^= 1 }
        if seed == 2 { right = right.dropLast(size / 3) }
        let report = Workbench.compare(left, right)
        Workbench.check(report, "\(size) \(seed)")
        #expect(report.verdict == (left == right ? .identical : .different))
        #expect(report.left.digest == SHA256.digest(of: left))
        #expect(report.right.digest == SHA256.digest(of: right))
        let first = zip(left, right).prefix { $0 == $1 }.count
        #expect(left == right || report.firstDifference == UInt64(first))
        #expect(report.left.size == UInt64(size) && report.right.size == UInt64(right.count))
        var options = Workbench.options()
        options.makesDigests = false
        let bare = Workbench.compare(left, right, options)
        #expect(bare.verdict == report.verdict && bare.left.digest == nil)
        #expect(bare.right.digest == nil)
    }

    @Test(arguments: 0..<20)
    func `findings in opaque bytes are exact`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let left = random.bytes(5000)
        var right = left
        let places = Set((0..<4).map { _ in random.below(5000) }).sorted()
        for place in places { right[place] ^= 1 }
        let finding = try #require(Workbench.compare(left, right).findings.first)
        let found = finding.ranges.flatMap { $0.left.start..<$0.left.end }.map { Int($0) }
        #expect(found == places)
        #expect(finding.ranges.allSatisfy { $0.left == $0.right })
        let span = places[0]..<places[places.count - 1] + 1
        #expect(
            finding.left?.range == ByteRange(UInt64(span.lowerBound), to: UInt64(span.upperBound)))
        #expect(finding.left?.sha256 == SHA256.digest(of: Array(left[span])))
        #expect(finding.right?.sha256 == SHA256.digest(of: Array(right[span])))
    }

    @Test func `a change deep inside is located by names and offset`() throws {
        var tool = [UInt8](repeating: 0x80, count: 600)
        func package(_ tool: [UInt8]) -> [UInt8] {
            let data = TarBuilder([TarBuilder.Entry("usr/bin/tool", tool)]).build()
            let control = TarBuilder([TarBuilder.Entry("control", [1])]).build()
            return ArBuilder.package(
                control: XzCodec.encode(control), data: XzCodec.encode(data)
            ).build()
        }
        let before = package(tool)
        tool[512] = 1
        let report = Workbench.compare(before, package(tool))
        Workbench.check(report, "deb")
        let finding = try #require(report.roots.first)
        #expect(report.roots.count == 1)
        #expect(finding.path == ["data.tar.xz", "usr/bin/tool"] && finding.kind == .content)
        #expect(finding.left?.range == ByteRange(start: 512, length: 1))
    }

    @Test func `what follows from a root names it`() throws {
        let left = TarBuilder([TarBuilder.Entry("a", [1])])
        var right = left
        right.entries[0].mode = 0o755
        let report = Workbench.compare(left.build(), right.build())
        let root = try #require(report.roots.first)
        #expect(report.roots.map(\.field) == ["tar.mode"])
        #expect(root.leftValue == "0644" && root.rightValue == "0755")
        #expect(root.left?.range == ByteRange(start: 100, length: 8))
        let derived = report.findings.filter { $0.role == .derived }
        #expect(derived.map(\.field) == ["tar.header.checksum"])
        #expect(derived.allSatisfy { $0.rootID == root.id })
    }

    @Test func `members that moved, went or came are told apart`() {
        let a = TarBuilder.Entry("a", Array("content".utf8))
        var moved = a
        moved.name = "b"
        let gone = TarBuilder.Entry("gone", [1])
        let new = TarBuilder.Entry("new", [2])
        let report = Workbench.compare(
            TarBuilder([a, gone]).build(), TarBuilder([moved, new]).build())
        #expect(report.roots.map(\.kind) == [.moved, .member, .member])
        #expect(report.roots.map { $0.path.last } == ["a", "gone", "new"])
    }

    @Test(arguments: [ArtifactKind.tarUstar, .zip, .deb, .gzip])
    func `the same difference has the same name in every run`(kind: ArtifactKind) {
        let left = kind.pair(1).first
        let right = kind.pair(2).first
        let report = Workbench.compare(left, right)
        #expect(report == Workbench.compare(left, right))
        #expect(!report.findings.isEmpty)
    }
}
