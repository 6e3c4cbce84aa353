import Bytes

/// One PEM block, read and written in the strict form of RFC 7468, section 3.
enum PEM {
    /// The largest text taken, in bytes. A key of any kind in use is far smaller.
    static let limit = 64 * 1024

    /// Characters per line of Base64: RFC 7468, section 2 has writers wrap at 64.
    private static let lineLength = 64

    /// The block's text: 64 characters a line, line feeds, a final one too.
    static func encode(_ der: [UInt8], label: String) -> [UInt8] {
        let body = Array(Base64.encode(der).utf8)
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        for start in stride(from: 0, to: body.count, by: lineLength) {
            text += body[start..<min(start + lineLength, body.count)]
            text.append(UInt8(ascii: "\n"))
        }
        return text + Array("-----END \(label)-----\n".utf8)
    }

    /// The label and the bytes of the only block in `text`.
    ///
    /// - Throws: ``SigningError`` if anything stands before, behind or between.
    static func decode(_ text: [UInt8]) throws(SigningError) -> (label: ByteString, der: [UInt8]) {
        guard text.count <= limit else {
            throw SigningError("the key file is over \(limit) bytes, so it holds no single key")
        }
        var lines = lines(of: text)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count >= 3, let begin = lines.first, let end = lines.last,
            let label = inner(begin, "-----BEGIN "), let closing = inner(end, "-----END "),
            label == closing
        else { throw notOneBlock }
        let body = lines.dropFirst().dropLast()
        guard body.dropLast().allSatisfy({ $0.count == lineLength }),
            body.allSatisfy({ (1...lineLength).contains($0.count) })
        else { throw notOneBlock }
        let joined = Array(body.joined())
        guard let der = Base64.decode(joined), Array(Base64.encode(der).utf8) == joined else {
            throw SigningError("the PEM block is not canonical Base64; write the key file again")
        }
        return (label, der)
    }

    /// One message for all that is wrong with the framing: the remedy is the same.
    private static let notOneBlock = SigningError(
        "the file is not exactly one PEM block; give a file that holds one key and nothing else")

    /// Lines without their breaks, LF or CRLF.
    private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
        }
    }

    /// The label between `opening` and the five hyphens at the end of a line; `nil` if it is no
    /// such line.
    private static func inner(_ line: ArraySlice<UInt8>, _ opening: String) -> ByteString? {
        guard line.starts(with: opening.utf8), ByteString(line).hasSuffix("-----"),
            line.count >= opening.utf8.count + 5
        else { return nil }
        return ByteString(line.dropFirst(opening.utf8.count).dropLast(5))
    }
}
