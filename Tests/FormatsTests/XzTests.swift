import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What .xz streams are made of, and which of them are refused.
struct XzTests {
    private let text = Array("some text that is stored".utf8)

    /// Blocks of several sizes, one of them with both sizes in its header.
    private func stream() -> XzBuilder {
        var stream = XzBuilder([text, [], Array(text.prefix(5)), text + text])
        stream.blocks[3].compressedSize = UInt64(text.count * 2 + 4)
        stream.blocks[3].uncompressedSize = UInt64(text.count * 2)
        return stream
    }

    private func refusal(_ change: (inout XzBuilder) -> Void) -> SourceError.Code? {
        var stream = stream()
        change(&stream)
        return Walk.refusal(stream.build())?.code
    }

    @Test(arguments: XzCodec.Check.allCases, [0, 1, 300, 1000] as [UInt64])
    func `every block is found in streams of the encoder`(
        check: XzCodec.Check, blockSize: UInt64
    ) throws {
        var random = SeededGenerator(blockSize)
        let content = random.text(900)
        let walk = try Walk(
            XzCodec.encode(content, check: check, blockSize: blockSize), opens: false)
        let blocks = blockSize == 0 ? 1 : (900 + Int(blockSize) - 1) / Int(blockSize)
        #expect(walk.values("xz.block.filter").count == blocks)
        #expect(walk.fields("xz.index.unpadded-size").count == blocks)
        let name = [.none: "none", .crc32: "crc32", .crc64: "crc64", .sha256: "sha256"][check]
        #expect(walk.values("xz.check") == [name])
        let size: [XzCodec.Check: UInt64] = [.crc32: 4, .crc64: 8, .sha256: 32]
        let checks = walk.fields("xz.block.check")
        #expect(checks.count == (check == .none ? 0 : blocks))
        #expect(checks.allSatisfy { $0.range.length == size[check] })
        #expect(walk.fields("xz.footer.magic").count == 1)
    }

    @Test(arguments: XzCodec.Filter.allCases)
    func `filters are named and undone`(filter: XzCodec.Filter) throws {
        var random = SeededGenerator(7)
        let content = random.bytes(5000)
        let walk = try Walk(XzCodec.encode(content, filter: filter), opens: true)
        #expect(walk.contents == [content])
        #expect(walk.values("xz.block.filter").first == (filter == .delta ? "delta 03" : "x86"))
        #expect(walk.values("xz.block.filter").last?.hasPrefix("lzma2 ") == true)
    }

    @Test func `streams made by hand are taken apart`() throws {
        let walk = try Walk(stream().build(), opens: true)
        #expect(walk.contents == [text + text.prefix(5) + text + text])
        #expect(walk.fields("xz.block.header-size").count == 4)
        #expect(walk.fields("xz.block.compressed-size").count == 1)
        #expect(walk.fields("xz.index.uncompressed-size").map { $0.bytes.first } == [24, 0, 5, 48])
        var plain = stream()
        plain.flags = [0, 0]
        let unchecked = try Walk(plain.build(), opens: true)
        #expect(unchecked.contents == walk.contents)
        #expect(unchecked.fields("xz.block.check").isEmpty)
        #expect(try Walk(XzBuilder([]).build(), opens: true).contents == [[]])
    }

    @Test func `streams and padding one after another`() throws {
        let one = stream().build()
        let walk = try Walk(one + [UInt8](repeating: 0, count: 8) + one + one, opens: false)
        #expect(walk.values("xz.padding") == ["8"])
        #expect(walk.fields("xz.magic").count == 3)
        #expect(Walk.refusal(one + [0, 0, 0])?.code == .trailing)
        #expect(Walk.refusal(one + one.dropLast())?.code == .truncated)
        #expect(Walk.refusal(one + one.prefix(20))?.code == .truncated)
        #expect(Walk.refusal(one + one.prefix(3))?.code == .trailing)
    }

    @Test func `every checksum is verified`() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.headerError = 1 } == .malformed)
        #expect(refusal { $0.indexError = 1 } == .malformed)
        #expect(refusal { $0.footerError = 1 } == .malformed)
        #expect(refusal { $0.blocks[1].headerError = 1 } == .malformed)
        #expect(refusal { $0.blocks[2].checkError = 1 } == .malformed)
    }

    @Test func `what the framing says of blocks must be so`() {
        #expect(refusal { $0.records = [(40, 24)] } == .malformed)
        for place in 0..<4 {
            for (unpadded, uncompressed) in [(1, 0), (0, 1)] as [(UInt64, UInt64)] {
                #expect(
                    refusal { stream in
                        var records = XzTests.records(of: stream)
                        records[place].unpadded += unpadded
                        records[place].uncompressed += uncompressed
                        stream.records = records
                    } == .malformed)
            }
        }
        // The sum is right, the records are not.
        #expect(
            refusal { stream in
                stream.records = XzTests.records(of: stream)
                stream.records?.swapAt(0, 3)
            } == .malformed)
        #expect(refusal { $0.count = 3 } == .malformed)
        #expect(refusal { $0.count = 1 << 62 } == .malformed)
        #expect(refusal { $0.backwardSize = 1 } == .malformed)
        #expect(refusal { $0.backwardSize = .max } == .malformed)
        #expect(refusal { $0.footerFlags = [0, 4] } == .malformed)
        #expect(refusal { $0.footerMagic = [0, 0] } == .malformed)
    }

    /// The records as the builder makes them.
    private static func records(of stream: XzBuilder) -> [(unpadded: UInt64, uncompressed: UInt64)]
    {
        stream.blocks.map { block in
            let sizes = [block.compressedSize, block.uncompressedSize].compactMap { $0 }.count
            let header = (2 + sizes + block.filter.count + 3) / 4 * 4 + 4
            let data = block.content.isEmpty ? 1 : block.content.count + 4
            return (UInt64(header + data + 4), UInt64(block.content.count))
        }
    }

    @Test func `block headers that lie are refused`() {
        #expect(refusal { $0.blocks[3].compressedSize = 53 } == .malformed)
        #expect(refusal { $0.blocks[3].uncompressedSize = 47 } == .malformed)
        #expect(refusal { $0.blocks[3].uncompressedSize = 1 << 62 } == .malformed)
        #expect(refusal { $0.blocks[0].compressedSize = 1 << 62 } == .malformed)
        #expect(refusal { $0.blocks[0].headerSize = 3 } == .malformed)
        #expect(refusal { $0.blocks[0].headerSize = 255 } == .truncated)
    }

    @Test func `padding must be zero`() {
        #expect(refusal { $0.indexPadding = 1 } == .malformed)
        #expect(refusal { $0.blocks[2].padding = 1 } == .malformed)
        #expect(refusal { $0.blocks[0].headerPadding = 1 } == .unsupported)
    }

    @Test func `reserved bits, checks and filters are not guessed at`() {
        #expect(refusal { $0.flags = [1, 1] } == .unsupported)
        #expect(refusal { $0.flags = [0, 0x11] } == .unsupported)
        #expect(refusal { $0.flags = [0, 2] } == .unsupported)
        #expect(refusal { $0.blocks[0].reservedFlags = 4 } == .unsupported)
        #expect(refusal { $0.blocks[0].filter = [0x20, 0] } == .unsupported)
        // A dictionary of 4 GiB is past the limit of memory.
        #expect(refusal { $0.blocks[0].filter = [0x21, 1, 40] } == .limit)
    }

    @Test func `many blocks become coarse tiles, and stay an anatomy`() throws {
        let bytes = XzBuilder([[UInt8]](repeating: [0x61], count: 3000)).build()
        // All tiles wait while the content is read.
        let read = try Walk(bytes, opens: true)
        #expect(read.contents == [[UInt8](repeating: 0x61, count: 3000)])
        #expect(read.ranges.count < 5000)
        #expect(read.ranges.last?.end == UInt64(bytes.count))
        let passed = try Walk(bytes, opens: false)
        #expect(passed.fields("xz.block.filter").count > 1000)
        #expect(passed.ranges.last?.end == UInt64(bytes.count))
    }
}
