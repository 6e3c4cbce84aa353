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
            var scanner = Scanner(line[...], variables)
            guard let words = scanner.command() else { continue }
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
        var open: [UInt8] = []
        for line in script.split(separator: 0x0a, omittingEmptySubsequences: false) {
            open += line
            if line.last == UInt8(ascii: "\\") {
                open[open.count - 1] = 0x20
            } else {
                lines.append(open)
                open = []
            }
        }
        return lines + [open]
    }

    /// Remembers `NAME=value`.
    private mutating func assign(_ words: [ByteString]) {
        for word in words {
            let name = ByteString(word.bytes.prefix { $0 != UInt8(ascii: "=") })
            guard name.count < word.count, !name.isEmpty else { return }
            variables[name] = ByteString(word.bytes.dropFirst(name.count + 1))
        }
    }
}

/// Takes one line of a script apart into words.
private struct Scanner {
    private var rest: ArraySlice<UInt8>
    private let variables: [ByteString: ByteString]

    init(_ line: ArraySlice<UInt8>, _ variables: [ByteString: ByteString]) {
        rest = line
        self.variables = variables
    }

    /// The words up to a comment or the end of the command; `nil` if one is not plain.
    mutating func command() -> [ByteString]? {
        var words: [ByteString] = []
        while true {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
            guard let first = rest.first, !"#;&|".utf8.contains(first) else { return words }
            guard let word = word() else { return nil }
            words.append(word)
        }
    }

    /// The next word without its quotes and with its variables put in; `nil` if there is more to
    /// it.
    private mutating func word() -> ByteString? {
        var word: [UInt8] = []
        var quote: UInt8?
        while let byte = rest.first {
            if quote == nil, " \t;&|".utf8.contains(byte) { break }
            rest = rest.dropFirst()
            if byte == quote {
                quote = nil
            } else if quote == nil, "\"'".utf8.contains(byte) {
                quote = byte
            } else if quote == UInt8(ascii: "'") {
                word.append(byte)
            } else if byte == UInt8(ascii: "$") {
                guard let value = value() else { return nil }
                word += value.bytes
            } else if "`\\".utf8.contains(byte) || quote == nil && "()<>*?[]{}".utf8.contains(byte)
            {
                return nil
            } else {
                word.append(byte)
            }
        }
        return quote == nil ? ByteString(word) : nil
    }

    /// The value of the variable whose name comes next; `nil` if it is not known.
    private mutating func value() -> ByteString? {
        let isBraced = rest.first == UInt8(ascii: "{")
        if isBraced { rest = rest.dropFirst() }
        let name = rest.prefix { byte in
            (0x41...0x5a).contains(byte & 0xdf) || (0x30...0x39).contains(byte) || byte == 0x5f
        }
        rest = rest.dropFirst(name.count)
        if isBraced, rest.popFirst() != UInt8(ascii: "}") { return nil }
        return variables[ByteString(name)]
    }
}
