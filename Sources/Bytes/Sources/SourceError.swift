/// Why bytes could not be had.
public struct SourceError: Error, Hashable, Sendable {
    /// What kind of failure it was.
    public enum Code: String, Sendable, CaseIterable {
        /// The operating system refused or failed.
        case io
        /// A file that a list names is not there.
        case missing
        /// The bytes end before what was announced.
        case truncated
        /// The bytes break the rules of their format or fail its checksum.
        case malformed
        /// What follows the end of the format is not part of it.
        case trailing
        /// Readers in the wild disagree about what the bytes mean.
        case ambiguous
        /// The bytes need a feature that this reader does not have.
        case unsupported
        /// The content is encrypted.
        case encrypted
        /// The file changed while it was read.
        case changed
        /// A limit was reached; the message names it.
        case limit
    }

    /// What kind of failure it was.
    public let code: Code
    /// The offset in the layer that was read, when known.
    public let offset: UInt64?
    /// What happened and what to do, as one sentence without a full stop.
    public let message: String

    /// An error from its parts.
    public init(_ code: Code, at offset: UInt64? = nil, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }
}
