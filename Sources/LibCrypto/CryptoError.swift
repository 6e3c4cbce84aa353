internal import CCrypto

/// What libcrypto refused, in its own words.
public struct CryptoError: Error, Hashable, Sendable {
    /// What was attempted and what libcrypto says of it, as one sentence without a full stop.
    public let message: String

    /// An error in the words given.
    public init(_ message: String) { self.message = message }

    /// An error with libcrypto's latest reason, which is taken off its queue with all older ones.
    static func latest(_ attempt: String) -> CryptoError {
        var buffer = [CChar](repeating: 0, count: 256)
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return CryptoError(attempt) }
        unsafe ERR_error_string_n(code, &buffer, buffer.count)
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return CryptoError(attempt + ": " + String(decoding: text, as: UTF8.self))
    }
}
