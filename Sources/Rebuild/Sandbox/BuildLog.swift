import Bytes
import Hashing

/// What commands printed: its beginning and its end, when there is too much of it.
public struct BuildLog: Hashable, Sendable {
    /// Bytes that were printed, those that were not kept among them.
    public private(set) var size: UInt64 = 0
    /// The first bytes and, behind a gap, the last.
    private var head: [UInt8] = [], tail: [UInt8] = []
    /// Bytes of each of the two.
    private let half: Int

    /// An empty log of at most `limit` bytes.
    init(limit: Int) { half = max(1, limit / 2) }

    /// Takes note of what was printed.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        size += UInt64(bytes.count)
        let room = half - head.count
        unsafe head.append(contentsOf: bytes.prefix(max(0, room)))
        unsafe tail.append(contentsOf: bytes.dropFirst(max(0, room)))
        // Now and then, so that each byte is moved about once.
        if tail.count > 2 * half { tail.removeFirst(tail.count - half) }
    }

    /// What was kept; a line says how many bytes are missing.
    public var text: [UInt8] {
        let end = tail.suffix(half)
        let missing = size - UInt64(head.count) - UInt64(end.count)
        guard missing > 0 else { return head + end }
        return head + Array("\n[\(missing) bytes of the log were not kept]\n".utf8) + end
    }

    /// Lines at the end among which an error is looked for.
    private static let lastLines = 20

    /// The line that most likely says why a build failed, for people, escaped: the last with an
    /// error near the end, else the very last; `nil` if nothing was printed.
    public var reason: String? {
        let lines = text.split(separator: 0x0a).suffix(BuildLog.lastLines).map { ByteString($0) }
        return (lines.last { $0.contains("error:") } ?? lines.last)?.escaped
    }

    /// The SHA-256 of what was kept.
    public var digest: Digest { SHA256.digest(of: text) }
}
