import Bytes
import Hashing
import TestSupport
import Testing

@testable import Comparison

struct DigestScannerTests {
    private func keys(_ text: [UInt8], in pieces: Int = 1 << 20) -> Set<DigestScanner.Key> {
        var found: Set<DigestScanner.Key> = []
        var scanner = DigestScanner { found.insert($0) }
        var rest = text[...]
        while !rest.isEmpty {
            scanner.add(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        scanner.endRun()
        return found
    }

    @Test(arguments: [16, 20, 28, 32, 48, 64])
    func `finds a digest in every spelling, however the text is cut`(size: Int) throws {
        var random = SeededGenerator(UInt64(size))
        let digest = random.bytes(size)
        let key = try #require(DigestScanner.Key(digest, size: size))
        let hex = Hex.encode(digest)
        let base = Base64.encode(digest)
        let bare = base.prefix { $0 != "=" }
        let url = bare.replacing("+", with: "-").replacing("/", with: "_")
        for text in [
            hex, hex.uppercased(), "\(hex)  name\n", "SHA256 (f) = \(hex)\r\n", "\"\(hex)\",",
            "x sha256-\(hex) y", "\u{feff}\(hex)", base, "f,sha256=\(url),1", "sha512-\(base)",
            "{\"\(bare)\"}",
        ] {
            for pieces in [1, 7, 4096] {
                #expect(keys(Array(text.utf8), in: pieces).contains(key), "\(text)")
            }
        }
    }

    @Test func `other runs are none`() throws {
        let digest = [UInt8](repeating: 0xab, count: 32)
        let key = try #require(DigestScanner.Key(digest, size: 32))
        let hex = Hex.encode(digest)
        for text in [
            "0\(hex)", "\(hex)0", String(hex.dropLast()), "\(hex.prefix(32)) \(hex.suffix(32))",
        ] {
            #expect(!keys(Array(text.utf8)).contains(key), "\(text)")
        }
    }

    @Test func `no text is too long or too odd`() {
        var random = SeededGenerator(1)
        _ = keys(random.bytes(10_000))
        #expect(keys([UInt8](repeating: UInt8(ascii: "a"), count: 100_000)).isEmpty)
    }
}
