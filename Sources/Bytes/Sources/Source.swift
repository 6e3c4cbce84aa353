/// A piece of a stream: an owned array seen through a window, so that passing it on copies nothing.
public typealias Chunk = ArraySlice<UInt8>

/// Bytes that come once, from the first to the last.
///
/// Sources are pulled and block; each is used by one thread at a time.
public protocol Source: AnyObject {
    /// The next chunk, never empty; `nil` after the last byte, and then always.
    func next() throws(SourceError) -> Chunk?

    /// Passes over up to `count` bytes and returns how many there were.
    func skip(_ count: UInt64) throws(SourceError) -> UInt64
}

/// Bytes that can be read at any offset, from any thread.
public protocol RandomSource: AnyObject, Sendable {
    /// The number of bytes.
    var size: UInt64 { get }

    /// The bytes of `range`, all of them.
    ///
    /// - Throws: ``SourceError`` with code `truncated` if the range ends past ``size``.
    func read(_ range: ByteRange) throws(SourceError) -> [UInt8]
}

/// The size of one read, in bytes: above it reads are no faster, and it stays inside the cache.
public let blockSize = 256 * 1024

/// A random source's range, read from its start to its end.
public final class RangeSource: Source {
    /// Read by ranges; several range sources may share it.
    private let base: any RandomSource
    /// The offset in ``base`` of the next byte.
    private var position: UInt64
    /// The offset in ``base`` where the range ends.
    private let end: UInt64
    /// Reads begin small, since most members of an archive are.
    private var step: UInt64 = 16 * 1024

    /// The bytes of `range` in `base`.
    public init(_ base: any RandomSource, _ range: ByteRange) {
        self.base = base
        position = range.start
        end = range.end
    }

    /// All bytes of `base`.
    public convenience init(_ base: any RandomSource) {
        self.init(base, ByteRange(start: 0, length: base.size))
    }

    /// Reads 16 KiB the first time, then ``blockSize`` bytes.
    public func next() throws(SourceError) -> Chunk? {
        guard position < end else { return nil }
        let count = min(step, end - position)
        let bytes = try base.read(ByteRange(start: position, length: count))
        position += count
        step = UInt64(blockSize)
        return bytes[...]
    }

    /// Moves on without reading.
    public func skip(_ count: UInt64) throws(SourceError) -> UInt64 {
        let skipped = min(count, end - position)
        position += skipped
        return skipped
    }
}

/// Bytes in memory.
public final class MemorySource: RandomSource {
    private let bytes: [UInt8]

    /// A source of `bytes`.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var size: UInt64 { UInt64(bytes.count) }

    public func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        guard range.end <= size else {
            throw SourceError(.truncated, at: size, "the bytes end at \(size)")
        }
        return Array(bytes[Int(range.start)..<Int(range.end)])
    }
}
