import LibCrypto

/// Why a key cannot be had or used.
public struct SigningError: Error, Hashable, Sendable {
    /// What happened and what to do, as one sentence without a full stop.
    public let message: String

    /// An error in the words given.
    public init(_ message: String) { self.message = message }

    /// Runs work of libcrypto's room; its errors become this room's, with `prefix` in front.
    static func wrap<Value: ~Copyable>(
        _ prefix: String, _ work: () throws(CryptoError) -> Value
    ) throws(SigningError) -> Value {
        do {
            return try work()
        } catch {
            throw SigningError(prefix + error.message)
        }
    }
}
