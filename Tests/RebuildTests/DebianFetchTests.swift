import Bytes
import TestSupport
import Testing

@testable import Rebuild

/// Filling a pool with a program of the user's.
struct DebianFetchTests {
    private static let digest = String(repeating: "ab", count: 32)

    /// A fetch of three packages and a source, by a program that copies files.
    private func fetch(_ archive: TemporaryFolder, into pool: TemporaryFolder) throws -> PoolFetch {
        let text = """
            Format: 1.0
            Source: tally
            Architecture: amd64
            Version: 1.0
            Checksums-Sha256:
             \(DebianFetchTests.digest) 7 tally_1.0_amd64.deb
            Build-Architecture: amd64
            Installed-Build-Depends: one (= 1.0), two (= 1.0), three (= 1:1.0)

            """
        var fetch = PoolFetch(
            buildInfo: try BuildInfo(Array(text.utf8), origin: "test"),
            pool: pool.path(of: "pool"), environment: ["LC_ALL=C"], launcher: Tally.launcher,
            jobs: 1)
        fetch.command = ["cp", archive.path(of: "{name}_{version}_{architecture}"), "."]
        return fetch
    }

    @Test func `what comes is taken if it is what was asked for`() throws {
        let (archive, pool) = (try TemporaryFolder(), try TemporaryFolder())
        try archive.file("one_1.0_amd64", DebBuilder("one").build())
        // Another version under the name that was asked for.
        var old = DebBuilder("two")
        old.version = "0.9"
        try archive.file("two_1.0_amd64", old.build())
        try archive.file("fakeroot__amd64", DebBuilder("fakeroot").build())
        let fetch = try fetch(archive, into: pool)
        let outcome = try fetch.run()
        #expect(outcome.fetched.map(\.name) == ["one", "fakeroot"])
        #expect(
            outcome.missing == ["two=1.0 (amd64)", "three=1:1.0 (amd64)", "libfakeroot (amd64)"])
        #expect(outcome.problems.contains { $0.contains("three_1:1.0_amd64") })
        #expect(try Files.names(in: fetch.pool, all: true).count == 2)

        try archive.file("two_1.0_amd64", DebBuilder("two").build())
        var three = DebBuilder("three")
        three.version = "1:1.0"
        try archive.file("three_1:1.0_amd64", three.build())
        try archive.file("libfakeroot__amd64", DebBuilder("libfakeroot").build())
        let rest = try fetch.run()
        #expect(rest.present == 1)
        #expect(rest.fetched.count == 3)
        #expect(rest.missing.isEmpty)
        #expect(try fetch.run().fetched.isEmpty)
    }

    @Test func `a source that does not come is missing`() throws {
        let (archive, pool) = (try TemporaryFolder(), try TemporaryFolder())
        var fetch = try fetch(archive, into: pool)
        fetch.source = pool.path(of: "source")
        #expect(try fetch.run().missing.contains("the source tally=1.0"))
        let text = """
            Source: tally
            Version: 1.0
            Checksums-Sha256:
             \(DebianFetchTests.digest) 1 tally_1.0.tar.xz

            """
        // A description without its files is no source.
        try archive.folder("tally_1.0_source")
        try archive.file("tally_1.0_source/tally.dsc", Array(text.utf8))
        fetch.command = ["cp", archive.path(of: "tally_1.0_source/tally.dsc"), "."]
        let outcome = try fetch.run()
        #expect(outcome.missing.contains("the source tally=1.0"))
        #expect(outcome.problems.contains { $0.contains("tally_1.0.tar.xz (missing)") })
        #expect(try Files.names(in: pool.path(of: "source")).isEmpty)
    }

    @Test(
        arguments: [
            (
                "format = 2\npkgname = zlib\npkgver = 1:1.3-1\ninstalled = a-1-1-any\n",
                "zlib 1:1.3-1"
            ),
            ("\u{ed}", nil),
        ] as [(String, String?)])
    func `what cannot be built says so`(text: String, words: String?) throws {
        let folder = try TemporaryFolder()
        let bytes = words == nil ? [0xed, 0xab, 0xee, 0xdb, 3, 0] : Array(text.utf8)
        let path = try folder.file("x", bytes)
        let refusal = try #require(try BuildDeclaration(path: path)?.refusal)
        #expect(refusal.code == .input)
        #expect(refusal.message.contains(words ?? "rpm"))
    }

    @Test func `a recipe that begins with its format is no Arch document`() throws {
        let folder = try TemporaryFolder()
        let text = "format = \"tallystick/recipe/v1\"\n\n[[source]]\ntree = \"src\"\n"
        #expect(try BuildDeclaration(path: folder.file("x", Array(text.utf8))) == nil)
    }
}
