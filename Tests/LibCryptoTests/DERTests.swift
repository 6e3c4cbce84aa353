import Bytes
import LibCrypto
import Testing

struct DERTests {
    @Test(arguments: [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000])
    func `a value of any length is read as written`(length: Int) throws {
        let content = [UInt8](repeating: 7, count: length)
        let text = DER.encode(.octetString, content)
        var reader = DER.Reader(text)
        #expect(reader.take(.octetString) == content)
        #expect(reader.isAtEnd)
        for cut in Set([1, 2, length / 2, length]) where (1..<text.count).contains(cut) {
            var shorter = DER.Reader(text.dropLast(cut))
            #expect(shorter.take(.octetString) == nil)
        }
    }

    @Test(arguments: [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x8000, 600_000, .max] as [UInt32])
    func `a number is read as written`(number: UInt32) {
        var reader = DER.Reader(DER.encode(number))
        #expect(reader.takeNumber() == number)
        #expect(reader.isAtEnd)
    }

    /// Lengths that are indefinite, longer than need be, of four bytes, past the end, and cut off.
    @Test(arguments: [
        "0480", "048101ff", "04820001ff", "0484000000017f", "0402ff", "0481", "04", "",
    ])
    func `a second spelling of a length is refused`(hex: String) throws {
        var reader = DER.Reader(try #require(Hex.decode(hex.utf8)))
        #expect(reader.take(.octetString) == nil)
    }

    /// Nothing at all, negative, and with zeros in front; then what is no number below 2^32.
    @Test(arguments: ["0200", "0201ff", "02020001", "0203000080", "02050100000000", "040100"])
    func `a second spelling of a number is refused`(hex: String) throws {
        var reader = DER.Reader(try #require(Hex.decode(hex.utf8)))
        #expect(reader.takeNumber() == nil)
    }
}
