import Bytes

/// The outline of a TOML text, looked at before the parser is: that one is written in C++, takes
/// text up to the first NUL, and puts away what is nested by recursion.
struct TOMLShape {
    /// What messages call the text.
    let name: String
    /// The whole text, to tell lines.
    let text: [UInt8]

    /// Dots of one line outside of strings: each may open a table in a table.
    private static let dotLimit = 16
    /// Arrays and inline tables in each other.
    private static let depthLimit = 16

    /// Refuses a text that the parser might read otherwise than a person does, or choke on.
    ///
    /// - Throws: ``SettingError`` for a NUL, also as an escape, a byte order mark, other controls,
    ///   what is nested too deeply, and for what TOML has nowhere: brackets that do not match, and
    ///   other than ASCII outside of strings and comments. toml++ 3 ends the process at `[}` and at
    ///   U+2028 in an array (an assertion in `parse_value`).
    static func check(_ text: [UInt8], _ name: String) throws(SettingError) {
        guard !text.starts(with: [0xef, 0xbb, 0xbf]) else {
            throw SettingError("\(name) begins with a byte order mark; save it without one")
        }
        let controls = text.contains {
            $0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0) || $0 == 0x7f
        }
        guard !controls else { throw SettingError("there are control characters in \(name)") }
        let isBroken = text.indices.contains {
            text[$0] == 0x0d && ($0 + 1 == text.count || text[$0 + 1] != 0x0a)
        }
        guard !isBroken else {
            throw SettingError("a line of \(name) has a carriage return without a line feed")
        }
        for escape in ["\\u0000", "\\U00000000", "\\x00"]
        where ByteString(text).contains(escape) {
            throw SettingError("\(name) has the escape \(escape), which ends a text in C")
        }
        try TOMLShape(name: name, text: text).checkNesting(text)
    }

    /// Looks at what stands outside of strings and comments.
    private func checkNesting(_ text: [UInt8]) throws(SettingError) {
        var rest = text[...]
        var outline = Outline(name: name)
        var beginsLine = true
        while let byte = rest.first {
            if beginsLine, outline.depth == 0 { try checkHeader(rest) }
            beginsLine = byte == 0x0a
            switch byte {
            case UInt8(ascii: "#"): rest = rest.drop { $0 != 0x0a }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                TOMLShape.skipString(&rest, quote: byte)
                outline.wantsValue = false
            default:
                if outline.wantsValue, !Outline.marks.contains(byte) {
                    try checkValue(&rest)
                    outline.wantsValue = false
                } else {
                    rest.removeFirst()
                    try outline.pass(byte)
                }
            }
            guard outline.dots <= TOMLShape.dotLimit, outline.depth <= TOMLShape.depthLimit else {
                throw SettingError(
                    "\(name) is nested more than \(TOMLShape.depthLimit) levels deep")
            }
        }
    }

    /// Where in a text one stands.
    private struct Outline {
        /// What messages call the text.
        let name: String

        init(name: String) { self.name = name }

        /// What closes the brackets that are open.
        private var closers: [UInt8] = []
        /// Dots of this line.
        private(set) var dots = 0
        /// Whether a value may begin here.
        var wantsValue = false

        /// What is no part of a value.
        static let marks = Array(" \t\r\n=,[]{}".utf8)

        var depth: Int { closers.count }

        /// Goes past a byte outside of strings, comments and values.
        mutating func pass(_ byte: UInt8) throws(SettingError) {
            switch byte {
            case 0x0a:
                dots = 0
                if depth == 0 { wantsValue = false }
            case UInt8(ascii: "."): dots += 1
            case UInt8(ascii: "="): wantsValue = true
            case UInt8(ascii: ","): wantsValue = closers.last == UInt8(ascii: "]")
            case UInt8(ascii: "["): closers.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"):
                closers.append(UInt8(ascii: "}"))
                wantsValue = false
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard closers.popLast() == byte else {
                    throw SettingError("a bracket of \(name) closes none of its kind")
                }
                wantsValue = false
            case 0x80...:
                throw SettingError(
                    "\(name) has other letters than ASCII outside of strings and comments")
            default: break
            }
        }
    }

    /// Goes past a value that is no string, array or table. Those that no text here has are
    /// refused: toml++ 3 ends the process at a date with no digit behind its `T` (an assertion in
    /// `parse_time`).
    private func checkValue(_ rest: inout ArraySlice<UInt8>) throws(SettingError) {
        let start = rest.startIndex
        let value = rest.prefix { !Outline.marks.contains($0) && $0 != UInt8(ascii: "#") }
        rest = rest.dropFirst(value.count)
        let isNumber =
            (1...18).contains(value.count) && value.allSatisfy { (0x30...0x39).contains($0) }
        let isTruth = value.elementsEqual("true".utf8) || value.elementsEqual("false".utf8)
        guard isNumber || isTruth || Timestamp(ByteString(value)) != nil else {
            let line = text[..<start].count { $0 == 0x0a } + 1
            throw SettingError(
                "\(name) has the value \(ByteString(value.prefix(40)).escaped), which is no text, "
                    + "whole number, true, false, nor a time as 2027-01-31T12:00:00Z, line \(line)")
        }
    }

    /// Refuses a table's header that does not begin with a name: toml++ 3 ends the process there
    /// (an assertion in `parse_key`).
    private func checkHeader(_ rest: ArraySlice<UInt8>) throws(SettingError) {
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
        // A long string may end in one or two quotes of its own.
        if isLong { rest = rest.dropFirst(rest.prefix(2).prefix { $0 == quote }.count) }
    }
}
