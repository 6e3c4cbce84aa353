/// A source whose last chunk can be cut short and the rest kept: what ``Source/skip(_:)`` needs.
///
/// Subclasses override ``produce()``; the class is `open` for the rooms above.
open class BufferedSource: Source {
    /// What a skip has left of the last chunk.
    private var rest: Chunk = []

    /// A source with nothing kept.
    public init() {}

    /// The next chunk from below; overridden by every subclass.
    open func produce() throws(SourceError) -> Chunk? { nil }

    /// What a skip has left over first, then what comes from below.
    public final func next() throws(SourceError) -> Chunk? {
        if !rest.isEmpty {
            defer { rest = [] }
            return rest
        }
        return try produce()
    }

    /// Pulls and drops chunks, and keeps what the last one has past `count`.
    public final func skip(_ count: UInt64) throws(SourceError) -> UInt64 {
        var left = count
        while left > 0, let chunk = try next() {
            let dropped = min(left, UInt64(chunk.count))
            left -= dropped
            rest = chunk.dropFirst(Int(dropped))
        }
        return count - left
    }
}
