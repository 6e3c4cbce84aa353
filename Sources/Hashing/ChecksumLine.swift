import Bytes

/// A line of a `SHA256SUMS` file, as coreutils writes and reads it.
///
/// A name with a backslash, line feed or carriage return is escaped, and the line then begins with
/// a backslash.
public struct ChecksumLine: Hashable, Sendable {
    /// The file's name.
    public let name: ByteString
    /// The digest.
    public let digest: Digest

    /// A line.
    public init(name: ByteString, digest: Digest) {
        self.name = name
        self.digest = digest
    }

    /// The bytes that are escaped, and the letter behind the backslash for each.
    private static let escapes: [(UInt8, UInt8)] = [
        (UInt8(ascii: "\\"), UInt8(ascii: "\\")), (0x0a, UInt8(ascii: "n")),
        (0x0d, UInt8(ascii: "r")),
    ]

    /// The line with its line break.
    public var text: [UInt8] {
        ChecksumLine.line(Array(digest.hex.utf8), name)
    }

    /// A line of words that need no escape, and a name.
    static func line(_ words: [UInt8], _ name: ByteString) -> [UInt8] {
        let slash = UInt8(ascii: "\\")
        var shown: [UInt8] = []
        for byte in name.bytes {
            if let escape = ChecksumLine.escapes.first(where: { $0.0 == byte }) {
                shown += [slash, escape.1]
            } else {
                shown.append(byte)
            }
        }
        let isEscaped = shown.count != name.count
        return (isEscaped ? [slash] : []) + words + [0x20, 0x20] + shown + [0x0a]
    }

    /// The lines of a list; `nil` if one of them is no such line.
    public static func parse(_ text: [UInt8]) -> [ChecksumLine]? {
        var lines: [ChecksumLine] = []
        for line in text.split(separator: 0x0a) {
            guard let parsed = ChecksumLine(line) else { return nil }
            lines.append(parsed)
        }
        return lines
    }

    private init?(_ line: ArraySlice<UInt8>) {
        guard let parts = ChecksumLine.parts(of: line), let digest = Digest(parts.digest) else {
            return nil
        }
        self.init(name: parts.name, digest: digest)
    }

    /// The digest, of any length, and the name of a line; `nil` if it is no such line.
    static func parts(of line: ArraySlice<UInt8>) -> (digest: [UInt8], name: ByteString)? {
        let slash = UInt8(ascii: "\\")
        let isEscaped = line.first == slash
        let body = isEscaped ? line.dropFirst() : line
        let hex = body.prefix { $0 != 0x20 }
        let mark = body.dropFirst(hex.count)
        guard let digest = Hex.decode(hex), mark.count > 2,
            mark.first == 0x20, let kind = mark.dropFirst().first,
            kind == 0x20 || kind == UInt8(ascii: "*"),
            let name = name(mark.dropFirst(2), isEscaped: isEscaped)
        else { return nil }
        return (digest, name)
    }

    /// A name as a line has it.
    static func name(_ text: ArraySlice<UInt8>, isEscaped: Bool) -> ByteString? {
        let slash = UInt8(ascii: "\\")
        var name: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard isEscaped, byte == slash else {
                name.append(byte)
                continue
            }
            guard let code = rest.popFirst(),
                let escape = ChecksumLine.escapes.first(where: { $0.1 == code })
            else { return nil }
            name.append(escape.0)
        }
        return ByteString(name)
    }
}
