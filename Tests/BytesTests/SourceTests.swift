import Bytes
import TestSupport
import Testing

/// Gives out chunks of given sizes, then fails or ends.
private final class Pieces: BufferedSource {
    private var rest: ArraySlice<UInt8>
    private var sizes: [Int]
    private let failure: SourceError?
    init(_ bytes: [UInt8], _ sizes: [Int], failure: SourceError? = nil) {
        rest = bytes[...]
        self.sizes = sizes
        self.failure = failure
    }
    override func produce() throws(SourceError) -> Chunk? {
        guard !rest.isEmpty else {
            if let failure { throw failure }
            return nil
        }
        let size = sizes.isEmpty ? 1 : sizes.removeFirst()
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size)
    }
}

/// Chunks without end, counted.
private final class Endless: Source, @unchecked Sendable {
    private(set) var given = 0
    func next() throws(SourceError) -> Chunk? {
        given += 1
        return [UInt8(truncatingIfNeeded: given)]
    }
    func skip(_ count: UInt64) throws(SourceError) -> UInt64 { count }
}

private func all(_ source: any Source) throws(SourceError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try source.next() { bytes += chunk }
    return bytes
}

struct ByteReaderTests {
    @Test(arguments: 0..<100)
    func `takes what it should, however the source is cut`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(random.below(300))
        let sizes = (0..<300).map { _ in 1 + random.below(20) }
        let reader = ByteReader(Pieces(bytes, sizes))
        var at = 0
        while at < bytes.count {
            #expect(reader.offset == UInt64(at))
            let count = random.below(40)
            let end = min(bytes.count, at + count)
            switch random.below(4) {
            case 0:
                #expect(try Array(reader.peek(count)) == Array(bytes[at..<end]))
            case 1 where end - at == count:
                #expect(try reader.take(count, "x") == Array(bytes[at..<end]))
                at = end
            case 2:
                #expect(try reader.skip(UInt64(count)) == UInt64(end - at))
                at = end
            default:
                let chunk = try reader.takeChunk(atMost: UInt64(count))
                #expect((chunk == nil) == (count == 0))
                let taken = chunk.map { Array($0) } ?? []
                #expect(taken.elementsEqual(bytes[at..<at + taken.count]))
                #expect(taken.count <= count)
                at += taken.count
            }
        }
        #expect(try reader.peekChunk() == nil)
        #expect(try reader.next() == nil)
        #expect(try reader.skip(5) == 0)
    }

    @Test func `an end inside says where and of what`() {
        let reader = ByteReader(Pieces([1, 2, 3], [2]))
        let error = #expect(throws: SourceError.self) { try reader.take(5, "a header") }
        #expect(error?.code == .truncated && error?.offset == 3)
        #expect(error?.message == "the data ends inside a header, after 3 of 5 bytes")
        #expect(reader.offset == 0)
    }
}

struct RandomSourceTests {
    @Test func `a range of a source`() throws {
        let source = MemorySource(Array(0..<100))
        #expect(try all(RangeSource(source, ByteRange(10, to: 13))) == [10, 11, 12])
        let range = RangeSource(source, ByteRange(10, to: 20))
        #expect(try range.skip(8) == 8)
        #expect(try range.skip(8) == 2)
        #expect(try range.next() == nil)
        #expect(throws: SourceError.self) { try source.read(ByteRange(99, to: 101)) }
    }

    @Test func `long ranges come whole`() throws {
        var random = SeededGenerator(1)
        let bytes = random.bytes(700_000)
        #expect(try all(RangeSource(MemorySource(bytes))) == bytes)
    }

    @Test func `files are read by offset and watched`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("f", Array(0..<200))
        let file = try FileSource(path: path)
        #expect(file.size == 200)
        #expect(try file.read(ByteRange(start: 100, length: 3)) == [100, 101, 102])
        try file.checkUnchanged()
        try folder.file("f", [1])
        let error = #expect(throws: SourceError.self) { try file.checkUnchanged() }
        #expect(error?.code == .changed)
        let short = #expect(throws: SourceError.self) { try file.read(ByteRange(0, to: 200)) }
        #expect(short?.code == .changed)
        #expect(throws: SourceError.self) { try file.read(ByteRange(0, to: 201)) }
        try folder.pipe("p")
        // Not opened for reading to wait for a writer: refused at once.
        #expect(throws: SourceError.self) { try FileSource(path: folder.path(of: "p")) }
        #expect(throws: SourceError.self) { try FileSource(path: folder.path) }
        try folder.link("l", to: "f")
        #expect(throws: SourceError.self) {
            try FileSource(path: folder.path(of: "l"), followsLinks: false)
        }
    }
}

struct SpoolTests {
    @Test(arguments: [0, 1, Spool.memoryLimit - 1, Spool.memoryLimit, Spool.memoryLimit + 1])
    func `what is kept is what was given, in memory or in a file`(size: Int) throws {
        let folder = try TemporaryFolder()
        let spool = Spool(folder: folder.path, budget: 1 << 30)
        var bytes = [UInt8](repeating: 0, count: size)
        for index in stride(from: 0, to: size, by: 4093) {
            bytes[index] = UInt8(truncatingIfNeeded: index / 4093)
        }
        let kept = try spool.keep(RangeSource(MemorySource(bytes)))
        #expect(kept.size == UInt64(size))
        #expect(try all(RangeSource(kept)) == bytes)
        #expect(throws: SourceError.self) { try kept.read(ByteRange(0, to: UInt64(size) + 1)) }
    }

    @Test func `many items share one file, and none sees another's bytes`() throws {
        let spool = Spool(folder: "/tmp", budget: 1 << 30)
        var random = SeededGenerator(3)
        // More than all items together may have in memory.
        var items: [(item: SpoolItem, bytes: [UInt8])] = []
        for round in 0..<40 {
            let bytes = [UInt8](
                repeating: UInt8(round), count: 3 << 20 | Int(random.below(1 << 18)))
            let item = spool.begin()
            for start in stride(from: 0, to: bytes.count, by: 700_001) {
                try item.append(bytes[start..<min(start + 700_001, bytes.count)])
            }
            items.append((item, bytes))
            // Slabs that were given back are used again.
            if round.isMultiple(of: 5) { items.removeFirst() }
        }
        for (item, bytes) in items {
            #expect(try item.read(ByteRange(0, to: item.size)) == bytes)
            let middle = ByteRange(start: (1 << 20) - 3, length: 2 << 20)
            #expect(try item.read(middle).allSatisfy { $0 == bytes[0] })
        }
    }

    @Test func `a folder that is missing matters only past the memory`() throws {
        let spool = Spool(folder: "/nonexistent/folder", budget: 1 << 30)
        let item = spool.begin()
        try item.append([UInt8](repeating: 1, count: Spool.memoryLimit)[...])
        let error = #expect(throws: SourceError.self) { try item.append([1]) }
        #expect(error?.code == .io && error?.message.contains("--work") == true)
    }

    @Test func `the budget is shared, kept, and given back`() throws {
        let spool = Spool(folder: "/tmp", budget: 100)
        let first = spool.begin()
        try first.append([UInt8](repeating: 1, count: 60)[...])
        do {
            let second = spool.begin()
            try second.append([UInt8](repeating: 2, count: 40)[...])
            let error = #expect(throws: SourceError.self) { try second.append([3]) }
            #expect(error?.code == .limit && error?.message.contains("--spool") == true)
            // What was refused is not counted.
            #expect(second.size == 40)
        }
        let third = spool.begin()
        try third.append([UInt8](repeating: 4, count: 40)[...])
        #expect(throws: SourceError.self) { try third.append([5]) }
        #expect(try first.finish().read(ByteRange(58, to: 60)) == [1, 1])
    }
}

struct PrefetchTests {
    @Test(arguments: 0..<20)
    func `reads the same ahead`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(random.below(500))
        let sizes = (0..<500).map { _ in 1 + random.below(40) }
        let source = PrefetchSource(Pieces(bytes, sizes))
        #expect(try all(source) == bytes)
        #expect(try source.next() == nil)
    }

    @Test func `an error comes behind the bytes before it, and stays`() throws {
        let failure = SourceError(.malformed, at: 3, "broken")
        let source = PrefetchSource(Pieces([1, 2, 3], [2, 1], failure: failure))
        #expect(try source.next() == [1, 2])
        #expect(try source.next() == [3])
        for _ in 0..<3 { #expect(throws: failure) { try source.next() } }
    }

    @Test func `stopping early ends the thread`() throws {
        let endless = Endless()
        var source: PrefetchSource? = PrefetchSource(endless)
        #expect(try source?.next() != nil)
        source?.stop()
        let given = endless.given
        #expect(given >= 1 && given <= 8)
        source = nil
        #expect(endless.given == given)
        // Dropping it without stopping ends its thread as well.
        let other = Endless()
        _ = PrefetchSource(other)
        let after = other.given
        #expect(other.given == after)
    }
}

struct QueueTests {
    @Test func `order is kept and nothing is lost`() {
        let queue = BoundedQueue<Int>(capacity: 3)
        let worker = Worker {
            for number in 0..<2000 { queue.push(number) }
            queue.close()
        }
        var taken: [Int] = []
        while let number = queue.pop() { taken.append(number) }
        worker.join()
        #expect(taken == Array(0..<2000))
        #expect(queue.pop() == nil)
        #expect(!queue.push(1))
    }

    @Test func `closing wakes those who wait, and what is in it can be taken`() {
        let full = BoundedQueue<Int>(capacity: 1)
        full.push(1)
        let pushed = BoundedQueue<Bool>(capacity: 1)
        let writer = Worker { pushed.push(full.push(2)) }
        full.close()
        writer.join()
        #expect(pushed.pop() == false)
        #expect(full.pop() == 1)
        #expect(full.pop() == nil)
        let empty = BoundedQueue<Int>(capacity: 1)
        let reader = Worker { pushed.push(empty.pop() == nil) }
        empty.close()
        reader.join()
        #expect(pushed.pop() == true)
    }

    @Test func `several writers and readers share a queue`() {
        let queue = BoundedQueue<Int>(capacity: 2)
        let sums = BoundedQueue<Int>(capacity: 4)
        let writers = (0..<4).map { part in
            Worker { for number in 0..<250 { queue.push(part * 250 + number) } }
        }
        let readers = (0..<4).map { _ in
            Worker {
                var sum = 0
                while let number = queue.pop() { sum += number }
                sums.push(sum)
            }
        }
        for writer in writers { writer.join() }
        queue.close()
        for reader in readers { reader.join() }
        #expect((0..<4).reduce(0) { sum, _ in sum + (sums.pop() ?? 0) } == 999 * 1000 / 2)
    }
}
