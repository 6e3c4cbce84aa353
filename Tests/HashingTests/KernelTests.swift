import Bytes
import Hashing
import TestSupport
import Testing

struct FirstDifferenceTests {
    /// The plain loop that the kernel is measured against.
    private func plain(_ left: Chunk, _ right: Chunk) -> Int? {
        zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    }

    @Test(arguments: [0, 1, 3, 8, 31])
    func `agrees with a plain loop at every length and place`(misaligned: Int) {
        var random = SeededGenerator(UInt64(misaligned))
        for length in 0...300 {
            let bytes = random.bytes(misaligned + length)
            let left = bytes.dropFirst(misaligned)
            // The other side lies elsewhere in its array, so that no load is aligned on both.
            var other = [UInt8](repeating: 0, count: 5) + left
            #expect(firstDifference(left, other.dropFirst(5)) == nil)
            for place in 0..<length {
                other[5 + place] ^= 0x80
                guard firstDifference(left, other.dropFirst(5)) == place else {
                    Issue.record("length \(length), place \(place), offset \(misaligned)")
                    return
                }
                other[5 + place] ^= 0x80
            }
        }
    }

    @Test(arguments: 0..<40)
    func `agrees with a plain loop on random bytes`(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<50 {
            let left = random.bytes(random.below(600))
            var right = left
            for _ in 0..<random.below(3) where !right.isEmpty {
                right[random.below(right.count)] ^= 1
            }
            let cut = right.dropLast(random.below(4))
            #expect(firstDifference(left[...], cut) == plain(left[...], cut))
        }
    }

    @Test func `a prefix does not differ`() {
        #expect(firstDifference([], []) == nil)
        #expect(firstDifference([1, 2], [1]) == nil)
        #expect(firstDifference([], [1]) == nil)
        #expect(firstDifference([1, 2], [2]) == 0)
    }
}

struct SHA256Tests {
    /// FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `agrees with the standard`(text: String, digest: String) {
        #expect(SHA256.digest(of: Array(text.utf8)).hex == digest)
    }

    @Test(arguments: 0..<20)
    func `pieces and forks make the same digest`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(random.below(2000))
        var hash = SHA256()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + random.below(300))
            hash.update(piece)
            rest = rest.dropFirst(piece.count)
        }
        var fork = hash.fork()
        fork.update([0])
        #expect(hash.finish() == SHA256.digest(of: bytes))
        #expect(fork.finish() == SHA256.digest(of: bytes + [0]))
        #expect(try SHA256.digest(of: RangeSource(MemorySource(bytes))) == SHA256.digest(of: bytes))
        let both = try ArtifactDigests(of: RangeSource(MemorySource(bytes)))
        #expect(both.sha256 == SHA256.digest(of: bytes))
        #expect(both.sha512.count == 64)
    }
}

struct GlobTests {
    @Test(arguments: [
        ("*.o", "a.o", true), ("*.o", "d/e/a.o", true), ("*.o", "a.o/b", false),
        ("d/*", "d/a", true), ("d/*", "d/a/b", false), ("d/**", "d/a/b", true), ("d/**", "d", true),
        ("**/x", "x", true), ("**/x", "a/b/x", true), ("a/**/b", "a/b", true),
        ("a/**/b", "a/c/d/b", true), ("a/**/b", "a/c", false), ("?", "a", true),
        ("?", "\u{e9}", false), ("a?c", "abc", true), ("a*c*e", "abcde", true),
        ("a*c*e", "abcdf", false), ("*", "anything", true), ("", "a", false), ("a*", "ba", false),
        ("*a*b", "xaxbxb", true), ("[a]", "a", false), ("d", "d", true), ("d/", "d", true),
    ])
    func `matches by component`(pattern: String, path: String, matches: Bool) {
        #expect(Glob.matches(ByteString(pattern), ByteString(path)) == matches)
    }

    @Test func `matches bytes that are no text, in bounded time`() {
        #expect(Glob.matches(ByteString([0xff, 0x2a]), ByteString([0xff, 0xfe])))
        let stars = ByteString(String(repeating: "a*", count: 40) + "b")
        #expect(!Glob.matches(stars, ByteString(String(repeating: "a", count: 2000))))
    }
}

struct ChecksumLineTests {
    private let digest = SHA256.digest(of: [1])

    @Test(arguments: [
        "plain", "with space", "back\\slash", "line\nbreak", "cr\r", " lead", "*star",
    ])
    func `survives the round trip`(name: String) {
        let line = ChecksumLine(name: ByteString(name), digest: digest)
        #expect(line.text.count { $0 == 0x0a } == 1)
        #expect(ChecksumLine.parse(line.text) == [line])
        #expect(ChecksumLine.parse(line.text + line.text)?.count == 2)
    }

    @Test func `writes what coreutils writes`() {
        let hex = digest.hex
        #expect(ChecksumLine(name: "a", digest: digest).text == Array("\(hex)  a\n".utf8))
        #expect(
            ChecksumLine(name: "a\nb", digest: digest).text == Array("\\\(hex)  a\\nb\n".utf8))
    }

    @Test func `reads the binary mark and refuses what is no line`() {
        let hex = digest.hex
        #expect(ChecksumLine.parse(Array("\(hex) *a\n".utf8))?.first?.name == "a")
        for text in [
            "\(hex)\n", "\(hex) a\n", "\(hex)  \n", "\(hex.uppercased())  a\n",
            "\(hex.dropLast())  a\n", "\\\(hex)  a\\x\n", "\\\(hex)  a\\\n", "\(hex)0  a\n",
            "\(hex)\t a\n", "SHA256 (a) = \(hex)\n",
        ] {
            #expect(ChecksumLine.parse(Array(text.utf8)) == nil, "\(text)")
        }
    }
}
