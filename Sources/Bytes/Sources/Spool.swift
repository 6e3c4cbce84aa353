import Glibc

/// Where bytes wait that come once but are needed again: in memory while they are few, else in one
/// unnamed file that the system removes whatever happens.
public final class Spool: Sendable {
    /// Bytes of one item that are kept in memory before the file is used.
    public static let memoryLimit = 8 * 1024 * 1024

    /// Bytes that all items together may have at a time, in memory and in the file.
    let budget: UInt64
    /// Bytes of all items that are kept in memory.
    let memoryBudget: UInt64
    /// Bytes of all items, and those of them that are in memory.
    let used = UsedBytes()
    let memory = UsedBytes()
    /// What does not fit into memory.
    let file: SpoolFile

    /// A count of bytes in use, shared by a spool and its items.
    final class UsedBytes: Sendable {
        private let count = Guarded<UInt64>(0)

        /// Takes `bytes` out of `budget`; `false` when it does not hold them.
        func take(_ bytes: UInt64, of budget: UInt64) -> Bool {
            count.withLock { count in
                guard bytes <= budget, count <= budget - bytes else { return false }
                count += bytes
                return true
            }
        }

        /// Gives `bytes` back.
        func giveBack(_ bytes: UInt64) {
            count.withLock { $0 -= bytes }
        }
    }

    /// A spool with its file in `folder`, of at most `budget` bytes at a time and never more than
    /// half of the space that is free there now.
    ///
    /// - Parameter memory: bytes of all items that are kept in memory.
    public init(folder: ByteString, budget: UInt64, memory: UInt64 = 64 << 20) {
        memoryBudget = memory
        var status = statvfs()
        let known = unsafe statvfs(folder.terminated, &status) == 0
        let free = known ? UInt64(status.f_bavail) &* UInt64(status.f_frsize) : budget
        // What fits in memory is never refused for want of disk.
        self.budget = min(budget, max(free / 2, UInt64(4 * Spool.memoryLimit)))
        file = SpoolFile(folder: folder)
    }

    /// Keeps all that `source` still has.
    ///
    /// - Throws: ``SourceError`` with code `limit` past the budget, `io` if the disk is full.
    public func keep(_ source: any Source) throws(SourceError) -> any RandomSource {
        let item = begin()
        while let chunk = try source.next() { try item.append(chunk) }
        return try item.finish()
    }

    /// Begins an item that is written bit by bit.
    public func begin() -> SpoolItem { SpoolItem(self) }
}
