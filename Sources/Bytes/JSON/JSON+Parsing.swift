/// Why a text is not JSON that this reader takes.
public struct JSONError: Error, Hashable, Sendable {
    /// The offset in bytes where reading stopped.
    public let offset: Int
    /// What is wrong, as one sentence without a full stop.
    public let message: String
}

extension JSON {
    /// What a text may demand of its reader.
    public struct Limits: Sendable {
        /// Bytes of text.
        public var size = 64 * 1024 * 1024
        /// Arrays and objects inside each other.
        public var depth = 64
        /// Values in all.
        public var values = 4_000_000

        /// The defaults.
        public init() {}
    }

    /// Reads one JSON text: all of RFC 8259 and nothing more.
    ///
    /// Refused, each with its offset: a byte order mark, bytes after the value, a key that occurs
    /// twice in one object (after escapes are resolved), malformed UTF-8, lone surrogates, leading
    /// zeros, controls in text, and whatever is past `limits`.
    public init(parsing text: [UInt8], limits: Limits = Limits()) throws(JSONError) {
        guard text.count <= limits.size else {
            throw JSONError(offset: limits.size, message: "the text is over \(limits.size) bytes")
        }
        var parser = JSONParser(text: text, limits: limits)
        self = try parser.document()
    }
}

/// A recursive-descent reader over bytes.
private struct JSONParser {
    /// The whole text: a reader over a stream is not wanted, since all such files are small.
    let text: [UInt8]
    let limits: JSON.Limits
    /// The offset of the next byte.
    var position = 0
    /// Values begun so far, counted against the limit.
    var values = 0

    /// Stands at the first byte. The size has been checked by the caller.
    init(text: [UInt8], limits: JSON.Limits) {
        self.text = text
        self.limits = limits
    }

    /// One value with white space around it, and nothing else (RFC 8259, section 2).
    mutating func document() throws(JSONError) -> JSON {
        let value = try self.value(depth: 0)
        skipSpace()
        guard position == text.count else { throw failure("something follows the JSON value") }
        return value
    }

    /// An error at the present position.
    private func failure(_ message: String) -> JSONError {
        JSONError(offset: position, message: message)
    }

    /// The next byte; `nil` at the end.
    private var byte: UInt8? { position < text.count ? text[position] : nil }

    /// Passes over the four characters that RFC 8259 calls white space; no other is one.
    private mutating func skipSpace() {
        while let byte, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    /// Takes the next byte if it is `character`, which has to be ASCII: traps otherwise.
    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// One value of any kind.
    ///
    /// - Parameter depth: arrays and objects around it, which bounds the recursion.
    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= limits.depth else { throw failure("more than \(limits.depth) levels deep") }
        values += 1
        guard values <= limits.values else { throw failure("more than \(limits.values) values") }
        skipSpace()
        guard let byte else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        default: throw failure("no JSON value begins like this")
        }
    }

    /// One of the three literal names (RFC 8259, section 3). What follows it is for the caller to
    /// judge.
    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard text[position...].starts(with: word.utf8) else { throw failure("expected \(word)") }
        position += word.utf8.count
        return value
    }

    /// An array (section 5), from its opening bracket. A comma at the end is refused.
    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var values: [JSON] = []
        skipSpace()
        if accept("]") { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while accept(",")
        guard accept("]") else { throw failure("expected a comma or a closing bracket") }
        return .array(values)
    }

    /// An object (section 4), from its opening brace. Keys are compared after their escapes are
    /// resolved: two spellings of one key would divide readers.
    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var entries: [JSON.Entry] = []
        var seen: Set<ByteString> = []
        skipSpace()
        if accept("}") { return .object(entries) }
        repeat {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
            let key = try string()
            guard seen.insert(key).inserted else {
                throw failure("the name \"\(key.escaped)\" occurs twice in one object")
            }
            skipSpace()
            guard accept(":") else { throw failure("expected a colon after a name") }
            entries.append(JSON.Entry(key, try value(depth: depth + 1)))
            skipSpace()
        } while accept(",")
        guard accept("}") else { throw failure("expected a comma or a closing brace") }
        return .object(entries)
    }

    /// One or more digits.
    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected a digit") }
    }

    /// A number (section 6): ``JSON/integer(_:)`` if it is whole and fits 64 bits, else kept as
    /// written, so that nothing is rounded. `-0` is the integer 0.
    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        _ = accept("-")
        if !accept("0") { try digits() }
        var isWhole = true
        if accept(".") {
            isWhole = false
            try digits()
        }
        if accept("e") || accept("E") {
            isWhole = false
            if !accept("+") { _ = accept("-") }
            try digits()
        }
        let written = text[start..<position]
        if isWhole, let number = Int64(String(decoding: written, as: UTF8.self)) {
            return .integer(number)
        }
        return .number(ByteString(written))
    }

    /// A string (section 7), from its opening quote, as UTF-8 with its escapes resolved.
    private mutating func string() throws(JSONError) -> ByteString {
        position += 1
        var bytes: [UInt8] = []
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return ByteString(bytes)
            case UInt8(ascii: "\\"):
                position += 1
                bytes += try escape()
            case 0..<0x20: throw failure("a control character stands in a text")
            case 0..<0x80:
                bytes.append(byte)
                position += 1
            default: bytes += try wideScalar()
            }
        }
        throw failure("the text ends inside a string")
    }

    /// One scalar past ASCII. Overlong forms, surrogates and cut sequences are refused.
    private mutating func wideScalar() throws(JSONError) -> ArraySlice<UInt8> {
        var decoder = UTF8()
        var rest = text[position...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else {
            throw failure("this is not well-formed UTF-8")
        }
        let width = UTF8.width(scalar)
        defer { position += width }
        return text[position..<position + width]
    }

    /// What an escape stands for, from behind its backslash.
    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte else { throw failure("the text ends inside an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("there is no such escape")
        }
    }

    /// A `\u` escape from behind its `u`; a high surrogate has to be followed by the escape of a
    /// low one.
    private mutating func unicodeEscape() throws(JSONError) -> [UInt8] {
        var value = UInt32(try fourDigits())
        if (0xd800..<0xdc00).contains(value) {
            guard accept("\\"), accept("u") else { throw failure("half of a surrogate pair") }
            let low = UInt32(try fourDigits())
            guard (0xdc00..<0xe000).contains(low) else { throw failure("half of a surrogate pair") }
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure("half of a surrogate pair") }
        return Array(String(Character(scalar)).utf8)
    }

    /// Four hexadecimal digits of either case; no sign, which Swift's own reader would take.
    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        let digits = text[position...].prefix(4)
        guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
            !digits.contains(UInt8(ascii: "-")),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("expected four hexadecimal digits") }
        position += 4
        return value
    }
}
