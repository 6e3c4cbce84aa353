import Bytes

/// Something that could not be read, and where.
public struct Problem: Error, Hashable, Sendable {
    /// The layer it was met in; the offset is in that layer.
    public let location: Location
    /// What it was.
    public let error: SourceError

    /// A problem with the layer named by `chain`.
    public init(_ error: SourceError, in chain: [ByteString]) {
        location = Location(chain, offset: error.offset)
        self.error = error
    }
}
