/// A cursor over a short text that is taken apart by a strict grammar.
struct TextScanner {
    /// What has not been taken yet.
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    /// Whether all of it has been taken.
    var isAtEnd: Bool { rest.isEmpty }

    /// Takes `literal` if it comes next.
    mutating func take(_ literal: String) -> Bool {
        guard rest.starts(with: literal.utf8) else { return false }
        rest.removeFirst(literal.utf8.count)
        return true
    }

    /// Takes `literal`, in capitals or not.
    mutating func takeAnyCase(_ literal: String) -> Bool {
        let next = rest.prefix(literal.utf8.count).map { ASCII.lower($0) }
        guard next.elementsEqual(literal.utf8.map { ASCII.lower($0) }) else { return false }
        rest.removeFirst(next.count)
        return true
    }

    /// Takes the first of `words` that comes next.
    mutating func take(oneOf words: [String]) -> Bool {
        for word in words where take(word) { return true }
        return false
    }

    /// Takes the longest run of fitting bytes; `nil`, and nothing taken, if its length is not in
    /// `count`.
    mutating func take(
        _ count: ClosedRange<Int>, where fits: (UInt8) -> Bool
    ) -> ArraySlice<UInt8>? {
        let run = rest.prefix(while: fits)
        guard count.contains(run.count) else { return nil }
        rest.removeFirst(run.count)
        return run
    }

    /// Takes exactly `digits` digits whose number is in `values`.
    mutating func take(digits: Int, in values: ClosedRange<Int>) -> Bool {
        let run = rest.prefix(digits)
        guard run.count == digits, run.allSatisfy({ ASCII.isDigit($0) }) else { return false }
        let number = run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard values.contains(number) else { return false }
        rest.removeFirst(digits)
        return true
    }
}

/// Classes of bytes, whatever the locale.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    /// Visible, or a space.
    static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7e).contains(byte) }
    static func lower(_ byte: UInt8) -> UInt8 { isCapital(byte) ? byte | 0x20 : byte }
}
