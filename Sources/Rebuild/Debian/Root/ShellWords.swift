import Bytes

/// A script of a package, read for the calls of one program whose words are plain: assignments of
/// plain values are put in, everything else of the shell is left alone.
struct ShellWords {
    /// Values that were assigned so far, by name.
    private var variables: [ByteString: ByteString] = [:]
    /// The words behind the program's name, call by call.
    private(set) var calls: [[ByteString]] = []

    /// The calls of `program` in `script`. A call with a word that is not plain is left out.
    init(_ script: [UInt8], callsOf program: String) {
        for line in ShellWords.logicalLines(script) {
            guard let words = words(of: line) else { continue }
            if let index = words.firstIndex(where: { $0.hasSuffix(program) }) {
                calls.append(Array(words[(index + 1)...]))
            } else {
                assign(words)
            }
        }
    }

    /// Lines, joined where a backslash ends one.
    private static func logicalLines(_ script: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var open: [UInt8]?
        for line in script.split(separator: 0x0a, omittingEmptySubsequences: false) {
            let whole = (open ?? []) + line
            if line.last == UInt8(ascii: "\\") {
                open = whole.dropLast() + [0x20]
            } else {
                lines.append(whole)
                open = nil
            }
        }
        return lines + [open ?? []]
    }

    /// Remembers `NAME=value`.
    private mutating func assign(_ words: [ByteString]) {
        for word in words {
            let name = ByteString(word.bytes.prefix { $0 != UInt8(ascii: "=") })
            guard name.count < word.count, !name.isEmpty else { return }
            variables[name] = ByteString(word.bytes.dropFirst(name.count + 1))
        }
    }

    /// The words of a line up to a comment or the end of the command; `nil` if one is not plain.
    private func words(of line: [UInt8]) -> [ByteString]? {
        var words: [ByteString] = []
        for raw in line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }) {
            if raw.first == UInt8(ascii: "#") { break }
            var word = Array(raw)
            let isLast = word.last == UInt8(ascii: ";")
            if isLast { word.removeLast() }
            if ["&&", "||", "|", ""].contains(ByteString(word)) { break }
            guard let plain = plain(word) else { return nil }
            words.append(plain)
            if isLast { break }
        }
        return words
    }

    /// A word without its quotes and with its variables put in; `nil` if that is not all there is.
    private func plain(_ word: [UInt8]) -> ByteString? {
        var text = word
        if let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            guard text.count > 1, text.last == quote else { return nil }
            text = Array(text.dropFirst().dropLast())
        }
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            let isBraced = rest.first == UInt8(ascii: "{")
            if isBraced { rest = rest.dropFirst() }
            let name = rest.prefix { ShellWords.isNamePart($0) }
            rest = rest.dropFirst(name.count)
            if isBraced, rest.popFirst() != UInt8(ascii: "}") { return nil }
            guard let value = variables[ByteString(name)] else { return nil }
            result += value.bytes
        }
        let special = "`\"'()<>|&;*?[]{}$"
        return result.contains { special.utf8.contains($0) } ? nil : ByteString(result)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte & 0xdf) || (0x30...0x39).contains(byte) || byte == 0x5f
    }
}
