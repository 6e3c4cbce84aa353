import Bytes

/// Times as `Sat, 11 Jul 2026 10:16:37 UTC`: of signed lists, and of `.buildinfo` files (RFC 2822,
/// section 3.3).
enum ArchiveDate {
    private static let months: [ByteString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The moment; `nil` if it is not of this form or not in UTC.
    static func timestamp(_ text: ByteString) -> Timestamp? {
        let words = text.bytes.split { $0 == 0x20 || $0 == 0x2c }.map { ByteString($0) }
        guard words.count == 6, ["UTC", "GMT", "+0000"].contains(words[5]),
            let month = months.firstIndex(of: words[2])
        else { return nil }
        let day = words[1].count == 1 ? [0x30] + words[1].bytes : words[1].bytes
        let number = String(month + 1)
        let date = words[3].bytes + Array("-\(month < 9 ? "0" : "")\(number)-".utf8) + day
        return Timestamp(ByteString(date + [0x54] + words[4].bytes + [0x5a]))
    }
}
