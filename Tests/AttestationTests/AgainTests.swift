import Attestation
import Bytes
import Findings
import Testing

struct AgainTests {
    private func build(named path: [UInt8]) throws -> Predicate.Build {
        var report = Fixture.report(.identical)
        report.left = Side(
            path: ByteString(path), kind: .file, digest: Fixture.digest("A"), size: 1)
        return try Fixture.predicate(report).left
    }

    @Test(arguments: [
        Array("a/b c".utf8), [0xff, 0x61], Array("\\".utf8), Array("\\xff".utf8), [0x0a, 0x1b],
        Array("é e\u{301} › \u{202e} \u{e0041}".utf8), [], Array("\\u{0041}".utf8),
    ])
    func `the path is had back from its escaped form`(path: [UInt8]) throws {
        #expect(try build(named: path).path == ByteString(path))
    }

    @Test(arguments: [
        "\\", "a\\", "\\q", "\\x", "\\x4", "\\x41", "\\xFF", "\\u", "\\u{", "\\u{}", "\\u{0041}",
        "\\u{d800}", "\\u{202E}", "\u{1b}", "e\u{301}", "\\u{110000}", "\\u(202e)",
    ])
    func `a name in no escaped form is no path`(name: String) throws {
        let claims = try #require(Fixture.claims)
        let json = Fixture.report(.identical).json.setting("left", "path", to: .text(name))
        #expect(try Predicate(report: json, claims: claims).left.path == nil)
    }

    @Test func `an artifact that changed since is not confirmed`() throws {
        let predicate = try Fixture.predicate(Fixture.report(.equivalent))
        let (a, b) = (Fixture.digest("A"), Fixture.digest("B"))
        #expect(throws: Never.self) { try predicate.confirm(left: a, right: b) }
        for (left, right) in [(b, b), (a, a), (b, a)] {
            let error = #expect(throws: AttestationError.self) {
                try predicate.confirm(left: left, right: right)
            }
            #expect(error?.code == .unfit)
        }
    }
}
