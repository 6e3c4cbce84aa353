import Bytes
import Hashing
import TestSupport
import Testing

/// Each kernel beside a plain loop, at all lengths and from places that are not aligned.
struct LineKernelTests {
    private func isPlainText(_ bytes: Chunk) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 ? $0 != 0x7f : (0x09...0x0d).contains($0) || $0 == 0x1b }
    }

    @Test(arguments: [0, 1, 7])
    func `counts and ends agree with plain loops`(misaligned: Int) {
        var random = SeededGenerator(UInt64(misaligned))
        for length in 0..<700 {
            let all = (0..<misaligned + length).map { _ in UInt8(random.below(3)) }
            let left = all.dropFirst(misaligned)
            var other = [UInt8](repeating: 9, count: 3) + left
            for _ in 0..<random.below(9) where length > 0 { other[3 + random.below(length)] ^= 1 }
            let right = other.dropFirst(3)
            #expect(left.count(of: 1) == left.filter { $0 == 1 }.count)
            #expect(left.lastIndex(ofByte: 2) == left.lastIndex(of: 2))
            let differs = zip(left, right).map { $0 != $1 }
            let runs = zip(differs, differs.dropFirst()).count { !$0 && $1 }
            #expect(differingRuns(left, right) == runs)
            let equal = differs.reversed().prefix { !$0 }.count
            #expect(commonSuffix(left, right) == equal)
            #expect(
                commonSuffix(left.dropFirst(length / 2), right) == min(equal, length - length / 2))
        }
    }

    @Test func `long ends are found to the byte`() {
        var random = SeededGenerator(1)
        let left = random.bytes(20_000)
        for _ in 0..<200 {
            let place = random.below(left.count)
            var right = left
            right[place] ^= 0x10
            #expect(commonSuffix(left[...], right[...]) == left.count - place - 1)
        }
        #expect(commonSuffix(left[...], left[...]) == left.count)
    }

    @Test func `text is told by every byte at every place`() {
        for byte in UInt8.min...UInt8.max {
            for place in [0, 1, 100, 191, 192, 383, 399] {
                var bytes = [UInt8](repeating: 0x61, count: 400)
                bytes[place] = byte
                #expect(bytes[...].isTextual == isPlainText(bytes[...]), "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: 0..<40)
    func `lines are hashed one by one, however many at a time`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let bytes = (0..<random.below(3_000)).map { _ in UInt8(random.below(30)) }
        var hasher = LineHasher(capacity: 1 + random.below(9))
        var found: [UInt64] = []
        var end = 0
        let used = hasher.hash(bytes[...]) { hashes, ends, at in
            found += hashes
            end = at + Int(ends.last ?? 0)
        }
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
            $0 + [0x0a]
        }
        lines.removeLast()
        #expect(found == lines.map { $0[...].tableHash })
        #expect(used == lines.reduce(0) { $0 + $1.count } && used == end)
    }

    @Test func `hashes of short lines tell them apart`() {
        var random = SeededGenerator(2)
        var seen: [UInt64: [UInt8]] = [:]
        for length in 0..<80 {
            let bytes = random.bytes(length)
            seen[bytes[...].tableHash] = bytes
            for place in 0..<length {
                var other = bytes
                other[place] ^= 1 << UInt8(random.below(8))
                #expect(seen.updateValue(other, forKey: other[...].tableHash) == nil)
            }
        }
    }
}
