import Bytes

extension JSON {
    /// The value in OLPC's canonical JSON, which in-toto's legacy metadata is signed in: names in
    /// the order of their bytes, no white space, and only quotes and backslashes escaped.
    ///
    /// - Throws: ``AttestationError`` with code `unsupported` for fractions, and for controls in
    ///   texts, which writers of the form treat in different ways.
    func canonical() throws(AttestationError) -> [UInt8] {
        var output: [UInt8] = []
        try writeCanonical(to: &output)
        return output
    }

    private func writeCanonical(to output: inout [UInt8]) throws(AttestationError) {
        switch self {
        case .null, .bool, .integer: output += text(pretty: false)
        case .number(let text):
            throw AttestationError(
                .unsupported, "\(text.escaped) is no number that canonical JSON has")
        case .string(let text): try JSON.quoteCanonical(text, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try value.writeCanonical(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let entries):
            output.append(UInt8(ascii: "{"))
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try JSON.quoteCanonical(entry.key, to: &output)
                output.append(UInt8(ascii: ":"))
                try entry.value.writeCanonical(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func quoteCanonical(
        _ text: ByteString, to output: inout [UInt8]
    ) throws(AttestationError) {
        output.append(UInt8(ascii: "\""))
        for byte in text.bytes {
            guard byte >= 0x20, byte != 0x7f else {
                throw AttestationError(
                    .unsupported, "\"\(text.escaped)\" has a control character in it")
            }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                output.append(UInt8(ascii: "\\"))
            }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }
}
