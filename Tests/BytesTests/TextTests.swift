import Bytes
import TestSupport
import Testing

struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `agrees with RFC 4648`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(Array(text.utf8)) == Array(plain.utf8))
        #expect(Base64.decode(text.utf8.filter { $0 != UInt8(ascii: "=") }) == Array(plain.utf8))
    }

    @Test func `reads both alphabets`() {
        #expect(Base64.encode([0xfb, 0xff, 0xbf]) == "+/+/")
        #expect(Base64.decode("+/+/".utf8) == [0xfb, 0xff, 0xbf])
        #expect(Base64.decode("-_-_".utf8) == [0xfb, 0xff, 0xbf])
    }

    @Test(arguments: [
        "Zh==", "aGl=", "Zm9=", "Zg", "A", "AAAAA", "=", "==", "====", "Zg=", "Zm8==", "Zg===",
        "Zg==Zg==", "Z=g=", "=Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v=", "Zm9v====", "+_AA", "-/AA",
        "Zm9*", "Zm9é", "\0AAA",
    ])
    func `refuses every other spelling`(text: String) {
        // Without padding and with clean trailing bits, "Zg" is the one exception.
        #expect(Base64.decode(text.utf8) == (text == "Zg" ? [0x66] : nil))
    }

    @Test(arguments: 0..<100)
    func `survives the round trip`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(random.below(64))
        #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
    }
}

struct HexTests {
    @Test func `writes lowercase and reads it back`() {
        #expect(Hex.encode([0x00, 0x0f, 0xa5, 0xff]) == "000fa5ff")
        #expect(Hex.decode("000fa5ff".utf8) == [0x00, 0x0f, 0xa5, 0xff])
        #expect(Hex.decode("".utf8) == [])
        #expect(Hex.encode(UInt64(0x1f), width: 4) == "001f")
        #expect(Hex.encode(UInt64.max, width: 4) == "ffffffffffffffff")
    }

    @Test(arguments: ["0", "0G", "AB", "aB", " 00", "0x00", "00\n", "０0", "+1", "-1"])
    func `refuses everything else`(text: String) {
        #expect(Hex.decode(text.utf8) == nil)
    }

    @Test func `a digest has one spelling`() throws {
        let text = String(repeating: "0a", count: 32)
        #expect(try #require(Digest(hex: text.utf8)).hex == text)
        #expect(Digest(hex: text.uppercased().utf8) == nil)
        #expect(Digest(hex: text.dropLast().utf8) == nil)
        #expect(Digest(hex: ("sha256:" + text).utf8) == nil)
        #expect(Digest(hex: (text + "0a").utf8) == nil)
    }
}

struct EscapeTests {
    @Test(arguments: [
        ("plain name.txt", "plain name.txt"), ("größe 日本", "größe 日本"), ("a\\b", "a\\\\b"),
        ("a\nb\r\t", "a\\x0ab\\x0d\\x09"), ("\u{1b}[2J", "\\x1b[2J"), ("\u{7f}", "\\x7f"),
        ("\u{9b}2J", "\\u{009b}2J"), ("\u{202e}exe", "\\u{202e}exe"), ("\u{2066}", "\\u{2066}"),
        ("\u{200b}\u{feff}", "\\u{200b}\\u{feff}"), ("\u{2028}", "\\u{2028}"),
        ("\u{a0}", "\\u{00a0}"), ("e\u{301}", "e\\u{0301}"), ("a › b", "a \\u{203a} b"),
        ("\u{e000}", "\\u{e000}"), ("\u{e0041}", "\\u{e0041}"), ("\u{115f}", "\\u{115f}"),
        ("\0", "\\x00"), ("x\u{903}", "x\\u{0903}"),
    ])
    func `shows one visible line`(name: String, shown: String) {
        #expect(Escape.visible(name.utf8) == shown)
    }

    @Test func `bytes that are no UTF-8 are shown one by one`() {
        #expect(Escape.visible([0x61, 0xff, 0xc3, 0x28]) == "a\\xff\\xc3(")
        #expect(Escape.visible([0xe2, 0x82, 0x41]) == "\\xe2\\x82A")
        #expect(Escape.visible([0xed, 0xa0, 0x80]) == "\\xed\\xa0\\x80")
    }

    @Test func `no two names are shown alike`() {
        var names: Set<[UInt8]> = []
        var random = SeededGenerator(7)
        let alphabet: [UInt8] = [0x5c, 0x78, 0x31, 0x62, 0x1b, 0xc3, 0xa9, 0xff, 0x75, 0x7b]
        for _ in 0..<5_000 {
            names.insert((0..<random.below(6)).map { _ in alphabet[random.below(10)] })
        }
        #expect(Set(names.map { Array(Escape.visible($0).utf8) }).count == names.count)
    }

    @Test(arguments: 0..<100)
    func `never shows a control`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let shown = Escape.visible(random.bytes(64))
        #expect(
            shown.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control
                    && $0.properties.generalCategory != .format
            })
    }
}
