import Glibc

/// The unnamed file of a spool, shared by its items slab by slab: thousands of items need one
/// descriptor.
final class SpoolFile: Sendable {
    /// Bytes that an item takes of the file at a time.
    static let slabSize: UInt64 = 1 << 20

    /// Where the file is made.
    private let folder: ByteString
    /// The file, and what of it is in use.
    private let state = Guarded(State())

    private struct State {
        /// -1 until something is written.
        var descriptor: Int32 = -1
        /// Offsets of slabs that were given back.
        var free: [UInt64] = []
        /// Where the next new slab begins.
        var end: UInt64 = 0
    }

    /// No file yet; it is made in `folder` when something is written.
    init(folder: ByteString) { self.folder = folder }

    /// Closes the file, which is all that removing it takes.
    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// The run of the file that holds the bytes from `offset` of an item to the end of their slab.
    static func place(of offset: UInt64, in slabs: [UInt64]) -> ByteRange {
        let inside = offset % slabSize
        return ByteRange(
            start: slabs[Int(offset / slabSize)] + inside, length: slabSize - inside)
    }

    /// A slab for an item: its offset in the file.
    func take() -> UInt64 {
        state.withLock { state in
            if let slab = state.free.popLast() { return slab }
            defer { state.end += SpoolFile.slabSize }
            return state.end
        }
    }

    /// Takes slabs back.
    func giveBack(_ slabs: [UInt64]) {
        state.withLock { $0.free += slabs }
    }

    /// Reads all of a run that was written.
    func read(_ range: ByteRange) throws(SourceError) -> [UInt8] {
        try FileSource.read(state.withLock { $0.descriptor }, range)
    }

    /// Writes all of a chunk.
    ///
    /// - Throws: ``SourceError`` with code `io` if the file cannot be made or written.
    func write(_ chunk: Chunk, at offset: UInt64) throws(SourceError) {
        let file = try descriptor()
        var done = 0
        while done < chunk.count {
            let count = unsafe chunk.withUnsafeBytes { bytes in
                unsafe pwrite(
                    file, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                    off_t(offset) + off_t(done))
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

    /// The file, made at the first call, readable by this user only.
    private func descriptor() throws(SourceError) -> Int32 {
        let path = folder.terminated
        let file = state.withLock { state in
            // O_TMPFILE: the file has no name, so nothing is left behind and nobody can open it.
            if state.descriptor < 0 {
                state.descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | 0o20200000, 0o600)
            }
            return state.descriptor
        }
        guard file >= 0 else {
            throw SourceError(
                .io,
                "cannot make a temporary file in \(folder.escaped): \(errorText(errno)); name "
                    + "another folder with --work")
        }
        return file
    }
}
