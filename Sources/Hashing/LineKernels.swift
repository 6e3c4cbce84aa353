import Bytes
internal import CKernels

/// What is asked of the bytes of texts, answered in one pass of the vector unit each (`CKernels`).
extension Chunk {
    /// How many bytes are `byte`.
    public func count(of byte: UInt8) -> Int {
        unsafe withUnsafeBytes { unsafe tally_count_byte($0.baseAddress, $0.count, byte) }
    }

    /// The last index whose byte is `byte`.
    public func lastIndex(ofByte byte: UInt8) -> Int? {
        let offset = unsafe withUnsafeBytes {
            unsafe tally_last_byte($0.baseAddress, $0.count, byte)
        }
        return offset < 0 ? nil : startIndex + offset
    }

    /// Whether no byte is a control character but those that text has: tab, the line breaks, and
    /// escape.
    public var isTextual: Bool {
        unsafe withUnsafeBytes { unsafe tally_is_text($0.baseAddress, $0.count) } != 0
    }

    /// A hash for tables; anybody can make bytes that collide.
    public var tableHash: UInt64 {
        unsafe withUnsafeBytes { unsafe tally_hash($0.baseAddress, $0.count) }
    }
}

/// How many bytes at the ends of two chunks are equal.
public func commonSuffix(_ left: Chunk, _ right: Chunk) -> Int {
    let count = min(left.count, right.count)
    let a = left.suffix(count)
    let b = right.suffix(count)
    return unsafe a.withUnsafeBytes { left in
        unsafe b.withUnsafeBytes { right in
            unsafe tally_common_suffix(left.baseAddress, right.baseAddress, count)
        }
    }
}

/// How many runs of differing bytes begin behind the first byte of two chunks of one length.
public func differingRuns(_ left: Chunk, _ right: Chunk) -> Int {
    let count = min(left.count, right.count)
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe tally_count_runs(left.baseAddress, right.baseAddress, count)
        }
    }
}

/// Hashes the lines of chunks, many at a time.
public struct LineHasher {
    /// Of the last chunk, with room for many more.
    private var hashes: [UInt64]
    /// Behind which byte of the chunk each line ends.
    private var ends: [UInt32]

    /// - Parameter capacity: lines that are hashed at a time.
    public init(capacity: Int = 4_096) {
        hashes = [UInt64](repeating: 0, count: max(1, capacity))
        ends = [UInt32](repeating: 0, count: max(1, capacity))
    }

    /// Hands over the hashes of lines, with their breaks, and where in the chunk they end, until no
    /// line break is left. Returns the bytes of all those lines. Traps on a chunk over 4 GiB.
    public mutating func hash(
        _ chunk: Chunk, _ take: (ArraySlice<UInt64>, ArraySlice<UInt32>, _ at: Int) -> Void
    ) -> Int {
        precondition(UInt64(chunk.count) <= UInt64(UInt32.max), "a chunk over 4 GiB")
        var done = 0
        while done < chunk.count {
            let capacity = hashes.count
            let lines = unsafe chunk.dropFirst(done).withUnsafeBytes { bytes in
                unsafe tally_hash_lines(
                    bytes.baseAddress, bytes.count, &hashes, &ends, capacity)
            }
            guard lines > 0 else { break }
            take(hashes.prefix(lines), ends.prefix(lines), done)
            done += Int(ends[lines - 1])
            if lines < capacity { break }
        }
        return done
    }
}
