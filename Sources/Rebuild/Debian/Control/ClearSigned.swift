import Bytes

/// A text signed in clear, taken apart (RFC 4880, section 7).
///
/// Only the signed text is ever read on: a document with anything before or behind is refused, and
/// so is one whose armor says what readers understand differently.
public struct ClearSigned: Hashable, Sendable {
    /// The text that the signature is over: without the escapes, without blanks at the ends of its
    /// lines and without the last line's end.
    public let text: [UInt8]
    /// The signature in its armor, line by line.
    public let signature: [UInt8]

    private static let begin = "-----BEGIN PGP SIGNED MESSAGE-----"
    private static let middle = "-----BEGIN PGP SIGNATURE-----"
    private static let end = "-----END PGP SIGNATURE-----"

    /// Takes `document` apart; `nil` if it is not signed in clear.
    ///
    /// - Parameter origin: where it is from, for messages; already escaped.
    /// - Throws: ``RebuildError`` with code `declaration` if it is neither signed nor plain.
    public init?(_ document: [UInt8], origin: String) throws(RebuildError) {
        let lines = document.split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { ByteString($0.last == 0x0d ? $0.dropLast() : $0).withoutBlanksBehind }
        let marks = lines.indices.filter { lines[$0].hasPrefix("-----") }
        guard !marks.isEmpty else { return nil }
        func broken(_ what: String) -> RebuildError {
            RebuildError(
                .declaration, "the signed text in \(origin) cannot be read: \(what)")
        }
        guard marks.count == 3, lines[marks[0]].bytes.elementsEqual(ClearSigned.begin.utf8),
            lines[marks[1]].bytes.elementsEqual(ClearSigned.middle.utf8),
            lines[marks[2]].bytes.elementsEqual(ClearSigned.end.utf8)
        else { throw broken("it is not one signed message and one signature") }
        guard lines[..<marks[0]].allSatisfy(\.isEmpty),
            lines[(marks[2] + 1)...].allSatisfy(\.isEmpty)
        else { throw broken("there is text outside of what is signed") }
        let body = lines[(marks[0] + 1)..<marks[1]]
        guard let blank = body.firstIndex(where: \.isEmpty),
            body[..<blank].allSatisfy({ $0.hasPrefix("Hash: ") })
        else { throw broken("its head has more than the name of a digest") }
        var plain: [[UInt8]] = []
        for line in body[(blank + 1)...] {
            guard let line = ClearSigned.unescaped(line.bytes) else {
                throw broken("a dash is not escaped")
            }
            plain.append(line)
        }
        text = Array(plain.joined(separator: [0x0a]))
        signature = lines[marks[1]...marks[2]].flatMap { $0.bytes + [0x0a] }
    }

    /// A line without its escape; `nil` if it begins with a dash and has none.
    private static func unescaped(_ line: [UInt8]) -> [UInt8]? {
        guard line.first == UInt8(ascii: "-") else { return line }
        return line.starts(with: "- ".utf8) ? Array(line.dropFirst(2)) : nil
    }
}
