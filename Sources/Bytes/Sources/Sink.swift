/// What takes bytes in order, from the first to the last.
public protocol Sink: AnyObject {
    /// Takes the next bytes.
    ///
    /// - Throws: ``SourceError`` with code `io` or `limit` if there is no room for them.
    func append(_ chunk: Chunk) throws(SourceError)
}

extension SpoolItem: Sink {}

extension Sink {
    /// Takes all that `source` still has.
    public func append(all source: any Source) throws(SourceError) {
        while let chunk = try source.next() { try append(chunk) }
    }
}
