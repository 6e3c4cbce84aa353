import Bytes
import Glibc

/// Files that the kernel writes.
public enum SystemFile {
    /// The whole of a file, or little more than its first `limit` bytes; `nil` if there is none, or
    /// it cannot be read.
    public static func read(_ path: ByteString, limit: Int = .max) -> [UInt8]? {
        let file = unsafe open(path.terminated, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return count == 0 ? text : nil }
            text += buffer.prefix(count)
            if text.count >= limit { return text }
        }
    }

    /// The number in a line as `VmRSS:   123 kB`; `nil` if there is no such line.
    public static func number(_ name: String, in text: [UInt8]) -> UInt64? {
        for line in text.split(separator: 0x0a) where line.starts(with: name.utf8) {
            let digits = line.dropFirst(name.utf8.count).filter { (0x30...0x39).contains($0) }
            return UInt64(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }

    /// Where a link of the kernel's leads; `nil` if it cannot be read.
    static func link(_ path: ByteString) -> ByteString? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path.terminated, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return ByteString(buffer.prefix(count).map { UInt8(bitPattern: $0) })
    }
}
