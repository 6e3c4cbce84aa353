/// Why an envelope, a statement, a predicate or a report is not taken.
public struct AttestationError: Error, Hashable, Sendable {
    /// What kind of refusal it is.
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes break the rules of their format.
        case malformed
        /// Well-formed, but another type, version or digest than is understood here.
        case unsupported
        /// What is said contradicts itself.
        case inconsistent
        /// Well-formed, but not fit to be signed.
        case unfit
        /// A limit was reached; the message names it.
        case limit
    }

    /// What kind of refusal it is.
    public let code: Code
    /// What happened and what to do, as one sentence without a full stop; names are escaped.
    public let message: String

    /// An error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
