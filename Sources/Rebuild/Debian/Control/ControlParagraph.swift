import Bytes

/// A paragraph of a Debian control file: fields in their order (deb822(5)).
///
/// It is read strictly: a field stands once, names are those that dpkg takes, and what readers
/// understand differently is refused. Names are compared without regard to case.
struct ControlParagraph: Hashable, Sendable {
    /// A field.
    struct Field: Hashable, Sendable {
        /// Its name as written.
        let name: ByteString
        /// The text behind the colon, then the lines that continue it, each without the one blank
        /// that marks it as such; all without blanks at their ends.
        fileprivate(set) var lines: [ByteString]
        /// The number of its first line in the text.
        let line: Int
    }

    /// The fields, at least one.
    private(set) var fields: [Field] = []
    /// Where the text is from, for messages.
    let origin: String

    /// The field of that name.
    func field(_ name: String) -> Field? {
        fields.first { $0.name.isEqualIgnoringCase(name) }
    }

    /// The value of a field of one line; `nil` if there is no such field or it is empty.
    ///
    /// - Throws: ``RebuildError`` if it has more lines.
    func value(_ name: String) throws(RebuildError) -> ByteString? {
        guard let field = field(name) else { return nil }
        guard field.lines.count == 1, let value = field.lines.first else {
            throw error(field.line, "\(name) has more than one line")
        }
        return value.isEmpty ? nil : value
    }

    /// The same for a field that there has to be.
    func required(_ name: String) throws(RebuildError) -> ByteString {
        guard let value = try value(name) else {
            throw RebuildError(.declaration, "\(origin) has no field \(name)")
        }
        return value
    }

    /// The words of a field that may be folded; none if there is no such field.
    func words(_ name: String) -> [ByteString] {
        (field(name)?.lines ?? []).flatMap { line in
            line.bytes.split { $0 == 0x20 || $0 == 0x09 }.map { ByteString($0) }
        }
    }

    /// What a field lists, between commas, without blanks around; none if there is no such field.
    func list(_ name: String) -> [ByteString] {
        let text = (field(name)?.lines ?? []).map(\.bytes).joined(separator: [0x20])
        return Array(text).split(separator: UInt8(ascii: ","))
            .map { ByteString($0).trimmed }.filter { !$0.isEmpty }
    }

    /// An error at a line of the text.
    func error(_ line: Int, _ message: String) -> RebuildError {
        RebuildError(.declaration, "\(origin), line \(line): \(message)")
    }
}

extension ControlParagraph {
    /// All paragraphs of a text.
    ///
    /// - Parameter origin: where the text is from, for messages; already escaped.
    /// - Throws: ``RebuildError`` with code `declaration` that names the line.
    static func all(
        in text: some Collection<UInt8>, origin: String
    ) throws(RebuildError) -> [ControlParagraph] {
        var paragraphs: [ControlParagraph] = []
        var present = ControlParagraph(origin: origin)
        var number = 0
        for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty {
                if !present.fields.isEmpty { paragraphs.append(present) }
                present = ControlParagraph(origin: origin)
            } else {
                try present.take(Array(line), number)
            }
        }
        if !present.fields.isEmpty { paragraphs.append(present) }
        return paragraphs
    }

    /// The only paragraph of a text.
    static func only(
        in text: some Collection<UInt8>, origin: String
    ) throws(RebuildError) -> ControlParagraph {
        let paragraphs = try all(in: text, origin: origin)
        guard paragraphs.count == 1, let paragraph = paragraphs.first else {
            throw RebuildError(
                .declaration, "\(origin) has \(paragraphs.count) paragraphs instead of one")
        }
        return paragraph
    }

    private init(origin: String) { self.origin = origin }

    /// Takes in a line that is not empty.
    private mutating func take(_ line: [UInt8], _ number: Int) throws(RebuildError) {
        guard !line.contains(where: { $0 == 0 || $0 == 0x0d }) else {
            throw error(number, "a zero byte or a carriage return stands in the text")
        }
        let isContinued = line[0] == 0x20 || line[0] == 0x09
        let body = ByteString(isContinued ? line[1...] : line[...]).withoutBlanksBehind
        guard !isContinued else {
            guard !fields.isEmpty else { throw error(number, "no field is there to continue") }
            // For some readers such a line ends the paragraph, for others it does not.
            guard !body.isEmpty else { throw error(number, "the line has nothing but blanks") }
            fields[fields.count - 1].lines.append(body)
            return
        }
        try begin(body.bytes, number)
    }

    /// Begins a field.
    private mutating func begin(_ line: [UInt8], _ number: Int) throws(RebuildError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy({ (0x21...0x7e).contains($0) }),
            line[0] != UInt8(ascii: "#"), line[0] != UInt8(ascii: "-")
        else { throw error(number, "the line is no field, and continues none") }
        let name = ByteString(line[..<colon])
        let text = String(decoding: name.bytes, as: UTF8.self)
        guard field(text) == nil else {
            throw error(number, "the field \(name.escaped) stands twice")
        }
        let value = ByteString(line[(colon + 1)...]).trimmed
        fields.append(Field(name: name, lines: [value], line: number))
    }
}

extension ByteString {
    /// Without spaces and tabs at its ends.
    var trimmed: ByteString {
        ByteString(withoutBlanksBehind.bytes.drop { $0 == 0x20 || $0 == 0x09 })
    }

    /// Without spaces and tabs at its end.
    var withoutBlanksBehind: ByteString {
        guard let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return "" }
        return last == bytes.count - 1 ? self : ByteString(bytes[...last])
    }

    /// Whether both are the same but for the case of ASCII letters.
    func isEqualIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count
            && zip(bytes, text.utf8).allSatisfy { left, right in
                left == right || (left ^ right == 0x20 && (0x61...0x7a).contains(left | 0x20))
            }
    }

    /// The parts between bytes that are `separator`, empty ones too.
    func split(at separator: Unicode.Scalar) -> [ByteString] {
        bytes.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
            .map { ByteString($0) }
    }

    /// One after the other.
    static func + (left: ByteString, right: ByteString) -> ByteString {
        ByteString(left.bytes + right.bytes)
    }
}
