import Bytes
import TestSupport
import Testing

@testable import Rebuild

/// Folders of packages.
struct DebianPoolTests {
    private func pool(_ folder: TemporaryFolder) throws -> Pool {
        try Pool(folder: folder.path, launcher: Tally.launcher, jobs: 2)
    }

    @Test func `a package is known by what is in it`() throws {
        let folder = try TemporaryFolder()
        var old = DebBuilder("tally")
        old.version = "0.9"
        try folder.file("tally_1.0_amd64.deb", old.build())
        try folder.folder("below")
        try folder.file("below/no name at all", DebBuilder("tally").build())
        try folder.file("README", Array("nothing".utf8))
        let pool = try pool(folder)
        #expect(pool.entries.map(\.package.version) == ["0.9", "1.0"])
        #expect(pool.unreadable.isEmpty)
        let wanted = PackageReference(name: "tally", version: "1.0")
        let found = try pool.select([wanted], architecture: "amd64")
        #expect(found.map(\.path) == [folder.path(of: "below/no name at all")])
        #expect(try pool.newest("tally", architecture: "amd64")?.package.version == "1.0")
        #expect(try pool.newest("tally", architecture: "i386") == nil)
    }

    @Test func `all packages that are missing are named at once`() throws {
        let folder = try TemporaryFolder()
        var everywhere = DebBuilder("tally-doc")
        everywhere.architecture = "all"
        try folder.file("a.deb", everywhere.build())
        let wanted = [
            PackageReference(name: "tally-doc", version: "1.0"),
            PackageReference(name: "gone", version: "1:2-3"),
            PackageReference(name: "libc6", version: "2.36", architecture: "i386"),
        ]
        let pool = try pool(folder)
        #expect(pool.missing(wanted, architecture: "amd64") == Array(wanted.dropFirst()))
        let error = #expect(throws: RebuildError.self) {
            try pool.select(wanted, architecture: "amd64")
        }
        #expect(error?.code == .input)
        #expect(error?.message.contains("2 of 3") == true)
        #expect(error?.message.contains("gone=1:2-3 (amd64), libc6:i386=2.36 (i386)") == true)
    }

    @Test func `one package in two forms is an error that names both`() throws {
        let folder = try TemporaryFolder()
        try folder.file("one.deb", DebBuilder("tally").build())
        try folder.file("same.deb", DebBuilder("tally").build())
        let wanted = [PackageReference(name: "tally", version: "1.0")]
        #expect(try pool(folder).select(wanted, architecture: "amd64").count == 1)
        try folder.file("other.deb", DebBuilder("tally", [("./x", "y")]).build())
        let error = #expect(throws: RebuildError.self) {
            try pool(folder).select(wanted, architecture: "amd64")
        }
        #expect(error?.code == .input)
        #expect(error?.message.contains("one.deb") == true)
        #expect(error?.message.contains("other.deb") == true)
    }

    @Test func `a package that cannot be read is told of`() throws {
        let folder = try TemporaryFolder()
        try folder.file("cut.deb", DebBuilder("tally").build().dropLast(2_000))
        try folder.file("text.deb", Array("nothing".utf8))
        let pool = try pool(folder)
        #expect(pool.entries.isEmpty)
        #expect(pool.unreadable.count == 2)
    }

    private func frame(_ builder: ArBuilder) throws -> DebFrame {
        var frame = DebFrame(MemorySource(builder.build()))
        try frame.read()
        return frame
    }

    @Test func `the framing is read strictly`() throws {
        let good = ArBuilder.package(control: [1, 2, 3], data: [4, 5], suffix: ".zst")
        let frame = try frame(good)
        #expect(frame.control.length == 3)
        #expect(frame.data.length == 2)
        var signed = good
        signed.entries.insert(ArBuilder.Entry("_gpgorigin", [1]), at: 1)
        signed.entries.append(ArBuilder.Entry("_more", [1, 2]))
        #expect(try self.frame(signed).data.length == 2)

        let changes: [(inout ArBuilder) -> Void] = [
            { $0.entries.swapAt(1, 2) }, { $0.entries.remove(at: 0) }, { $0.entries.remove(at: 2) },
            { $0.entries.append($0.entries[2]) }, { $0.entries.insert($0.entries[1], at: 1) },
            { $0.entries.insert(ArBuilder.Entry("extra", []), at: 1) },
            { $0.entries.insert(ArBuilder.Entry("_first", []), at: 0) },
            { $0.entries[0].content = Array("3.0\n".utf8) },
            { $0.entries[1].name = "control.tar.xyz" }, { $0.entries[1].padding = 0x20 },
            { $0.entries[2].size = "9" }, { $0.entries[2].size = "2 1" },
            { $0.entries[2].size = "-1" },
            { $0.entries[2].size = "9999999999" }, { $0.entries[2].name = "data.tar.xz/" },
        ]
        for (index, change) in changes.enumerated() {
            var builder = good
            change(&builder)
            #expect(throws: SourceError.self, "change \(index)") { try self.frame(builder) }
        }
    }

    @Test func `hostile packages do not trap`() throws {
        var random = SeededGenerator(3)
        var whole = DebBuilder("tally", [("./x", "y")])
        whole.scripts = [("postinst", "exit 0\n")]
        let bytes = whole.build()
        for _ in 0..<500 {
            var text = bytes
            for _ in 0...random.below(3) {
                text[random.below(text.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            var frame = DebFrame(MemorySource(text))
            try? frame.read()
            _ = ControlArchive(MemorySource(Array(text.dropFirst(132))))
        }
    }

    @Test func `only the plainest control archive is read without a reader`() throws {
        let entry = TarBuilder.Entry("./control", Array("Package: x\n".utf8))
        #expect(ControlArchive(MemorySource(TarBuilder([entry]).build()))?.files.count == 1)
        var linked = entry
        linked.type = "2"
        linked.link = "elsewhere"
        var wrong = entry
        wrong.checksumError = 1
        var long = entry
        long.name = ByteString(String(repeating: "a", count: 200))
        long.dialect = .gnu
        for odd in [[linked], [wrong], [long], [entry, entry]] {
            #expect(ControlArchive(MemorySource(TarBuilder(odd).build())) == nil)
        }
        var tail = TarBuilder([entry])
        tail.tail = [1]
        #expect(ControlArchive(MemorySource(tail.build())) == nil)
    }
}
