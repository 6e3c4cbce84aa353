/// What counts as a date in a text (`Docs/NormalForm.md`, "Dates").
///
/// The grammar is narrow on purpose: a tolerated date has no room for anything but a date.
enum DateText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// Whether all of `text` is a date, with or without a time of day.
    static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
        [isNumeric, isMail, isSystem].contains { $0(TextScanner(text)) }
    }

    /// Whether all of `text` is a day as `2026-11-21`.
    static func isDay(_ text: ArraySlice<UInt8>) -> Bool {
        var scanner = TextScanner(text)
        return day(&scanner, "-") && scanner.isAtEnd
    }

    /// Whether all of `text` is a number that a clock may have shown.
    static func isCount(_ text: ArraySlice<UInt8>) -> Bool {
        (8...17).contains(text.count) && text.allSatisfy { ASCII.isDigit($0) }
    }

    /// `2026-11-21`, `2026-11-21T09:48:31.5Z`, `2026:11:21 09:48`, `2026-11-21 09:48+0100`.
    private static func isNumeric(_ text: TextScanner) -> Bool {
        ["-", "/", ":"].contains { separator in
            var scanner = text
            guard day(&scanner, separator) else { return false }
            if scanner.isAtEnd { return true }
            guard scanner.take("T") || scanner.take(" "), clock(&scanner) else { return false }
            if scanner.isAtEnd { return true }
            _ = scanner.take(" ")
            return zone(&scanner) && scanner.isAtEnd
        }
    }

    /// `Sat, 21 Nov 2026 09:48:31 GMT`, with or without the name of the day and the time (RFC
    /// 5322).
    private static func isMail(_ text: TextScanner) -> Bool {
        var scanner = text
        if scanner.take(oneOf: days), !scanner.take(", ") { return false }
        guard dayOfMonth(&scanner), scanner.take(" "), scanner.take(oneOf: months),
            scanner.take(" "), scanner.take(digits: 4, in: 0...9999)
        else { return false }
        if scanner.isAtEnd { return true }
        guard scanner.take(" "), clock(&scanner) else { return false }
        if scanner.isAtEnd { return true }
        return scanner.take(" ") && zone(&scanner) && scanner.isAtEnd
    }

    /// `Sat Nov 21 09:48:31 UTC 2026`, with or without the zone: asctime(3), and Java's.
    private static func isSystem(_ text: TextScanner) -> Bool {
        var scanner = text
        guard scanner.take(oneOf: days), scanner.take(" "), scanner.take(oneOf: months),
            scanner.take(" "), dayOfMonth(&scanner), scanner.take(" "), clock(&scanner),
            scanner.take(" ")
        else { return false }
        let bare = scanner
        if zone(&scanner), !scanner.take(" ") { return false }
        if scanner.rest.count != 4 { scanner = bare }
        return scanner.take(digits: 4, in: 0...9999) && scanner.isAtEnd
    }

    private static func day(_ scanner: inout TextScanner, _ separator: String) -> Bool {
        scanner.take(digits: 4, in: 0...9999) && scanner.take(separator)
            && scanner.take(digits: 2, in: 1...12) && scanner.take(separator)
            && scanner.take(digits: 2, in: 1...31)
    }

    /// One digit may have a space or a zero in front, or nothing.
    private static func dayOfMonth(_ scanner: inout TextScanner) -> Bool {
        if scanner.take(digits: 2, in: 1...31) { return true }
        _ = scanner.take(" ")
        return scanner.take(digits: 1, in: 1...9)
    }

    private static func clock(_ scanner: inout TextScanner) -> Bool {
        guard scanner.take(digits: 2, in: 0...23), scanner.take(":"),
            scanner.take(digits: 2, in: 0...59)
        else { return false }
        guard scanner.take(":") else { return true }
        guard scanner.take(digits: 2, in: 0...60) else { return false }
        return !scanner.take(".") || scanner.take(1...9, where: ASCII.isDigit) != nil
    }

    /// `Z`, `+0100`, `+01:00`, `CEST`, `GMT+01:00`.
    private static func zone(_ scanner: inout TextScanner) -> Bool {
        if scanner.take(3...5, where: ASCII.isCapital) != nil {
            return
                !(scanner.rest.first == UInt8(ascii: "+")
                || scanner.rest.first == UInt8(ascii: "-"))
                || offset(&scanner)
        }
        return scanner.take("Z") || offset(&scanner)
    }

    private static func offset(_ scanner: inout TextScanner) -> Bool {
        guard scanner.take("+") || scanner.take("-"), scanner.take(digits: 2, in: 0...23) else {
            return false
        }
        _ = scanner.take(":")
        return scanner.take(digits: 2, in: 0...59)
    }
}
