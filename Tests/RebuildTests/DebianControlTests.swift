import Bytes
import Hashing
import TestSupport
import Testing

@testable import Rebuild

/// Paragraphs, signed texts, versions.
struct DebianControlTests {
    private func paragraph(_ text: String) throws -> ControlParagraph {
        try ControlParagraph.only(in: Array(text.utf8), origin: "test")
    }

    @Test func `a field goes on in lines that begin with a blank`() throws {
        let text = try paragraph("Package: a\nFiles:\n one 1\n  two 2\t\n .\nLast:  x \n")
        #expect(try text.required("package") == "a")
        #expect(text.field("Files")?.lines == ["", "one 1", " two 2", "."])
        #expect(try text.value("Last") == "x")
        #expect(throws: RebuildError.self) { try text.value("Files") }
        #expect(text.field("Files")?.line == 2)
    }

    @Test(arguments: [
        ("A: 1\nA: 2\n", "line 2"), ("A: 1\na: 2\n", "line 2"), (" x\n", "line 1"),
        ("A: 1\n \nB: 2\n", "line 2"), ("A: 1\r\n", "line 1"), ("A\n", "line 1"),
        ("#c\n", "line 1"), ("-A: 1\n", "line 1"), ("A: \0\n", "line 1"), ("A b: 1\n", "line 1"),
        ("A: 1\n\nB: 2\n", "2 paragraphs"), ("\n", "0 paragraphs"),
    ])
    func `what readers understand differently is refused, with its line`(
        text: String, place: String
    ) {
        let error = #expect(throws: RebuildError.self) { try paragraph(text) }
        #expect(error?.code == .declaration)
        #expect(error?.message.contains(place) == true)
    }

    private static let signed = """
        -----BEGIN PGP SIGNED MESSAGE-----
        Hash: SHA256

        A: 1\u{20}
        - -B: 2
        -----BEGIN PGP SIGNATURE-----

        abcd
        -----END PGP SIGNATURE-----

        """

    @Test func `of a signed text only what is signed is left`() throws {
        let parts = try #require(
            try ClearSigned(Array(DebianControlTests.signed.utf8), origin: "test"))
        #expect(parts.text == Array("A: 1\n-B: 2".utf8))
        #expect(parts.signature.starts(with: "-----BEGIN PGP SIGNATURE-----\n\nabcd\n".utf8))
        #expect(try ClearSigned(Array("A: 1\n".utf8), origin: "test") == nil)
    }

    @Test(arguments: [
        ("-----BEGIN PGP SIGNED", "B: 0\n-----BEGIN PGP SIGNED"),
        ("abcd\n", "abcd\n-----BEGIN X\n"),
        ("-----END PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----\nB: 3\n"),
        ("-----END PGP SIGNATURE-----\n", ""), ("Hash: SHA256", "Hash: SHA256\nB: 4"),
        ("- -B", "-B"), ("Hash: SHA256\n\n", "Hash: SHA256\n"),
    ])
    func `nothing can be put around or between what is signed`(old: String, new: String) throws {
        let parts = DebianControlTests.signed.split(separator: old, maxSplits: 1)
        let text = (parts.first ?? "") + new + (parts.dropFirst().first ?? "")
        try #require(text != DebianControlTests.signed)
        #expect(throws: RebuildError.self) {
            _ = try ClearSigned(Array(text.utf8), origin: "test")
        }
    }

    /// Pairs in ascending order, as `dpkg --compare-versions` has them.
    @Test(arguments: [
        ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.0-1", "1.0-1+b1"), ("1.0-9", "1.0-10"),
        ("9:1", "10:0"), ("1.0a", "1.0+"), ("1.0~~", "1.0~"), ("1.2.3", "1.2.10"), ("1.0", "1.0a"),
        ("2.38.1-5~deb12u1", "2.38.1-5"), ("99", "1:1"), ("1.0-a~", "1.0-a"),
    ])
    func `versions are ordered as dpkg orders them`(low: String, high: String) throws {
        let low = try #require(DebianVersion(ByteString(low)))
        let high = try #require(DebianVersion(ByteString(high)))
        #expect(low < high)
        #expect(!(high < low))
        #expect(low != high)
    }

    @Test(arguments: [("1.0", "1.00"), ("0:1", "1"), ("1.0-1", "1.0-01")])
    func `versions may be the same in other words`(one: String, other: String) throws {
        #expect(DebianVersion(ByteString(one)) == DebianVersion(ByteString(other)))
    }

    @Test(arguments: ["", "1:", ":1", "1-", "1_0", "a b", "x:1", "-1"])
    func `other texts are no versions`(text: String) {
        #expect(DebianVersion(ByteString(text)) == nil)
    }

    @Test(arguments: [
        ("Sat, 11 Jul 2026 10:16:37 UTC", 1_783_764_997), ("Thu, 01 Jan 1970 00:00:00 UTC", 0),
        ("Thu, 29 Feb 2024 23:59:59 +0000", 1_709_251_199),
        ("Fri, 1 May 2026 00:00:00 GMT", 1_777_593_600),
    ])
    func `times are read`(text: String, seconds: Int64) {
        #expect(ArchiveDate.timestamp(ByteString(text))?.seconds == seconds)
    }
}
