import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What frames of zstd and LZ4, members of lzip and zlib streams are made of, and which are
/// refused.
struct FrameTests {
    private let text = Array("some text that is some text that is some text".utf8)

    private func code(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError.Code? {
        Walk.refusal(bytes, limits)?.code
    }

    // MARK: zstd

    @Test(arguments: [false, true])
    func `zstd frames are taken apart`(hasChecksum: Bool) throws {
        let frame = ZstdCodec.encode(text, hasChecksum: hasChecksum)
        let skippable: [UInt8] = [0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]
        let walk = try Walk(skippable + frame + frame, opens: true)
        #expect(walk.contents == [text + text])
        #expect(walk.fields("zstd.skippable").map { Array($0.bytes) } == [skippable])
        #expect(walk.fields("zstd.magic").count == 2)
        #expect(walk.fields("zstd.block").count == 2)
        #expect(walk.fields("zstd.checksum").count == (hasChecksum ? 2 : 0))
    }

    @Test func `zstd frames that cannot be decoded are refused for a reason`() {
        let frame = ZstdCodec.encode(text)
        // Single segment, a checksum, one byte of size: 45.
        #expect(frame[4] == 0x24 && frame[5] == 45)
        func changed(_ place: Int, _ byte: UInt8) -> [UInt8] {
            var bytes = frame
            bytes[place] = byte
            return bytes
        }
        #expect(code(changed(5, 44)) == .malformed)
        #expect(code(changed(4, 0x2c)) == .unsupported, "a reserved bit")
        #expect(code(changed(frame.count - 1, frame[frame.count - 1] ^ 1)) == .malformed)
        // A window of 256 MiB; a dictionary with the number 9.
        #expect(code(Array(frame[..<4]) + [0x04, 18 << 3] + frame[6...]) == .limit)
        #expect(code(Array(frame[..<4]) + [0x25, 9] + frame[5...]) == .unsupported)
        #expect(code(changed(0, 0x27)) == .unsupported, "version 0.7")
        #expect(code(frame + changed(0, 0x22)) == .unsupported)
        #expect(code(frame + [0]) == .trailing)
        #expect(code(frame + frame.dropLast()) == .truncated)
        var limits = Limits()
        limits.headerSize = 64
        #expect(code(frame + [0x50, 0x2a, 0x4d, 0x18, 57, 0, 0, 0], limits) == .limit)
        #expect(code(frame + [0x50, 0x2a, 0x4d, 0x18, 56, 0, 0, 0], limits) == .truncated)
    }

    // MARK: LZ4

    @Test func `LZ4 frames are taken apart`() throws {
        let detailed = Lz4Codec.encode(text, isDetailed: true)
        let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]
        let walk = try Walk(skippable + detailed + Lz4Codec.encode(text), opens: true)
        #expect(walk.contents == [text + text])
        #expect(walk.fields("lz4.skippable").count == 1)
        #expect(walk.fields("lz4.content-size").count == 1)
        #expect(walk.fields("lz4.block-checksum").count == 1)
        #expect(walk.fields("lz4.checksum").count == 2)
        let flags = walk.values("lz4.flags")
        #expect(flags.first == "independent, block checksums, content size, checksum")
        #expect(walk.values("lz4.block-size").filter { $0 == "end" }.count == 2)
    }

    @Test func `everything that LZ4 frames say is verified`() {
        let frame = Lz4Codec.encode(text, isDetailed: true)
        for place in 4..<frame.count {
            for bit in 0..<8 {
                var damaged = frame
                damaged[place] ^= 1 << bit
                #expect(code(damaged) != nil, "bit \(bit) of byte \(place)")
            }
        }
        func flagged(_ bit: UInt8) -> [UInt8] {
            var bytes = frame
            bytes[4] ^= bit
            return bytes
        }
        for bit: UInt8 in [0x80, 0x40, 0x02, 0x01] { #expect(code(flagged(bit)) == .unsupported) }
        #expect(code([2, 0x21, 0x4c, 0x18] + frame) == .unsupported)
        #expect(code(frame + [2, 0x21, 0x4c, 0x18]) == .unsupported)
        #expect(code(frame + [0]) == .trailing)
        #expect(code(frame + frame.dropLast()) == .truncated)
    }

    // MARK: lzip

    @Test func `lzip members are taken apart and verified`() throws {
        let member = LzipCodec.encode(text, dictionary: 0x34)
        let walk = try Walk(member + LzipCodec.encode(text), opens: true)
        #expect(walk.contents == [text + text])
        #expect(walk.values("lzip.dictionary") == ["983040", "1048576"])
        #expect(walk.fields("lzip.member-size").map(\.range.end).last == walk.ranges.last?.end)
        for place in member.count - 20..<member.count {
            var damaged = member
            damaged[place] ^= 0x40
            #expect(code(damaged) == .malformed)
        }
        for version: UInt8 in [0, 2] {
            var other = member
            other[4] = version
            #expect(code(other) == .unsupported)
            #expect(code(member + other) == .unsupported)
        }
        #expect(code(member + Array("LZIP".utf8)) == .truncated)
        #expect(code(member + Array("behind".utf8)) == .trailing)
        #expect(code(member + [0]) == .trailing)
        var wide = member
        wide[5] = 29
        #expect(code(wide) == .limit)
        wide[5] = 30
        #expect(code(wide) == .malformed)
    }

    // MARK: zlib

    private func isZlib(_ bytes: [UInt8]) -> Bool {
        Format.accounted.recognize(bytes.prefix(Format.lookahead))?.name == "zlib"
    }

    @Test func `zlib is recognized by trial`() {
        let stream = ZlibCodec.encode(text)
        #expect(isZlib(stream))
        #expect(isZlib(ZlibCodec.encode([])))
        for cut in 0..<stream.count { #expect(!isZlib(Array(stream.prefix(cut)))) }
        #expect(!isZlib(stream + [0]))
        for place in stream.indices {
            var damaged = stream
            damaged[place] ^= 1
            #expect(!isZlib(damaged), "\(place)")
        }
        #expect(!isZlib(ZlibCodec.header(flevel: 2) + [3]))
        var random = SeededGenerator(5)
        let long = ZlibCodec.encode(random.bytes(60_000))
        #expect(isZlib(long))
        #expect(isZlib(long + [0]) && code(long + [0]) == .trailing)
        #expect(code(long.dropLast()) == .truncated)
        #expect(code(long.dropLast() + [long[long.count - 1] ^ 1]) == .malformed)
    }

    @Test(arguments: 0..<4)
    func `random data is no zlib`(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<2500 {
            let size = seed < 3 ? random.below(300) : Format.lookahead
            #expect(!isZlib([0x78, 0x9c] + random.bytes(size)))
            if seed == 3, random.once(in: 20) { break }
        }
    }

    @Test func `a window that is too small for the data is refused`() {
        var random = SeededGenerator(8)
        let part = random.bytes(300)
        let far = part + random.bytes(100) + part
        // 400 bytes back: in a window of 512 bytes, not in one of 256.
        #expect(isZlib(ZlibCodec.encode(far, window: 9)))
        #expect(!isZlib(ZlibCodec.encode(far, window: 8)))
        let filler = random.bytes(50_000)
        #expect(code(ZlibCodec.encode(filler + far, window: 9)) == nil)
        #expect(code(ZlibCodec.encode(filler + far, window: 8)) == .malformed)
    }

    private func code(_ bytes: ArraySlice<UInt8>) -> SourceError.Code? { code(Array(bytes)) }

    // MARK: gzip and bzip2

    @Test func `gzip headers are taken apart`() throws {
        var builder = GzipBuilder()
        builder.flags = 1
        builder.extra = Array("AB".utf8) + [2, 0, 7, 7] + Array("CD".utf8) + [0, 0]
        let walk = try Walk(builder.build(text), opens: false)
        #expect(walk.fields("gzip.extra").map(\.range.length) == [6, 4])
        #expect(walk.values("gzip.text") == ["1"])
        builder.extra = Array("AB".utf8) + [3, 0, 7, 7]
        let odd = try Walk(builder.build(text), opens: false)
        #expect(odd.fields("gzip.extra").map(\.range.length) == [8])
        builder.flags = 0x20
        #expect(!Format.gzip.matches(builder.build(text)[...]))
        #expect(code(GzipBuilder().build(text) + builder.build(text)) == .unsupported)
    }

    @Test func `bzip2 streams are taken apart`() throws {
        let walk = try Walk(
            Bzip2Codec.encode(text, level: 1) + Bzip2Codec.encode([], level: 9), opens: true)
        #expect(walk.contents == [text])
        #expect(walk.values("bzip2.block-size") == ["100000", "900000"])
    }
}
