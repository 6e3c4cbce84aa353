/// A JSON value (RFC 8259), with names and texts as bytes.
///
/// Foundation has two readers that disagree about duplicate keys, and both accept what is not JSON.
/// What a signature covers must be read in one way only, so the reader here is strict
/// (``init(parsing:limits:)``) and the writer has one form (``text(pretty:)``).
public indirect enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits 64 bits with its sign.
    case integer(Int64)
    /// Any other number, as it was written.
    case number(ByteString)
    /// Text; always well-formed UTF-8.
    case string(ByteString)
    /// Values in order.
    case array([JSON])
    /// Names and values in the order written; names are unique.
    case object([Entry])

    /// One name and its value.
    public struct Entry: Hashable, Sendable {
        /// The name.
        public let key: ByteString
        /// The value.
        public let value: JSON

        /// An entry.
        public init(_ key: ByteString, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// A text value.
    public static func text(_ string: String) -> JSON { .string(ByteString(string)) }

    /// A text value, or `null` for none.
    public static func text(_ string: String?) -> JSON {
        guard let string else { return .null }
        return .string(ByteString(string))
    }

    /// A count or an offset. Numbers past 2^63 cannot be offsets of a file; they trap.
    public static func count(_ number: UInt64) -> JSON { .integer(Int64(number)) }

    /// An object of the entries whose value is not absent.
    public static func record(_ entries: KeyValuePairs<String, JSON?>) -> JSON {
        .object(entries.compactMap { key, value in value.map { Entry(ByteString(key), $0) } })
    }

    /// The value of `key` in an object; `nil` if this is no object or has no such key.
    public subscript(key: String) -> JSON? {
        guard case .object(let entries) = self else { return nil }
        let name = ByteString(key)
        return entries.first { $0.key == name }?.value
    }

    /// The text, if this is text.
    public var string: ByteString? {
        guard case .string(let bytes) = self else { return nil }
        return bytes
    }

    /// The whole number, if this is one.
    public var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The values, if this is an array.
    public var array: [JSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    /// The entries, if this is an object.
    public var object: [Entry]? {
        guard case .object(let entries) = self else { return nil }
        return entries
    }
}
