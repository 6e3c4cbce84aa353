import Bytes
import Comparison
import Findings
import Hashing
import TestSupport
import Testing

struct DigestComparisonTests {
    private let artifact = Array("A".utf8)

    private func digests(_ text: String) throws -> ArtifactDigests {
        try ArtifactDigests(of: RangeSource(MemorySource(Array(text.utf8))))
    }

    private func entry(
        _ text: String, name: ByteString = "tool.tar", short: Bool = true, long: Bool = true
    ) throws -> StatedDigests.Entry {
        let digests = try digests(text)
        return .init(
            name: name, sha256: short ? digests.sha256 : nil, sha512: long ? digests.sha512 : nil)
    }

    private func stated(_ content: StatedDigests.Content) throws -> Artifact {
        let file = NamedDigest(name: "s.json", digest: try digests("statement").sha256)
        return Artifact(
            path: "s.json",
            body: .stated(
                StatedDigests(file: file, words: "a statement of the type t", content: content)))
    }

    /// Both ways round; the statement is on the right of what is returned first.
    private func compare(_ entries: [StatedDigests.Entry]) throws -> Report {
        let artifact = Workbench.artifact("build/tool.tar", artifact)
        let stated = try stated(.entries(entries))
        let report = ArtifactComparison(artifact, stated, Workbench.options()).run()
        let mirror = ArtifactComparison(stated, artifact, Workbench.options()).run()
        #expect(report.verdict == mirror.verdict)
        #expect(report.right == mirror.left)
        for report in [report, mirror] {
            Workbench.check(report, "\(entries)")
            #expect(report.basis == .digestOnly)
        }
        #expect(report.right.kind == .stated && report.right.size == nil)
        #expect(report.right.origin.provenance?.name == "s.json")
        return report
    }

    @Test func `any subject with all of its digests will do, and is named`() throws {
        for (short, long) in [(true, true), (true, false), (false, true)] {
            let own = try entry("A", name: "own", short: short, long: long)
            let report = try compare([try entry("B"), own])
            #expect(report.verdict == .identical)
            #expect(report.left.digest == report.right.digest)
            #expect(report.notes.contains { $0.contains("subject 2 of 2, own, of a statement") })
        }
    }

    @Test func `no subject is a difference, by digest`() throws {
        let report = try compare([try entry("B")])
        #expect(report.verdict == .different)
        #expect(report.right.digest == (try digests("B").sha256))
        #expect(report.roots.count == 1)
        #expect(report.roots[0].note?.contains("by digest alone") == true)
        let several = try compare([try entry("B", name: "x"), try entry("C", name: "y")])
        #expect(several.verdict == .different && several.right.digest == nil)
        let namesake = try compare([try entry("B", name: "x"), try entry("C")])
        #expect(namesake.right.digest == (try digests("C").sha256))
        #expect(try compare([]).verdict == .different)
    }

    @Test func `two digests of two files, and none at all, are no answer`() throws {
        let (a, b) = (try digests("A"), try digests("B"))
        for torn in [(a.sha256, b.sha512), (b.sha256, a.sha512)] {
            let entry = StatedDigests.Entry(name: "t", sha256: torn.0, sha512: torn.1)
            #expect(try compare([entry]).verdict == .inconclusive)
            // Beside one that agrees it stays what it is.
            #expect(try compare([try self.entry("A"), entry]).verdict == .inconclusive)
        }
        let weak = try entry("A", short: false, long: false)
        #expect(try compare([weak]).verdict == .inconclusive)
        #expect(try compare([weak, try entry("A")]).verdict == .identical)
        #expect(try compare([weak, try entry("B")]).verdict == .inconclusive)
    }

    @Test func `what cannot be used is inconclusive, also for the same bytes`() throws {
        let unusable = try stated(.unusable(SourceError(.malformed, "it is cut off")))
        let report = ArtifactComparison(
            Workbench.artifact("a", artifact), unusable, Workbench.options()
        ).run()
        #expect(report.verdict == .inconclusive)
        #expect(report.unread.map(\.side) == [.right])
        #expect(report.right.digest == nil && report.left.digest != nil)
    }

    @Test func `a statement is compared with nothing but a file or a folder`() throws {
        let report = ArtifactComparison(
            try stated(.entries([])), try stated(.entries([])), Workbench.options()
        ).run()
        #expect(report.verdict == .inconclusive)
    }

    @Test func `any change of the artifact is a difference`() throws {
        var random = SeededGenerator(5)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var bent = bytes
            bent[Int.random(in: bent.indices, using: &random)] ^=
                1 << UInt8.random(in: 0...7, using: &random)
            let own = try ArtifactDigests(of: RangeSource(MemorySource(bytes)))
            let entry = StatedDigests.Entry(name: "x", sha256: own.sha256, sha512: own.sha512)
            let stated = try stated(.entries([entry]))
            for (content, verdict) in [(bytes, Verdict.identical), (bent, .different)] {
                let report = ArtifactComparison(
                    Workbench.artifact("x", content), stated, Workbench.options()
                ).run()
                #expect(report.verdict == verdict)
            }
        }
    }
}
