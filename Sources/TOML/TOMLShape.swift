import Bytes

/// The outline of a TOML text, looked at before the parser is: that one is written in C++, takes
/// text up to the first NUL, and puts away what is nested by recursion.
enum TOMLShape {
    /// Dots of one line outside of strings: each may open a table in a table.
    private static let dotLimit = 16
    /// Arrays and inline tables in each other.
    private static let depthLimit = 16

    /// Refuses a text that the parser might read otherwise than a person does, or choke on.
    ///
    /// - Throws: ``SettingError`` for a NUL, also as an escape, a byte order mark, other controls,
    ///   and for what is nested too deeply.
    static func check(_ text: [UInt8], _ name: String) throws(SettingError) {
        guard !text.starts(with: [0xef, 0xbb, 0xbf]) else {
            throw SettingError("\(name) begins with a byte order mark; save it without one")
        }
        let controls = text.contains {
            $0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0) || $0 == 0x7f
        }
        guard !controls else { throw SettingError("there are control characters in \(name)") }
        for escape in ["\\u0000", "\\U00000000", "\\x00"] where contains(text, escape) {
            throw SettingError("\(name) has the escape \(escape), which ends a text in C")
        }
        try checkNesting(text, name)
    }

    /// Whether a text has another one in it.
    private static func contains(_ text: [UInt8], _ other: String) -> Bool {
        let pattern = Array(other.utf8)
        return text.indices.contains {
            text[$0] == pattern[0] && text[$0...].starts(with: pattern)
        }
    }

    /// Counts dots and brackets outside of strings and comments.
    private static func checkNesting(_ text: [UInt8], _ name: String) throws(SettingError) {
        var rest = text[...]
        var dots = 0
        var depth = 0
        var beginsLine = true
        while let byte = rest.first {
            if beginsLine, depth == 0 { try checkHeader(rest, name) }
            beginsLine = byte == 0x0a
            switch byte {
            case UInt8(ascii: "#"): rest = rest.drop { $0 != 0x0a }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(&rest, quote: byte)
            default:
                rest.removeFirst()
                switch byte {
                case 0x0a: dots = 0
                case UInt8(ascii: "."): dots += 1
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                default: break
                }
            }
            guard dots <= dotLimit, depth <= depthLimit else {
                throw SettingError("\(name) is nested more than \(depthLimit) levels deep")
            }
        }
    }

    /// Refuses a table's header that does not begin with a name: toml++ 3 ends the process there
    /// (an assertion in `parse_key`).
    private static func checkHeader(_ rest: ArraySlice<UInt8>, _ name: String) throws(SettingError)
    {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
        let line = rest.drop(while: isSpace)
        guard line.first == UInt8(ascii: "[") else { return }
        var title = line.dropFirst()
        if title.first == UInt8(ascii: "[") { title = title.dropFirst() }
        let first = title.first { !isSpace($0) } ?? 0
        let isName =
            (0x41...0x5a).contains(first) || (0x61...0x7a).contains(first)
            || (0x30...0x39).contains(first) || Array("_-\"'".utf8).contains(first)
        guard isName else { throw SettingError("a table of \(name) has no name") }
    }

    /// Passes over a string, from its opening quote (TOML 1.0.0, "String").
    private static func skipString(_ rest: inout ArraySlice<UInt8>, quote: UInt8) {
        let isLong = rest.starts(with: [quote, quote, quote])
        let end = [UInt8](repeating: quote, count: isLong ? 3 : 1)
        rest = rest.dropFirst(end.count)
        while let byte = rest.first, !rest.starts(with: end) {
            if byte == 0x0a, !isLong { return }
            let isEscape = byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")
            rest = rest.dropFirst(isEscape ? 2 : 1)
        }
        rest = rest.dropFirst(end.count)
    }
}
