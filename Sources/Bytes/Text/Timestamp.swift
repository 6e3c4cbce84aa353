/// A moment in whole seconds of UTC, written in one form of RFC 3339: `2026-01-31T12:00:00Z`.
///
/// No offsets, fractions, lowercase letters or leap seconds: a signed time has one spelling.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let seconds: Int64

    /// The last moment that can be written, the end of the year 9999.
    private static let last: Int64 = 253_402_300_799
    /// Seconds of a day: leap seconds are not counted.
    private static let day: Int64 = 86_400
    /// The one form: where it has a digit, any digit may stand.
    private static let template = Array("0000-00-00T00:00:00Z".utf8)

    /// A moment by its seconds; `nil` before 1970 and after the year 9999.
    public init?(seconds: Int64) {
        guard (0...Timestamp.last).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// A moment from its text (RFC 3339, section 5.6); `nil` for any but the one form, for dates
    /// that the calendar does not have, and for years before 1970.
    public init?(_ text: ByteString) {
        let bytes = text.bytes
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard bytes.count == Timestamp.template.count,
            zip(bytes, Timestamp.template).allSatisfy({
                isDigit($1) ? isDigit($0) : $0 == $1
            })
        else { return nil }
        func number(_ start: Int, _ count: Int) -> Int64 {
            bytes[start..<start + count].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
        guard year >= 1970, (1...12).contains(month), day >= 1,
            day <= Timestamp.days(in: month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }
        seconds =
            Timestamp.days(before: year, month, day) * Timestamp.day
            + hour * 3600 + minute * 60 + second
    }

    /// Orders moments from the earlier to the later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds < right.seconds
    }

    /// The moment as text, 20 characters.
    public var text: String {
        let (year, month, day) = Timestamp.date(days: seconds / Timestamp.day)
        let rest = seconds % Timestamp.day
        func pad(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
            + "T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))Z"
    }

    /// By the Gregorian rule, which RFC 3339 extends to all years.
    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// - Parameter month: from 1 to 12, which the caller has checked.
    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01, years counted from March so that a leap day comes last (Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    private static func days(before year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The inverse (`civil_from_days`).
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
