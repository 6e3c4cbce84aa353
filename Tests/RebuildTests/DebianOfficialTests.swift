import Bytes
import Findings
import Hashing
import Programs
import TestSupport
import Testing

@testable import Rebuild

/// Signed indexes.
struct DebianOfficialTests {
    /// Whether this machine can sign and check.
    private static var canSign: Bool {
        ["gpg", "gpgv"].allSatisfy { name in
            (try? ChildProgram([name, "--version"]).outcome())?.status == 0
        }
    }

    /// A folder with a key of its own, whose keyring is `keys.gpg`.
    private final class Signatory {
        let folder: TemporaryFolder

        init(key: ByteString = "ed25519") throws {
            folder = try TemporaryFolder()
            try folder.folder("home", mode: 0o700)
            try gpg(["--passphrase", "", "--quick-gen-key", "Archive", key, "sign", "never"])
            try gpg(["--output", folder.path(of: "keys.gpg"), "--export"])
        }

        /// Ends the agent that gpg has started.
        deinit {
            let words: [ByteString] = [
                "gpgconf", "--homedir", folder.path(of: "home"), "--kill", "all",
            ]
            _ = try? ChildProgram(words).outcome()
        }

        func gpg(_ words: [ByteString]) throws {
            let always: [ByteString] = [
                "gpg", "--homedir", folder.path(of: "home"), "--batch", "-q",
            ]
            let outcome = try ChildProgram(always + words).outcome()
            try #require(outcome.status == 0, "gpg: \(outcome.reason)")
        }

        func sign(_ text: String, as name: ByteString, digest: ByteString = "SHA512") throws {
            let plain = try folder.file("plain", Array(text.utf8))
            folder.remove(name)
            try gpg([
                "--digest-algo", digest, "--allow-weak-digest-algos", "--output",
                folder.path(of: name), "--clearsign", plain,
            ])
        }
    }

    private static let packages = """
        Package: tally
        Version: 1:1.0-1
        Architecture: amd64
        Filename: pool/main/t/tally/tally_1.0-1_amd64.deb
        Size: 7
        SHA256: \(String(repeating: "ab", count: 32))
        Description: x
         Package: y

        Package: other
        Version: 1

        """

    private static func release(_ packages: String) -> String {
        let bytes = Array(packages.utf8)
        return """
            Origin: Example
            Codename: twig
            Date: Sat, 11 Jul 2026 10:16:37 UTC
            Valid-Until: Sat, 18 Jul 2026 10:16:37 UTC
            SHA256:
             \(SHA256.digest(of: bytes).hex) \(bytes.count) main/binary-amd64/Packages

            """
    }

    @Test(.enabled(if: canSign, "needs gpg and gpgv"))
    func `what is signed over a weak digest is not official`() throws {
        let signatory = try Signatory(key: "rsa2048")
        let folder = signatory.folder
        try folder.folder("lists")
        let text = DebianOfficialTests.release(DebianOfficialTests.packages)
        func read() throws {
            _ = try OfficialIndex(
                paths: [folder.path(of: "lists")], keyring: folder.path(of: "keys.gpg"), time: nil,
                names: [])
        }
        try signatory.sign(text, as: "lists/InRelease")
        try read()
        try signatory.sign(text, as: "lists/InRelease", digest: "SHA1")
        let weak = #expect(throws: RebuildError.self) { try read() }
        #expect(weak?.code == .input)
    }

    @Test(.enabled(if: canSign, "needs gpg and gpgv"))
    func `only what is signed is official`() throws {
        let signatory = try Signatory()
        let folder = signatory.folder
        try folder.folder("lists")
        try signatory.sign(
            DebianOfficialTests.release(DebianOfficialTests.packages), as: "lists/InRelease")
        try folder.file("lists/x_Packages", Array(DebianOfficialTests.packages.utf8))
        func index(at time: Int64? = nil, keys: ByteString = "keys.gpg") throws -> OfficialIndex {
            try OfficialIndex(
                paths: [folder.path(of: "lists")], keyring: folder.path(of: keys), time: time,
                names: ["tally"])
        }
        let official = try index(at: 1_783_764_997)
        let package = try #require(official.package(file: "tally_1.0-1_amd64.deb"))
        #expect(package.package.version == "1:1.0-1")
        #expect(package.file.size == 7)
        #expect(official.ships(package.file.sha256))
        #expect(official.package(file: "other_1_amd64.deb") == nil)
        #expect(official.releases.first?.suite == "twig")
        #expect(official.releases.first?.signers.count == 1)

        let other = ListedFile(name: "x.deb", size: 1, sha256: SHA256.digest(of: []))
        let wrong = ListedFile(name: package.file.name, size: 7, sha256: other.sha256)
        let review = OfficialReview(
            official, expected: [wrong, other],
            inputs: [
                BuildRecord.Resource(name: "tally.deb", sha256: package.file.sha256),
                BuildRecord.Resource(name: "y.deb", sha256: other.sha256),
                BuildRecord.Resource(name: "tally.dsc", sha256: other.sha256),
            ])
        #expect(review.expected == [package.file, other])
        #expect(review.contradicted == [package.file.name])
        #expect(review.unauthenticated == ["x.deb"])
        #expect(review.inputsShipped == 1 && review.inputsUnknown == ["y.deb"])
        #expect(review.notes.count == 4)

        // It stops to count at a time, which is not that of the machine.
        let late = #expect(throws: RebuildError.self) { try index(at: 1_784_369_798) }
        #expect(late?.message.contains("counted until") == true)
        let early = #expect(throws: RebuildError.self) { try index(at: 1_783_764_996) }
        #expect(early?.message.contains("was made on") == true)

        // Another byte in the index, or in what was signed; another key.
        try folder.file(
            "lists/x_Packages", Array((DebianOfficialTests.packages + "\n").utf8))
        #expect(throws: RebuildError.self) { try index() }
        try folder.file("lists/x_Packages", Array(DebianOfficialTests.packages.utf8))
        _ = try index()
        var signed = try Files.read(folder.path(of: "lists/InRelease"), atMost: 1 << 20)
        let place = try #require(signed.firstIndex(of: UInt8(ascii: "w")))
        signed[place] = UInt8(ascii: "v")
        try folder.file("lists/InRelease", signed)
        let bad = #expect(throws: RebuildError.self) { try index() }
        #expect(bad?.message.contains("is bad") == true)
        signed[place] = UInt8(ascii: "w")
        try folder.file("lists/InRelease", signed)
        let stranger = try Signatory()
        let keys = try Files.read(stranger.folder.path(of: "keys.gpg"), atMost: 1 << 20)
        try folder.file("strange.gpg", keys)
        let unknown = #expect(throws: RebuildError.self) { try index(keys: "strange.gpg") }
        #expect(unknown?.message.contains("no key in") == true)
    }

    private func index(_ text: String) throws -> PackagesIndex {
        let folder = try TemporaryFolder()
        return try PackagesIndex(
            path: try folder.file("Packages", Array(text.utf8)), names: ["tally"])
    }

    @Test func `an index is read for what is asked for`() throws {
        #expect(try index(DebianOfficialTests.packages).entries.count == 1)
        #expect(try index(DebianOfficialTests.packages).looksLikeIndex)
        #expect(try index("Origin: x\n").looksLikeIndex == false)
    }

    @Test(arguments: [
        ("Size: 7", "Size: x"), ("SHA256: a", "SHA256: A"), ("Filename: pool", "File: pool"),
        ("tally_1.0-1_amd64.deb", ".."), ("Size: 7", "Size: 7\nSize: 7"),
    ])
    func `an index that is not whole is refused`(old: String, new: String) throws {
        let parts = DebianOfficialTests.packages.split(separator: old, maxSplits: 1)
        let text = String(parts.first ?? "") + new + String(parts.dropFirst().first ?? "")
        #expect(throws: RebuildError.self) { try index(text) }
    }
}
