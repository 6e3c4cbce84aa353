/// Untrusted bytes made fit to be shown.
///
/// A name from an archive may hold terminal control sequences, line breaks that forge a line of a
/// report, or marks that reverse the reading direction. What is shown is always one line, reads in
/// the order of the bytes, and can be told apart from every other name.
public enum Escape {
    /// The bytes as one line of visible text.
    ///
    /// Well-formed UTF-8 stands for itself, except for a backslash (`\\`), and for controls, format
    /// characters, separators other than the space, unassigned and private code points, combining
    /// marks, and the mark `›` that separates the names of a location: those become `\u{…}`.
    /// Every other byte becomes `\xNN`. The mapping is one-to-one.
    public static func visible(_ bytes: some Sequence<UInt8>) -> String {
        var shown = ""
        var decoder = UTF8()
        let raw = Array(bytes)
        var position = 0
        while position < raw.count {
            var rest = raw[position...].makeIterator()
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar):
                append(scalar, to: &shown)
                position += UTF8.width(scalar)
            case .emptyInput, .error:
                shown += "\\x" + Hex.encode([raw[position]])
                position += 1
            }
            decoder = UTF8()
        }
        return shown
    }

    private static func append(_ scalar: Unicode.Scalar, to shown: inout String) {
        if scalar == "\\" {
            shown += "\\\\"
        } else if scalar.value < 0x80, isVisibleASCII(scalar) || scalar == " " {
            shown.unicodeScalars.append(scalar)
        } else if isHidden(scalar) {
            shown +=
                scalar.value < 0x80
                ? "\\x" + Hex.encode([UInt8(scalar.value)])
                : "\\u{" + Hex.encode(UInt64(scalar.value), width: 4) + "}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }

    private static func isVisibleASCII(_ scalar: Unicode.Scalar) -> Bool {
        (0x21...0x7e).contains(scalar.value)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "›" || scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return true
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: return true
        // A lone combining mark would attach itself to the text before the name.
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }
}
