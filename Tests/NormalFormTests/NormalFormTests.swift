import Anatomy
import Bytes
import Formats
import Hashing
import NormalForm
import TestSupport
import Testing

struct NormalFormTests {
    private func form(
        _ bytes: [UInt8], _ profile: Profile = .archive(), limits: Limits = Limits()
    ) throws -> Digest {
        let spool = Spool(folder: "/tmp", budget: 1 << 30)
        let engine = Engine(
            formats: Format.accounted, limits: limits, spool: spool,
            artifactSize: UInt64(bytes.count))
        return try NormalForm(engine: engine, profile: profile)
            .digest(of: engine.layer(MemorySource(bytes)))
    }

    @Test(arguments: ArtifactKind.allCases, 0..<6)
    func `benign builds have one normal form, others another`(
        kind: ArtifactKind, seed: UInt64
    ) throws {
        let pair = kind.pair(seed)
        let first = try form(pair.first)
        #expect(try form(pair.first) == first)
        #expect(try form(pair.second) == first)
        #expect(try form(kind.pair(seed + 1).first) != first)
        #expect(try form(pair.first, .none) != form(pair.second, .none))
    }

    @Test(arguments: ArtifactKind.allCases)
    func `without one of its rules the normal forms part`(kind: ArtifactKind) throws {
        let pair = kind.pair(3)
        for rule in pair.rules where rule != "tar.encoding" {
            let profile = Profile(
                name: "others", rules: Profile.archiveRules.filter { $0.name != rule })
            #expect(try form(pair.first, profile) != form(pair.second, profile), "\(rule)")
        }
    }

    @Test(arguments: ArtifactKind.allCases, 0..<2)
    func `damage that can be read changes the normal form, or nothing that unpacks`(
        kind: ArtifactKind, seed: UInt64
    ) throws {
        let bytes = kind.pair(seed).second
        let whole = try form(bytes)
        var random = SeededGenerator(seed)
        for _ in 0..<40 {
            let mutation = Mutation(to: bytes, &random)
            let damaged = mutation.applied(to: bytes)
            guard damaged != bytes, let other = try? form(damaged), other == whole else { continue }
            #expect(
                IndependentReader.read(damaged)?.sorted()
                    == IndependentReader.read(bytes)?.sorted(),
                "\(kind) \(seed) \(mutation)")
        }
    }

    @Test func `opaque bytes are their size and digest`() throws {
        let text = Array("plain".utf8)
        #expect(try form(text) == form(text, .none))
        // Netstrings, spelt out: `Docs/NormalForm.md`.
        let digest = SHA256.digest(of: text).bytes
        let record = Array("6:opaque,1:5,32:".utf8) + digest + Array(",\n".utf8)
        #expect(try form(text) == SHA256.digest(of: record))
    }

    @Test func `the same content in other clothes is another form`() throws {
        let text = Array("plain".utf8)
        let forms = [
            text, GzipBuilder().build(text), XzCodec.encode(text), ZstdCodec.encode(text),
            Bzip2Codec.encode(text), TarBuilder([TarBuilder.Entry("a", text)]).build(),
            ZipBuilder([ZipBuilder.Entry("a", text)]).build(),
        ].compactMap { try? form($0) }
        #expect(Set(forms).count == 7)
    }

    @Test func `names, kinds, links, modes and order where it counts are in it`() throws {
        var forms: Set<Digest> = []
        func add(_ change: (inout TarBuilder) -> Void) throws {
            var builder = TarBuilder([TarBuilder.Entry("a", [1]), TarBuilder.Entry("b", [2])])
            change(&builder)
            let isNew = forms.insert(try form(builder.build())).inserted
            #expect(isNew)
        }
        try add { _ in }
        try add { $0.entries[0].name = "c" }
        try add { $0.entries[0].mode = 0o755 }
        try add { $0.entries[0].content = [3] }
        try add { $0.entries[0].type = "7" }
        try add { $0.entries[0].padding = 1 }
        try add { $0.entries[0].patches[500] = [1] }
        try add { $0.entries[0].records = [("comment", [0x61])] }
        try add { $0.entries[0].records = [("comment", [])] }
        try add { $0.entries.append($0.entries[0]) }
        try add { $0.entries.insert($0.entries[1], at: 0) }
        try add { $0.endBlocks = 0 }
        try add {
            $0.entries[1].content = []
            $0.entries[1].type = "2"
            $0.entries[1].link = "a"
        }
        try add {
            $0.entries[1].content = []
            $0.entries[1].type = "1"
            $0.entries[1].link = "a"
        }
    }

    @Test func `the profile's digest is that of its text`() {
        let profile = Profile.archive()
        #expect(NormalForm.digest(of: profile) == SHA256.digest(of: Array(profile.text.utf8)))
        #expect(NormalForm.digest(of: profile) != NormalForm.digest(of: .none))
        let rules = Profile.archiveRules.filter { $0.name == "tar.owner" }
        #expect(NormalForm.digest(of: profile) != NormalForm.digest(of: .archive(allowing: rules)))
    }

    @Test func `a problem says where it is`() {
        var inner = TarBuilder([TarBuilder.Entry("deep", [1])])
        inner.tail = [9]
        let outer = TarBuilder([TarBuilder.Entry("pkg.tar", inner.build())]).build()
        let problem = #expect(throws: Problem.self) { try form(outer) }
        #expect(problem?.location.chain == ["pkg.tar"])
        #expect(problem?.location.offset == UInt64(inner.build().count - 1))
        #expect(problem?.error.code == .trailing)
    }

    @Test(arguments: TreeView.allCases)
    func `a tree's normal form looks into its files`(view: TreeView) throws {
        let pair = ArtifactKind.tarUstar.pair(1)
        func tree(_ bytes: [UInt8]) throws -> Digest {
            let folder = try TemporaryFolder()
            try folder.file("a.tar", bytes)
            for name: ByteString in ["a.tar", "."] { try folder.setTime(name, 7) }
            let engine = Engine(
                formats: Format.accounted, limits: Limits(),
                spool: Spool(folder: "/tmp", budget: 1 << 30), artifactSize: 1 << 20)
            return try NormalForm(engine: engine, profile: .archive())
                .digest(of: Tree(root: folder.path), view: view)
        }
        let first = try tree(pair.first)
        if view == .portable { #expect(try tree(pair.second) == first) }
        #expect(try tree(pair.first) == first)
        #expect(try tree(ArtifactKind.tarUstar.pair(2).first) != first)
    }
}
