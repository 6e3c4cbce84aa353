import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import Hashing
import TestSupport
import Testing

struct TreePairTests {
    private func compare(
        _ left: TemporaryFolder, _ right: TemporaryFolder, view: TreeView = .portable,
        jobs: Int = 1, exclude: [ByteString] = [], kernel: SHA256Kernel? = .best
    ) throws -> Report {
        var options = Workbench.options()
        options.kernel = kernel
        options.view = view
        options.jobs = jobs
        func artifact(_ folder: TemporaryFolder, _ name: ByteString) throws -> Artifact {
            Artifact(path: name, body: .tree(try Tree(root: folder.path, exclude: exclude)))
        }
        return ArtifactComparison(
            try artifact(left, "left"), try artifact(right, "right"), options
        ).run()
    }

    /// A folder of artifacts of all kinds, from the first or the second build.
    private func folder(_ seed: UInt64, isSecond: Bool) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.folder("d")
        for kind in ArtifactKind.allCases {
            let pair = kind.pair(seed)
            try folder.file(
                ByteString("d/\(kind.rawValue)"), isSecond ? pair.second : pair.first)
        }
        try folder.link("link", to: "d")
        return folder
    }

    @Test func `the report is the same for any number of jobs`() throws {
        let left = try folder(1, isSecond: false)
        let right = try folder(1, isSecond: true)
        try right.file("d/ar", Array("changed".utf8))
        try right.file("only here", [1])
        let alone = try compare(left, right)
        Workbench.check(alone, "trees")
        #expect(alone.verdict == .different)
        #expect(alone.rules.count > 8)
        for jobs in [2, 4, 16] {
            #expect(try compare(left, right, jobs: jobs) == alone)
        }
        let text = alone.json.text(pretty: true)
        #expect(try compare(left, right, jobs: 4).json.text(pretty: true) == text)
    }

    /// Files that agree share the lanes of a kernel; one that differs at any piece leaves them.
    @Test func `the report is the same for any kernel, wherever files differ`() throws {
        let left = try TemporaryFolder()
        let right = try TemporaryFolder()
        var random = SeededGenerator(11)
        for index in 0..<48 {
            let bytes = random.bytes([0, 1, 70, 65_536, 131_072, random.below(300_000)][index % 6])
            var other = bytes
            switch index % 5 {
            case 0 where !other.isEmpty: other[random.below(other.count)] ^= 1
            case 1 where !other.isEmpty: other[other.count - 1] ^= 1
            case 2 where index.isMultiple(of: 4): other.append(0)
            default: break
            }
            let name = ByteString("f\(index)")
            if index % 17 != 1 { try left.file(name, bytes) }
            if index % 17 != 2 { try right.file(name, other) }
        }
        let plain = try compare(left, right, kernel: nil)
        #expect(plain.verdict == .different && plain.findings.count > 15)
        #expect(plain.findings.contains { $0.kind == .member })
        for kernel in SHA256Kernel.allCases where kernel.isSupported {
            for jobs in [1, 3] {
                let report = try compare(left, right, jobs: jobs, kernel: kernel)
                #expect(report.json.text(pretty: true) == plain.json.text(pretty: true))
            }
        }
        let same = try compare(left, left, kernel: nil)
        #expect(same.verdict == .identical)
        #expect(try compare(left, left, jobs: 2) == same)
    }

    @Test(arguments: TreeView.allCases)
    func `benign builds in a tree are equivalent, in both views`(view: TreeView) throws {
        let left = try folder(2, isSecond: false)
        let right = try folder(2, isSecond: true)
        for folder in [left, right] {
            for kind in ArtifactKind.allCases {
                try folder.setTime(ByteString("d/\(kind.rawValue)"), 7)
            }
            for name: ByteString in ["d", "link", "."] { try folder.setTime(name, 7) }
        }
        let report = try compare(left, right, view: view)
        // The full view counts allocated blocks, which other sizes may take more of.
        Workbench.check(report, view.rawValue)
        let isBlocks = report.findings.allSatisfy { $0.field == "blocks" }
        #expect(report.verdict == .equivalent || (view == .full && isBlocks), "\(report.short)")
    }

    @Test func `files of other sizes may take other blocks only in the portable view`() throws {
        let content = [UInt8](repeating: 7, count: 40_000)
        let left = try TemporaryFolder()
        let right = try TemporaryFolder()
        try left.file("a.gz", GzipBuilder().build(content))
        var stored = GzipBuilder()
        stored.level = 0
        try right.file("a.gz", stored.build(content))
        for folder in [left, right] {
            for name: ByteString in ["a.gz", "."] { try folder.setTime(name, 7) }
        }
        let portable = try compare(left, right)
        #expect(portable.verdict == .equivalent)
        let full = try compare(left, right, view: .full)
        Workbench.check(full, "full")
        #expect(full.verdict == .different, "\(full.short)")
        #expect(full.findings.map(\.field) == ["blocks"])
    }

    @Test func `equal trees are identical, and with exclusions they are not called so`() throws {
        let left = try folder(3, isSecond: false)
        let right = try folder(3, isSecond: false)
        let report = try compare(left, right)
        #expect(report.verdict == .identical && report.left.digest == report.right.digest)
        try right.file("extra.log", [1])
        #expect(try compare(left, right).verdict == .different)
        let excluded = try compare(left, right, exclude: ["*.log"])
        #expect(excluded.verdict == .equivalent && excluded.excluded == ["*.log"])
    }

    @Test func `what each view counts is a difference`() throws {
        func verdicts(_ change: (TemporaryFolder) throws -> Void) throws -> [Verdict] {
            let folders = try (0..<2).map { _ in
                let folder = try TemporaryFolder()
                try folder.folder("d")
                try folder.file("d/a", [1, 2])
                try folder.file("d/b", [1, 2])
                return folder
            }
            try change(folders[1])
            for folder in folders {
                for name: ByteString in ["d/a", "d/b", "d", "."] { try folder.setTime(name, 7) }
            }
            return try TreeView.allCases.map { view in
                let there = try compare(folders[0], folders[1], view: view)
                let back = try compare(folders[1], folders[0], view: view)
                #expect(there.verdict == back.verdict)
                return there.verdict
            }
        }
        #expect(try verdicts { _ in } == [.identical, .identical])
        #expect(try verdicts { try $0.file("d/a", [1, 3]) } == [.different, .different])
        #expect(
            try verdicts { try $0.file("d/a", [1, 2], mode: 0o755) } == [.different, .different])
        #expect(
            try verdicts { try $0.file("d/a", [1, 2], mode: 0o600) } == [.identical, .different])
        let linked = try verdicts {
            $0.remove("d/b")
            try $0.hardLink("d/b", to: "d/a")
        }
        #expect(linked == [.identical, .different])
        let kind = try verdicts {
            $0.remove("d/b")
            try $0.pipe("d/b")
        }
        #expect(kind == [.different, .different])
    }

    @Test func `a folder against an archive of it`() throws {
        let folder = try TemporaryFolder()
        try folder.folder("d")
        try folder.file("d/a", [1, 2, 3])
        try folder.file("d/tool", [4], mode: 0o755)
        try folder.link("l", to: "d/a")
        var tool = TarBuilder.Entry("d/tool", [4])
        tool.mode = 0o755
        var link = TarBuilder.Entry("l")
        link.type = "2"
        link.link = "d/a"
        var builder = TarBuilder([TarBuilder.Entry("d/a", [1, 2, 3]), tool, link])
        func report(_ archive: [UInt8], flipped: Bool = false) throws -> Report {
            let tree = Artifact(path: "tree", body: .tree(try Tree(root: folder.path)))
            let file = Workbench.artifact("archive", archive)
            let report = ArtifactComparison(
                flipped ? file : tree, flipped ? tree : file, Workbench.options()
            ).run()
            Workbench.check(report, report.short)
            return report
        }
        for bytes in [builder.build(), GzipBuilder().build(builder.build())] {
            #expect(try report(bytes).rules == ["container.unpacked"])
            #expect(try report(bytes).verdict == .equivalent)
            #expect(try report(bytes, flipped: true).verdict == .equivalent)
        }
        builder.entries[1].mode = 0o644
        #expect(try report(builder.build()).verdict == .different)
        builder.entries[1].mode = 0o4755
        #expect(try report(builder.build(), flipped: true).verdict == .different)
        builder.entries[1].mode = 0o755
        builder.entries[1].content = [5]
        #expect(try report(builder.build()).verdict == .different)
        builder.entries[1].content = [4]
        builder.entries.append(builder.entries[1])
        #expect(try !report(builder.build()).isMatch)
        builder.entries.removeLast(2)
        #expect(try report(builder.build()).verdict == .different)
    }

    /// What an extended header adds to a member, a folder has in an extended attribute or not at
    /// all; it must not be passed over.
    @Test func `a capability that only the archive has is no match`() throws {
        let folder = try TemporaryFolder()
        try folder.file("tool", [4], mode: 0o755)
        var tool = TarBuilder.Entry("tool", [4])
        tool.dialect = .pax
        tool.mode = 0o755
        tool.records = [("SCHILY.xattr.security.capability", [1, 0, 0, 2, 0, 0x20])]
        let tree = Artifact(path: "tree", body: .tree(try Tree(root: folder.path)))
        let file = Workbench.artifact("archive", TarBuilder([tool]).build())
        let report = ArtifactComparison(tree, file, Workbench.options()).run()
        #expect(!report.isMatch, "\(report.short)")
    }
}
