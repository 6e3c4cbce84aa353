import Bytes
import Hashing
import TestSupport
import Testing

@testable import Rebuild

/// `.buildinfo` documents.
struct DebianBuildInfoTests {
    private static let digest = String(repeating: "ab", count: 32)
    private static let sha1 = String(repeating: "cd", count: 20)

    /// A document with everything that the format has.
    private static let text = """
        Format: 1.0
        Source: tally (1.0-1)
        Binary: tally tally-doc
        Architecture: all amd64
        Version: 1.0-1+b2
        Binary-Only-Changes:
         tally (1.0-1+b2) sid; urgency=low, binary-only=yes
         .
           * Rebuild
         .
          -- Nobody <nobody@example.org>  Sat, 11 Jul 2026 10:16:37 +0000
        Checksums-Sha1:
         \(sha1) 7 tally_1.0-1+b2_amd64.deb
        Checksums-Sha256:
         \(digest) 7 tally_1.0-1+b2_amd64.deb
        Build-Origin: Debian
        Build-Architecture: amd64
        Build-Date: Fri, 20 Nov 2026 22:46:34 +0000
        Build-Path: /build/reproducible-path/tally-1.0
        Build-Tainted-By:
         merged-usr-via-aliased-dirs
        Installed-Build-Depends:
         gcc (= 4:12.2.0-3),
         libc6:i386 (= 2.36-9)
        Environment:
         DEB_BUILD_OPTIONS="parallel=2 nocheck"
         DEB_BUILD_PROFILES="nodoc stage1"
         LANG="a\\"b\\\\c"
         SOURCE_DATE_EPOCH="17"

        """

    /// The description of its source.
    private static let description = """
        Format: 3.0 (quilt)
        Source: tally
        Version: 1.0-1
        Checksums-Sha256:
         \(SHA256.digest(of: Array("x".utf8)).hex) 1 tally_1.0.orig.tar.gz

        """

    @Test func `a source is taken only if its files are what it says`() throws {
        let (folder, target) = (try TemporaryFolder(), try TemporaryFolder())
        try folder.file("other name.dsc", Array(DebianBuildInfoTests.description.utf8))
        try folder.file("tally_1.0-1.dsc", Array(DebianBuildInfoTests.description.utf8))
        let source = try SourcePackage.find("tally", "1.0-1", in: folder.path)
        func copy() -> RebuildError? {
            target.remove("tally_1.0-1.dsc")
            target.remove("tally_1.0.orig.tar.gz")
            target.remove("other name.dsc")
            do throws(RebuildError) {
                try source.copy(to: target.path)
                return nil
            } catch {
                return error
            }
        }
        #expect(copy()?.message.contains("tally_1.0.orig.tar.gz (missing)") == true)
        try folder.file("tally_1.0.orig.tar.gz", Array("y".utf8))
        #expect(copy()?.message.contains("tally_1.0.orig.tar.gz (other bytes)") == true)
        try folder.file("tally_1.0.orig.tar.gz", Array("x".utf8))
        #expect(copy() == nil)
        let error = #expect(throws: RebuildError.self) {
            try SourcePackage.find("tally", "1.0-2", in: folder.path)
        }
        #expect(error?.code == .input)
        #expect(error?.message.contains("tally=1.0-2") == true)
    }

    private func read(_ text: String) throws -> BuildInfo {
        try BuildInfo(Array(text.utf8), origin: "test")
    }

    @Test func `every field is understood`() throws {
        let info = try read(DebianBuildInfoTests.text)
        #expect(info.source == "tally" && info.sourceVersion == "1.0-1")
        #expect(info.version == "1.0-1+b2")
        #expect(info.binaries == ["tally", "tally-doc"])
        #expect(info.architectures == ["all", "amd64"])
        #expect(info.path == "/build/reproducible-path/tally-1.0")
        #expect(info.taints == ["merged-usr-via-aliased-dirs"])
        #expect(
            info.dependencies == [
                PackageReference(name: "gcc", version: "4:12.2.0-3"),
                PackageReference(name: "libc6", version: "2.36-9", architecture: "i386"),
            ])
        #expect(info.profiles == ["nodoc", "stage1"])
        #expect(
            info.environment.map(\.value) == [
                "parallel=2 nocheck", "nodoc stage1", "a\"b\\\\c", "17",
            ])
        #expect(info.outputs.map(\.size) == [7])
        #expect(
            info.binaryOnlyChanges == """
                tally (1.0-1+b2) sid; urgency=low, binary-only=yes

                  * Rebuild

                 -- Nobody <nobody@example.org>  Sat, 11 Jul 2026 10:16:37 +0000

                """)
        #expect(info.signed == nil)
    }

    @Test(arguments: [
        ("Format: 1.0", "Format: 1.1"), ("gcc (= 4:12.2.0-3)", "gcc (>= 4:12.2.0-3)"),
        ("gcc (= 4:12.2.0-3)", "gcc | clang (= 1)"), ("libc6:i386 (= 2.36-9)", "gcc (= 1)"),
        ("/build/reproducible-path/tally-1.0", "build"), ("/build/reproducible", "/build/../x"),
        ("LANG=\"a", "LANG=a"), ("17\"", "17"), ("DEB_BUILD_PROFILES", "DEB_BUILD_OPTIONS"),
        ("7 tally_1.0-1+b2_amd64.deb", "8 tally_1.0-1+b2_amd64.deb"),
        ("7 tally_1.0-1+b2_amd64.deb", "7 ../tally.deb"), ("Version: 1.0-1+b2", "Version: x y"),
        ("(1.0-1)", "(1.0 1)"), ("Source: tally", "Source: ../tally"),
    ])
    func `what is not understood is refused`(old: String, new: String) throws {
        let parts = DebianBuildInfoTests.text.split(separator: old, maxSplits: 1)
        let text = (parts.first ?? "") + new + (parts.dropFirst().first ?? "")
        try #require(text != DebianBuildInfoTests.text)
        let error = #expect(throws: RebuildError.self) { try read(String(text)) }
        #expect(error?.code == .declaration)
    }

    @Test func `hostile documents do not trap`() throws {
        var random = SeededGenerator(11)
        let whole = Array(DebianBuildInfoTests.text.utf8)
        for _ in 0..<2_000 {
            var text = whole
            for _ in 0...random.below(4) {
                text[random.below(text.count)] = random.pick(Array("\n :\"\\().-/=0a\0".utf8))
            }
            _ = try? BuildInfo(text, origin: "test")
            _ = try? BuildInfo(Array(text.prefix(random.below(text.count))), origin: "test")
        }
    }

    @Test func `the job says what is built and how`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.buildinfo", Array(DebianBuildInfoTests.text.utf8))
        let build = try DebianBuild(
            path: path, pool: folder.path, source: folder.path, launcher: Tally.launcher, jobs: 1)
        try folder.file("tally_1.0-1.dsc", Array(DebianBuildInfoTests.description.utf8))
        let source = try SourcePackage.find("tally", "1.0-1", in: folder.path)
        let job = build.job("/root", "/source", source)
        #expect(job.folder == "/build/reproducible-path")
        #expect(job.epoch == 17)
        #expect(!job.environment.contains { $0.name == "SOURCE_DATE_EPOCH" })
        #expect(job.environment.contains(BuildJob.Variable("DEB_BUILD_PROFILES", "nodoc stage1")))
        #expect(job.commands.count == 3)
        #expect(
            job.commands[0].words == [
                "dpkg-source", "--no-copy", "-x", "/mnt/tally_1.0-1.dsc", "tally-1.0",
            ])
        #expect(job.commands[1].words.contains("tally-1.0/debian/changelog"))
        #expect(
            job.commands[2].words.suffix(4) == [
                "dpkg-buildpackage", "-us", "-uc", "--build=binary",
            ])
        #expect(job.outputs == ["*.deb"])
    }
}
