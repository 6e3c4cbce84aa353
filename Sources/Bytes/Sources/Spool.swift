import Glibc
import Synchronization

/// Where bytes wait that come once but are needed again: in memory while they are few, else in an
/// unnamed file that the system removes whatever happens.
public final class Spool: Sendable {
    /// Bytes of one item that are kept in memory before a file is used.
    public static let memoryLimit = 8 * 1024 * 1024

    /// Where the unnamed files are made.
    private let folder: ByteString
    /// Bytes that all items together may have at a time, in memory and in files.
    private let budget: UInt64
    /// Shared with the items, which give their bytes back when they go.
    private let used: UsedBytes

    /// The count of bytes in use, shared by a spool and its items.
    final class UsedBytes: Sendable {
        private let count = Mutex<UInt64>(0)

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

    /// A spool with files in `folder`, of at most `budget` bytes at a time and never more than half
    /// of the space that is free there now.
    public init(folder: ByteString, budget: UInt64) {
        self.folder = folder
        let text = folder.bytes.map { CChar(bitPattern: $0) } + [0]
        var status = statvfs()
        let known = unsafe statvfs(text, &status) == 0
        let free = known ? UInt64(status.f_bavail) &* UInt64(status.f_frsize) : budget
        // What fits in memory is never refused for want of disk.
        self.budget = min(budget, max(free / 2, UInt64(4 * Spool.memoryLimit)))
        used = UsedBytes()
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
    public func begin() -> SpoolItem { SpoolItem(folder: folder, budget: budget, used: used) }
}

/// One item of a spool while it is written, and afterwards while it is read.
public final class SpoolItem: RandomSource, @unchecked Sendable {
    /// For the file, if one is needed.
    private let folder: ByteString
    /// The spool's own budget.
    private let budget: UInt64
    /// The spool's count, which this item takes from.
    private let used: Spool.UsedBytes
    /// All bytes, until they are more than ``Spool/memoryLimit``.
    private var memory: [UInt8] = []
    /// The unnamed file; -1 while everything is in memory.
    private var file: Int32 = -1

    /// The number of bytes kept so far.
    public private(set) var size: UInt64 = 0

    /// An empty item, which takes nothing of the budget yet.
    init(folder: ByteString, budget: UInt64, used: Spool.UsedBytes) {
        self.folder = folder
        self.budget = budget
        self.used = used
    }

    /// Closes the file, which is all that removing it takes.
    deinit {
        if file >= 0 { close(file) }
        used.giveBack(size)
    }

    /// Adds a chunk at the end.
    public func append(_ chunk: Chunk) throws(SourceError) {
        guard used.take(UInt64(chunk.count), of: budget) else {
            throw SourceError(
                .limit,
                "more than \(budget) bytes would have to be kept; raise --spool or name a larger "
                    + "folder with --work")
        }
        size += UInt64(chunk.count)
        if file < 0, memory.count + chunk.count <= Spool.memoryLimit {
            memory.append(contentsOf: chunk)
            return
        }
        if file < 0 {
            try openFile()
            try write(memory[...])
            memory = []
        }
        try write(chunk)
    }

    /// Ends the writing.
    public func finish() throws(SourceError) -> any RandomSource { self }

    /// Bytes that were appended before. Not to be called while another thread appends.
    public func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        guard range.end <= size else {
            throw SourceError(.truncated, at: size, "the kept bytes end at \(size)")
        }
        if file < 0 { return Array(memory[Int(range.start)..<Int(range.end)]) }
        return try FileSource.read(file, range)
    }

    /// Makes the unnamed file, readable by this user only.
    private func openFile() throws(SourceError) {
        let text = folder.bytes.map { CChar(bitPattern: $0) } + [0]
        // O_TMPFILE: the file has no name, so nothing is left behind and nobody can open it.
        file = unsafe open(text, O_RDWR | O_CLOEXEC | 0o20200000, 0o600)
        guard file >= 0 else {
            throw SourceError(
                .io,
                "cannot make a temporary file in \(folder.escaped): \(errorText(errno)); name "
                    + "another folder with --work")
        }
    }

    /// Writes all of a chunk at the end of the file.
    private func write(_ chunk: Chunk) throws(SourceError) {
        var done = 0
        while done < chunk.count {
            let count = unsafe chunk.withUnsafeBytes { bytes in
                unsafe Glibc.write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw SourceError(
                    .io,
                    "cannot write to \(folder.escaped): \(errorText(errno)); name another folder "
                        + "with --work")
            }
            done += count
        }
    }
}
