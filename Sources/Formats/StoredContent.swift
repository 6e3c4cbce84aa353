import Anatomy
import Bytes

/// The content of members that lie one after another in a layer read once: whoever wants a member's
/// bytes pulls them here before the dissector goes on.
final class StoredContent {
    private let reader: ByteReader
    private var remaining: UInt64 = 0
    private var start: UInt64 = 0
    /// Whether the present member goes on to the end of the layer, wherever that is.
    private var isOpenEnded = false
    /// Sees each byte of the present member once, whether anybody reads it or not.
    private var observer: ((Chunk) -> Void)?

    /// Content behind `reader`.
    init(_ reader: ByteReader) { self.reader = reader }

    /// What is left of the present member, as a source.
    private final class Rest: BufferedSource {
        let owner: StoredContent
        init(_ owner: StoredContent) { self.owner = owner }
        override func produce() throws(SourceError) -> Chunk? { try owner.next() }
    }

    /// Begins a member of `size` bytes where the reader is, and returns its run.
    ///
    /// - Parameter observer: sees the content as it passes. Without one, what nobody reads is
    /// skipped.
    @discardableResult
    func begin(size: UInt64, observer: ((Chunk) -> Void)? = nil) -> ByteRange {
        remaining = size
        start = reader.offset
        isOpenEnded = false
        self.observer = observer
        return ByteRange(start: start, length: size)
    }

    /// Begins a member that goes on to the end of the layer.
    func beginRest() {
        begin(size: .max - reader.offset)
        isOpenEnded = true
    }

    /// The bytes of the present member, to be read once.
    func open() -> any Source { Rest(self) }

    private func next() throws(SourceError) -> Chunk? {
        guard let chunk = try reader.takeChunk(atMost: remaining) else {
            try checkEnd()
            return nil
        }
        remaining -= UInt64(chunk.count)
        observer?(chunk)
        return chunk
    }

    /// Passes over what nobody read; the tile of the member's content, if it has any.
    ///
    /// - Throws: ``SourceError`` with code `truncated` if the layer ends before the member does.
    func finish() throws(SourceError) -> ByteRange? {
        if observer != nil { while try next() != nil {} }
        remaining -= try reader.skip(remaining)
        try checkEnd()
        return reader.offset > start ? ByteRange(start, to: reader.offset) : nil
    }

    private func checkEnd() throws(SourceError) {
        guard remaining == 0 || isOpenEnded else {
            throw SourceError(
                .truncated, at: reader.offset,
                "the archive ends \(remaining) bytes before its member does; get a complete copy")
        }
    }
}
