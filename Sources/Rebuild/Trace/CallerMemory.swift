import Bytes
import CLauncher
import Glibc

/// What a thread has in its memory, read from outside while it waits for an answer.
///
/// Another thread may change it before the kernel reads it again: what is read here says what a
/// build does, but holds nothing back.
enum CallerMemory {
    /// The longest path that the kernel takes, and the size of its pages at least.
    private static let pathLimit = 4096, page: UInt64 = 4096

    /// The text at an address, up to its NUL; `nil` if it cannot be read or has none in time.
    static func text(_ thread: Int32, _ address: UInt64) -> ByteString? {
        var bytes: [UInt8] = []
        // What follows the text need not be there: page by page.
        while bytes.count < pathLimit {
            let (place, isPast) = address.addingReportingOverflow(UInt64(bytes.count))
            guard !isPast else { return nil }
            let part = read(thread, place, Int(page - place % page))
            guard !part.isEmpty else { return nil }
            if let end = part.firstIndex(of: 0) { return ByteString(bytes + part[..<end]) }
            bytes += part
        }
        return nil
    }

    /// The flags that a file is opened with.
    static func flags(of call: tally_call) -> Int32 {
        guard call.how != 0 else { return call.detail }
        // The first member of `struct open_how`, of 64 bits in the machine's order.
        let bytes = read(call.process, call.how, 8)
        return bytes.prefix(4).enumerated().reduce(0) { $0 | Int32($1.element) << ($1.offset * 8) }
    }

    private static func read(_ thread: Int32, _ address: UInt64, _ size: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: size)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe tally_call_read(thread, address, $0.baseAddress, UInt(size))
        }
        return Array(buffer.prefix(max(0, count)))
    }
}
