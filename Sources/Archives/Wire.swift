import Bytes
import Glibc

/// What the two ends of a reader say to each other over one socket: a tag, a length, a body.
enum Wire {
    /// The kinds of message.
    enum Tag: UInt8 {
        /// From the child: send me `length` bytes at `offset` (two little-endian 64-bit numbers).
        case want = 0x57
        /// To the child: the bytes.
        case bytes = 0x42
        /// From the child: a member begins; see ``ArchiveMember``.
        case member = 0x4d
        /// From the child: some of the member's content.
        case data = 0x44
        /// From the child: it cannot go on; the reason as text.
        case failure = 0x46
        /// From the child: the kernel cannot confine it, so it has not opened the archive.
        case unconfined = 0x55
        /// From the child: the archive has ended.
        case end = 0x45
    }

    /// The largest body, in bytes.
    static let bodyLimit = 1 << 20

    /// Sends a message; `false` if nobody listens any more.
    static func send(_ tag: Tag, _ body: [UInt8], to socket: Int32) -> Bool {
        let length = UInt32(body.count)
        let head = [tag.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return Posix.write((head + body)[...], to: socket)
    }

    /// Receives a message; `nil` if the other end is gone or speaks another language.
    static func receive(from socket: Int32) -> (Tag, [UInt8])? {
        guard let head = read(5, from: socket), let tag = Tag(rawValue: head[0]) else { return nil }
        let length = Int(ByteOrder.little(head[1...]))
        guard length <= bodyLimit, let body = read(length, from: socket) else { return nil }
        return (tag, body)
    }

    /// Eight bytes, least significant first.
    static func number(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// Receives exactly `count` bytes; `nil` if there are fewer.
    private static func read(_ count: Int, from socket: Int32) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let target = unsafe buffer.baseAddress?.advanced(by: filled)
                let result = unsafe Glibc.read(socket, target, count - filled)
                if result < 0, errno == EINTR { continue }
                if result <= 0 { break }
                filled += result
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
