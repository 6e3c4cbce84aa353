import Bytes
import Codecs
import TestSupport
import Testing

/// Gives out pieces of random sizes.
private final class Pieces: BufferedSource {
    private var rest: ArraySlice<UInt8>
    private var random: SeededGenerator
    private let limit: Int

    init(_ bytes: [UInt8], seed: UInt64) {
        rest = bytes[...]
        random = SeededGenerator(seed)
        limit = random.pick(bytes.count < 5000 ? [1, 2, 9, 300] : [700, 9000, 100_000])
    }

    override func produce() throws(SourceError) -> Chunk? {
        guard !rest.isEmpty else { return nil }
        let piece = rest.prefix(1 + random.below(limit))
        rest = rest.dropFirst(piece.count)
        return piece
    }
}

/// Inflating is as strict as zlib is, to the bit.
struct InflateTests {
    /// What a stream yields, and its length; `nil` if it is refused.
    private struct Outcome: Equatable {
        var content: [UInt8]
        var used: Int
    }

    private func inflate(_ bytes: [UInt8], seed: UInt64) throws -> Outcome? {
        let reader = ByteReader(Pieces(bytes, seed: seed))
        let decoder = Inflate(reader)
        var content: [UInt8] = []
        do throws(SourceError) {
            while let chunk = try decoder.next() { content += chunk }
        } catch {
            #expect(error.code == .malformed || error.code == .truncated)
            return nil
        }
        let tail = try reader.take(bytes.count - Int(reader.offset), "the tail")
        #expect(Array(bytes.suffix(tail.count)) == tail)
        return Outcome(content: content, used: bytes.count - tail.count)
    }

    private func judge(_ bytes: [UInt8]) -> Outcome? {
        Deflate.decode(bytes[...]).map { Outcome(content: $0.content, used: $0.used) }
    }

    /// Whether both came to the same, and to what.
    private func agrees(_ bytes: [UInt8], seed: UInt64) throws -> Bool {
        let expected = judge(bytes)
        let isSame = try inflate(bytes, seed: seed) == expected
        #expect(isSame, "seed \(seed): \(bytes.prefix(3000))")
        return expected != nil
    }

    @Test(arguments: 0..<40)
    func `takes and refuses what zlib does of forged blocks`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var taken = 0
        for _ in 0..<50 {
            let stream = DeflateForge.stream(&random)
            if try agrees(stream, seed: random.next()) { taken += 1 }
        }
        #expect((5..<45).contains(taken))
    }

    @Test(arguments: 0..<20)
    func `takes and refuses what zlib does of damaged streams`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let content =
            random.once(in: 4)
            ? random.bytes(random.below(9000)) : random.text(random.below(90_000))
        let packed = Deflate.encode(
            content, level: Int32(random.below(10)), strategy: random.pick([0, 0, 2, 4]))
        #expect(try agrees(packed + random.bytes(random.below(20)), seed: seed))
        for _ in 0..<10 {
            let damaged = Mutation(to: packed, &random).applied(to: packed)
            _ = try agrees(damaged, seed: random.next())
        }
    }

    /// Every way to write a code that stands for nothing.
    @Test func `codes that stand for nothing are refused`() throws {
        // Fixed codes: lengths 286 and 287, distances 30 and 31 behind a length.
        let fixed: [[(value: Int, size: Int)]] = [
            [(0xc6, 8)], [(0xc7, 8)], [(1, 7), (30, 5)], [(1, 7), (31, 5)],
        ]
        for codes in fixed {
            var writer = BitWriter()
            DeflateForge.stored(&writer, [UInt8](repeating: 7, count: 40_000), isLast: false)
            writer.add(3, 3)
            for code in codes { writer.add(code: code) }
            writer.add(0, 200)
            #expect(try !agrees(writer.bytes, seed: 1))
        }
        // A lone distance, used by its other value; no distance, and one is used; a lone literal.
        for (distances, isEnd) in [([1], false), ([0], false), ([0, 0, 1], false), ([1], true)] {
            for next in [0, 1] {
                var random = SeededGenerator(1)
                var literals = [Int](repeating: 0, count: 258)
                literals[256] = 1
                if !isEnd { literals[257] = 1 }
                var writer = BitWriter()
                DeflateForge.stored(&writer, [1, 2, 3, 4], isLast: false)
                DeflateForge.header(
                    &writer, isLast: true, literals: literals, distances: distances, .complete,
                    &random)
                if !isEnd { writer.add(1, 1) }
                writer.add(next, 1)
                writer.add(0, 200)
                let isTaken = next == 0 && (isEnd || distances != [0])
                #expect(try agrees(writer.bytes, seed: 1) == isTaken)
            }
        }
    }

    @Test(arguments: [32_767, 32_768, 32_769], [32_768, 32_769])
    func `a match reaches back no further than what there is`(before: Int, distance: Int) throws {
        var random = SeededGenerator(9)
        let content = random.bytes(before)
        var writer = BitWriter()
        DeflateForge.stored(&writer, content, isLast: false)
        writer.add(3, 3)
        // Three bytes from distance code 29, whose range ends at 32768.
        writer.add(code: (1, 7))
        writer.add(code: (29, 5))
        writer.add(min(distance, 32_768) - 24_577, 13)
        if distance > 32_768 { writer.add(code: (1, 7)); writer.add(code: (30, 5)) }
        writer.add(0, 7)
        let isTaken = before >= 32_768 && distance <= 32_768
        for seed in 0..<8 as Range<UInt64> {
            #expect(try agrees(writer.bytes, seed: seed) == isTaken)
        }
    }

    @Test(arguments: [Int32(0), 1, 6, 9], [Int32(0), 2, 4])
    func `every cut of every kind of block is an error`(level: Int32, strategy: Int32) throws {
        var random = SeededGenerator(4)
        let packed = Deflate.encode(random.text(400), level: level, strategy: strategy)
        for cut in packed.indices {
            let part = Array(packed.prefix(cut))
            #expect(throws: SourceError.self, "\(cut)") {
                let decoder = Inflate(ByteReader(Pieces(part, seed: UInt64(cut))))
                while try decoder.next() != nil {}
            }
        }
    }

    /// isa-l reads ahead, and must not keep what it has read while the output is given out.
    @Test(arguments: [32_768, 65_536, 294_912], [Int32(0), 2, 4])
    func `a stream may end where a buffer does`(size: Int, strategy: Int32) throws {
        var random = SeededGenerator(UInt64(size))
        let content = random.bytes(20) + random.text(size + 4)
        for cut in size - 4...size + 4 {
            let content = Array(content.prefix(cut))
            let packed = Deflate.encode(content, strategy: strategy)
            for seed in 0..<2 as Range<UInt64> {
                let outcome = try inflate(packed + random.bytes(9), seed: seed)
                #expect(outcome == Outcome(content: content, used: packed.count))
            }
        }
    }

    /// Long enough for a block to go on over several buffers, and for isa-l to give way to zlib.
    @Test(arguments: [0, 1, 200, 5000], 0..<3)
    func `blocks of any size join`(size: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var writer = BitWriter()
        var content: [UInt8] = []
        for _ in 0..<100 {
            let piece = random.text(size)
            content += piece
            DeflateForge.stored(&writer, piece, isLast: false)
            // An empty block of fixed codes, so that the next one begins inside a byte.
            writer.add(2, 10)
        }
        writer.add(3, 10)
        let outcome = try inflate(writer.bytes, seed: seed)
        #expect(outcome == Outcome(content: content, used: writer.bytes.count))
    }
}

struct Adler32Tests {
    @Test(arguments: [0, 1, 15, 16, 63, 64, 65, 5552, 5553, 100_000])
    func `agrees with the definition`(size: Int) {
        var random = SeededGenerator(UInt64(size))
        let bytes = size > 5000 ? [UInt8](repeating: 255, count: size) : random.bytes(size)
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        var sum = Adler32()
        let cut = bytes.count / 3
        sum.update(bytes[..<cut])
        sum.update(bytes[cut...])
        #expect(sum.value == high << 16 | low)
    }
}
