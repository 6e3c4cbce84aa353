import Bytes
import Hashing
import TestSupport
import Testing

struct LaneTests {
    private enum Fault: Error { case open, read, finish }

    /// What a message does when it is read.
    private enum Fate: CaseIterable {
        case whole, givenUp, failsToOpen, failsToRead, failsInTheEnd
    }

    /// Bytes in memory that are read in the pieces that a lane asks for.
    private struct MemoryInput: LaneInput {
        let bytes: [UInt8]
        let fate: Fate
        /// Where a message that ends early does so.
        let end: Int
        var offset = 0

        var size: UInt64 { UInt64(bytes.count) }

        mutating func read(into piece: UnsafeMutableRawBufferPointer) throws(Fault) -> Bool {
            precondition(offset + piece.count <= bytes.count, "more was asked for than is left")
            if offset + piece.count >= end {
                if fate == .givenUp { return false }
                if fate == .failsToRead { throw .read }
            }
            piece.copyBytes(from: bytes[offset..<offset + piece.count])
            offset += piece.count
            return true
        }

        func finish() throws(Fault) {
            precondition(offset == bytes.count, "the end came early")
            if fate == .failsInTheEnd { throw .finish }
        }
    }

    @Test(arguments: SHA256KernelTests.all.compactMap(\.self), [1, 3])
    func `messages of all lengths get their own digests, whatever becomes of others`(
        kernel: SHA256Kernel, jobs: Int
    ) {
        var random = SeededGenerator(UInt64(jobs))
        var messages: [(bytes: [UInt8], fate: Fate, end: Int)] = []
        for index in 0..<400 {
            // Pieces have 64 KiB: some messages are a few of them, and some end on their edge.
            let size =
                index < 200
                ? index : index.isMultiple(of: 9) ? 65_536 * random.below(4) : random.below(200_000)
            let fate = index.isMultiple(of: 3) ? Fate.allCases[random.below(5)] : .whole
            messages.append((random.bytes(size), fate, random.below(size + 1)))
        }
        let all = messages
        // The thread sanitizer does not see who waits for whom at a contended Mutex.
        let opened = BoundedQueue<Int>(capacity: 2 * all.count)
        let sizes = all.indices.map { $0 == 7 ? nil : UInt64(all[$0].bytes.count) }
        let found = kernel.digests(sizes: sizes, jobs: jobs) { (index: Int) throws(Fault) in
            opened.push(index)
            if all[index].fate == .failsToOpen { throw .open }
            return MemoryInput(bytes: all[index].bytes, fate: all[index].fate, end: all[index].end)
        }
        #expect(found.count == all.count)
        opened.close()
        var times = [Int](repeating: 0, count: all.count)
        while let index = opened.pop() { times[index] += 1 }
        for (index, result) in found.enumerated() {
            guard times[index] == 1 else {
                #expect((try? result.get()) == .some(nil), "\(index) was left out")
                continue
            }
            let right = SHA256.digest(of: all[index].bytes)
            switch (all[index].fate, result) {
            case (.whole, .success(right)), (.givenUp, .success(nil)),
                (.failsToOpen, .failure(.open)), (.failsToRead, .failure(.read)),
                (.failsInTheEnd, .failure(.finish)):
                break
            default:
                Issue.record("\(kernel), message \(index) of \(all[index].bytes.count): \(result)")
            }
        }
        #expect(times[7] == 0 && times.allSatisfy { $0 <= 1 })
        #expect(times.count { $0 == 1 } > 300, "too many were left to libcrypto")
    }

    @Test(arguments: SHA256KernelTests.all.compactMap(\.self))
    func `one large message among small ones is left to libcrypto`(kernel: SHA256Kernel) {
        let small = [UInt8](repeating: 1, count: 100)
        let sizes: [UInt64?] = [10_000_000] + Array(repeating: 100, count: 200)
        let found = kernel.digests(sizes: sizes, jobs: 2) { (_: Int) throws(Fault) in
            MemoryInput(bytes: small, fate: .whole, end: 0)
        }
        let digests = found.map { try? $0.get() }
        #expect(digests.first == .some(.some(nil)))
        #expect(digests.dropFirst().allSatisfy { $0 == SHA256.digest(of: small) })
    }
}
