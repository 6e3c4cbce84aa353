extension JSON {
    /// The value as JSON text, without a line break at the end.
    ///
    /// Entries keep their order. `pretty` breaks lines and indents by two spaces; otherwise there
    /// is no white space at all. Only what RFC 8259 demands is escaped, in lowercase `\u00xx` where
    /// there is no short form, and DEL and the controls U+0080 to U+009F besides, which terminals
    /// obey too.
    public func text(pretty: Bool) -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output, indent: pretty ? 0 : nil)
        return output
    }

    /// Writes the value.
    ///
    /// - Parameter indent: spaces before the present line; `nil` for no white space.
    private func write(to output: inout [UInt8], indent: Int?) {
        switch self {
        case .null: output += Array("null".utf8)
        case .bool(let value): output += Array((value ? "true" : "false").utf8)
        case .integer(let number): output += Array(String(number).utf8)
        case .number(let text): output += text.bytes
        case .string(let text): JSON.quote(text.bytes, to: &output)
        case .array(let values):
            JSON.list(values, "[", "]", to: &output, indent: indent) { value, output, indent in
                value.write(to: &output, indent: indent)
            }
        case .object(let entries):
            JSON.list(entries, "{", "}", to: &output, indent: indent) { entry, output, indent in
                JSON.quote(entry.key.bytes, to: &output)
                output.append(UInt8(ascii: ":"))
                if indent != nil { output.append(UInt8(ascii: " ")) }
                entry.value.write(to: &output, indent: indent)
            }
        }
    }

    /// Writes an array or object, each item on a line of its own where there are lines.
    private static func list<Item>(
        _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar,
        to output: inout [UInt8], indent: Int?,
        _ write: (Item, inout [UInt8], Int?) -> Void
    ) {
        let inner = indent.map { $0 + 2 }
        output.append(UInt8(ascii: open))
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            breakLine(to: &output, indent: inner)
            write(item, &output, inner)
        }
        if !items.isEmpty { breakLine(to: &output, indent: indent) }
        output.append(UInt8(ascii: close))
    }

    /// A line feed and `indent` spaces; nothing without indentation.
    private static func breakLine(to output: inout [UInt8], indent: Int?) {
        guard let indent else { return }
        output.append(UInt8(ascii: "\n"))
        output += [UInt8](repeating: UInt8(ascii: " "), count: indent)
    }

    /// A string in quotes, its bytes taken for UTF-8 without a check.
    private static func quote(_ text: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var previous: UInt8 = 0
        for byte in text {
            defer { previous = byte }
            switch byte {
            case 0x80..<0xa0 where previous == 0xc2:
                output.removeLast()
                output += Array("\\u00\(Hex.encode([byte]))".utf8)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x0a: output += Array("\\n".utf8)
            case 0x09: output += Array("\\t".utf8)
            case 0..<0x20, 0x7f: output += Array("\\u00\(Hex.encode([byte]))".utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
