import Bytes
import Hashing
import Testing

/// Texts that name files by their digests.
struct DigestListTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `the length of a digest tells its algorithm`() throws {
        let text = "d41d8cd98f00b204e9800998ecf8427e  usr/a\n"
        let list = try #require(DigestList(checksums: bytes(text)))
        #expect(list.entries.map(\.name) == ["usr/a"])
        #expect(list.entries[0].digests.keys.map { $0 } == [.md5])
        #expect(DigestList(side: bytes(text)) == nil, "MD5 alone stands for nothing")
    }

    @Test(
        arguments: [
            "", "\n", "d41d8cd98f00b204e9800998ecf8427  odd\n", "d41d8cd98f  short\n",
            "d41d8cd98f00b204e9800998ecf8427e a\n",
            "d41d8cd98f00b204e9800998ecf8427e  a\nd41d8cd98f00b204e9800998ecf8427e  a\n",
        ])
    func `what is no list of checksums is refused`(text: String) {
        #expect(DigestList(checksums: bytes(text)) == nil)
    }

    @Test func `a wheel's record`() throws {
        // SHA-256 of nothing, in URL-safe Base64 without padding.
        let empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
        let text = "p/a.py,sha256=\(empty),0\r\np-1.dist-info/RECORD,,\r\n"
        let list = try #require(DigestList(record: bytes(text)))
        let digest = SHA256.digest(of: []).bytes
        #expect(list.entries == [.init(name: "p/a.py", size: 0, digests: [.sha256: digest])])
        #expect(list.rest == bytes("p-1.dist-info/RECORD,,\r\n"))
        #expect(DigestList(record: bytes("\"a,b\",sha256=\(empty),0\n")) == nil)
        #expect(DigestList(record: bytes("a,b,c,d\n")) == nil)
    }

    @Test func `a manifest's sections, lines continued`() throws {
        let text = """
            Manifest-Version: 1.0\r\nCreated-By: x\r\n\r\nName: a/very/lo\r\n ng\r\nSHA-256-Digest: \
            47DEQpj8HBSa+/TImW+5JCeuQeRkm5NM\r\n pJWZG3hSuFU=\r\nX: y\r\n\r\n
            """
        let list = try #require(DigestList(manifest: bytes(text)))
        #expect(list.entries.map(\.name) == ["a/very/long"])
        #expect(list.entries[0].digests == [.sha256: SHA256.digest(of: []).bytes])
        let rest = String(decoding: list.rest, as: UTF8.self)
        #expect(rest == " manifest-version: 1.0\n created-by: x\na/very/long x: y\n")
        #expect(DigestList(manifest: bytes("Manifest-Version: 1.0\n")) == nil)
    }

    @Test func `a control file's fields are joined by name`() throws {
        let md5 = "d41d8cd98f00b204e9800998ecf8427e"
        let sha = SHA256.digest(of: []).hex
        let text = """
            Format: 1.8
            Files:
             \(md5) 0 libs optional a_1.deb
            Checksums-Sha256:
             \(sha) 0 a_1.deb
            Origin: x
            """
        let list = try #require(DigestList(side: bytes(text)))
        #expect(list.entries.count == 1)
        #expect(list.entries[0].size == 0)
        #expect(Set(list.entries[0].digests.keys) == [.md5, .sha256])
        let other = try #require(
            DigestList(side: bytes(text.replacing("libs", with: "devel"))))
        #expect(other.entries == list.entries)
        #expect(other.rest != list.rest)
        // Two sizes for one file.
        #expect(DigestList(control: bytes(text.replacing("\(sha) 0", with: "\(sha) 1"))) == nil)
    }

    @Test func `several digests of one message`() {
        var digests = Digests([.md5, .sha256])
        digests.update(bytes("ab")[...])
        digests.update(bytes("c")[...])
        let entry = digests.entry(named: "x")
        #expect(entry.size == 3)
        #expect(
            Hex.encode(entry.digests[.md5] ?? []) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(entry.digests[.sha256] == SHA256.digest(of: bytes("abc")).bytes)
    }
}
