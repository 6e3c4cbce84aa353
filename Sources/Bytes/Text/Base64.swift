/// Base64 as RFC 4648 has it, read strictly: one text per byte string.
///
/// Foundation's reader accepts non-zero trailing bits, so that two texts give the same bytes. A
/// signed envelope must not have such twins.
public enum Base64 {
    /// The 64 digits by their value (RFC 4648, table 1).
    private static let standard = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The standard alphabet with padding (RFC 4648, section 4).
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = standard[Int(bits >> (18 - 6 * place)) & 63]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text in the standard or the URL-safe alphabet (DSSE 1.0.2 demands both).
    ///
    /// Padding may be left out as a whole. `nil` for anything else: mixed alphabets, white space,
    /// padding of the wrong length, non-zero trailing bits.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        // A generic loop over bytes is slow wherever the compiler does not see the caller's type.
        decode(Array(text))
    }

    private static func decode(_ text: [UInt8]) -> [UInt8]? {
        let end = text.firstIndex(of: UInt8(ascii: "=")) ?? text.count
        let padding = text.count - end
        guard text[end...].allSatisfy({ $0 == UInt8(ascii: "=") }),
            padding == 0 || (padding <= 2 && text.count.isMultiple(of: 4)),
            end % 4 != 1
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end / 4 * 3 + 2)
        var bits: UInt32 = 0
        var held = 0
        // Digits of both alphabets in one text are what no writer makes.
        var (isPlain, isSafe) = (false, false)
        for character in text[..<end] {
            guard let digit = value(of: character) else { return nil }
            isPlain = isPlain || character == UInt8(ascii: "+") || character == UInt8(ascii: "/")
            isSafe = isSafe || character == UInt8(ascii: "-") || character == UInt8(ascii: "_")
            bits = bits << 6 | digit
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        return bits == 0 && !(isPlain && isSafe) ? bytes : nil
    }

    /// A digit's value in either alphabet; `nil` for any other character.
    public static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
