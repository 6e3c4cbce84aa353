import Bytes
import Codecs
import TestSupport
import Testing

/// The codecs, each with its encoder.
enum Codec: String, CaseIterable, Sendable {
    case deflate, xz, zstd, bzip2, lz4, lzip

    func encode(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .deflate: Deflate.encode(bytes)
        case .xz: XzCodec.encode(bytes, level: 1)
        case .zstd: ZstdCodec.encode(bytes)
        case .bzip2: Bzip2Codec.encode(bytes)
        case .lz4: Lz4Codec.encode(bytes)
        case .lzip: LzipCodec.encode(bytes)
        }
    }

    func decoder(_ reader: ByteReader) -> Decoder {
        switch self {
        case .deflate: Inflate(reader)
        case .xz: Unxz(reader)
        case .zstd: Unzstd(reader)
        case .bzip2: Unbzip2(reader)
        case .lz4: Unlz4(reader)
        case .lzip: Unlzip(reader)
        }
    }

    func decode(_ reader: ByteReader) throws -> [UInt8] {
        let decoder = decoder(reader)
        var content: [UInt8] = []
        while let chunk = try decoder.next() {
            #expect(!chunk.isEmpty)
            content += chunk
        }
        #expect(try decoder.next() == nil)
        #expect(decoder.isFinished)
        return content
    }

    func decode(_ bytes: [UInt8]) throws -> [UInt8] {
        try decode(ByteReader(RangeSource(MemorySource(bytes))))
    }
}

/// Gives out pieces of one byte.
private final class Dripping: BufferedSource {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }
    override func produce() throws(SourceError) -> Chunk? { rest.popFirst().map { [$0][...] } }
}

struct DecoderTests {
    @Test(arguments: Codec.allCases, 0..<6)
    func `decodes what was encoded, in pieces of any size`(codec: Codec, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let sizes = [0, 1, 2, 500, 33_000, 300_000]
        let content =
            seed.isMultiple(of: 2)
            ? random.text(sizes[Int(seed)]) : random.bytes(sizes[Int(seed)])
        let packed = codec.encode(content)
        #expect(try codec.decode(packed) == content)
        if content.count < 1000 {
            #expect(try codec.decode(ByteReader(Dripping(packed))) == content)
        }
    }

    @Test(arguments: Codec.allCases)
    func `takes its stream to the last byte and none after`(codec: Codec) throws {
        let content = Array("some text".utf8)
        let packed = codec.encode(content)
        for tail: [UInt8] in [[0xaa], [0, 0, 0, 0], packed] {
            let reader = ByteReader(RangeSource(MemorySource(packed + tail)))
            #expect(try codec.decode(reader) == content)
            #expect(reader.offset == UInt64(packed.count))
            #expect(try reader.take(tail.count, "tail") == tail)
        }
    }

    @Test(arguments: Codec.allCases)
    func `every cut is an error`(codec: Codec) {
        let packed = codec.encode(Array("some text that is some text".utf8))
        for cut in 0..<packed.count {
            #expect(throws: SourceError.self, "\(codec) \(cut)") {
                try codec.decode(Array(packed.prefix(cut)))
            }
        }
    }

    @Test(arguments: [Codec.xz, .zstd, .bzip2, .lz4, .lzip])
    func `no flip of a checked stream yields another content`(codec: Codec) {
        var random = SeededGenerator(3)
        let content = random.text(300)
        let packed = codec.encode(content)
        for place in packed.indices {
            var damaged = packed
            damaged[place] ^= 1 << UInt8(random.below(8))
            guard let decoded = try? codec.decode(damaged) else { continue }
            #expect(decoded == content, "\(codec) \(place)")
        }
    }

    @Test(arguments: Codec.allCases, 0..<20)
    func `garbage is an error and never a crash`(codec: Codec, seed: UInt64) {
        var random = SeededGenerator(seed)
        let head = codec.encode(random.text(60)).prefix(random.below(12))
        let bytes = Array(head) + random.bytes(200)
        // Deflate has no mark: some garbage is a stream.
        let decoded = try? codec.decode(ByteReader(RangeSource(MemorySource(bytes))))
        if codec != .deflate { #expect(decoded == nil) }
    }

    @Test func `what is skipped was decoded`() throws {
        let content = Array("0123456789".utf8)
        let decoder = Inflate(ByteReader(RangeSource(MemorySource(Deflate.encode(content)))))
        #expect(try decoder.skip(4) == 4)
        #expect(try decoder.next().map { Array($0) } == Array("456789".utf8))
        #expect(try decoder.skip(1) == 0)
    }

    /// libzstd looks at the size only where it is given the whole frame, or the last block is not
    /// empty.
    @Test func `a zstd frame of another size than it declares is refused in pieces too`() {
        let frame: [UInt8] = [
            0x28, 0xb5, 0x2f, 0xfd, 0x60, 0xfd, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
        ]
        for source in [Dripping(frame), RangeSource(MemorySource(frame))] as [any Source] {
            let error = #expect(throws: SourceError.self) {
                try Codec.zstd.decode(ByteReader(source))
            }
            #expect(error?.code == .malformed)
        }
    }

    @Test(arguments: XzCodec.Check.allCases)
    func `every check of xz is verified`(check: XzCodec.Check) throws {
        let content = Array("checked".utf8)
        let packed = XzCodec.encode(content, check: check)
        #expect(try Codec.xz.decode(packed) == content)
    }

    @Test func `an xz check that nobody knows is refused`() {
        // Stream flags with check 2, which is reserved; the header's CRC-32 is put right.
        var packed = XzCodec.encode(Array("text".utf8), check: .crc32)
        packed[7] = 2
        packed.replaceSubrange(8..<12, with: little(UInt64(Deflate.crc32([0, 2])), 4))
        let error = #expect(throws: SourceError.self) { try Codec.xz.decode(packed) }
        #expect(error?.code == .unsupported)
    }
}

struct CRC32Tests {
    @Test(arguments: 0..<20)
    func `agrees with the definition`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(random.below(400))
        #expect(CRC32.of(bytes) == Deflate.crc32(bytes))
        var crc = CRC32()
        let cut = bytes.count / 3
        crc.update(bytes[..<cut])
        crc.update(bytes[cut...])
        #expect(crc.value == Deflate.crc32(bytes))
    }
}
