import Bytes
import TOMLKit

/// A value of a text of settings (TOML 1.0.0). This is the one file that knows the parser.
public indirect enum Setting: Hashable, Sendable {
    /// A string.
    case text(ByteString)
    /// A whole number.
    case integer(Int64)
    /// A truth value.
    case bool(Bool)
    /// A moment in UTC.
    case moment(Timestamp)
    /// An array.
    case list([Setting])
    /// A table, or an inline one.
    case table([ByteString: Setting])
    /// A kind of value that no text here has: a fraction, a local date or time.
    case other

    /// The most bytes of a text.
    public static let sizeLimit = 1 << 20

    /// The table that a text is.
    ///
    /// - Throws: ``SettingError`` for what is no TOML, with line and column.
    public init(parsing text: [UInt8], as kind: SettingsKind) throws(SettingError) {
        guard text.count <= Setting.sizeLimit else {
            throw SettingError("\(kind.name) has more than \(Setting.sizeLimit) bytes")
        }
        try TOMLShape.check(text, kind.name)
        guard let string = String(validating: text, as: UTF8.self) else {
            throw SettingError("\(kind.name) is not UTF-8")
        }
        do {
            self = try Setting(try TOMLTable(string: string))
        } catch let error as TOMLParseError {
            throw SettingError(
                "\(kind.name) is not TOML: \(ByteString(error.description).escaped), "
                    + "line \(error.source.begin.line), column \(error.source.begin.column)")
        } catch let error as SettingError {
            throw error
        } catch {
            throw SettingError("\(kind.name) is not TOML")
        }
    }

    private init(_ table: TOMLTable) throws(SettingError) {
        var entries: [ByteString: Setting] = [:]
        for key in table.keys {
            guard let value = table[key] else {
                throw SettingError("the key \(ByteString(key).escaped) cannot be read")
            }
            entries[ByteString(key)] = try Setting(value)
        }
        guard entries.count == table.count else {
            throw SettingError("two keys cannot be told apart")
        }
        self = .table(entries)
    }

    private init(_ value: any TOMLValueConvertible) throws(SettingError) {
        if let table = value.table {
            try self.init(table)
        } else if let array = value.array {
            var list: [Setting] = []
            for index in 0..<array.count { list.append(try Setting(array[index])) }
            self = .list(list)
        } else if let text = value.string {
            self = .text(ByteString(text))
        } else if let bool = value.bool {
            self = .bool(bool)
        } else if let number = value.int {
            self = .integer(Int64(number))
        } else if let moment = value.dateTime {
            self = Setting.moment(moment).map { .moment($0) } ?? .other
        } else {
            self = .other
        }
    }

    /// A moment in UTC; `nil` for a local one, another offset, and fractions of a second.
    private static func moment(_ value: TOMLDateTime) -> Timestamp? {
        guard let offset = value.offset, offset.offset == 0, value.time.nanoSecond == 0 else {
            return nil
        }
        func pad(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).utf8.count))
                + String(number)
        }
        let date = [pad(value.date.year, 4), pad(value.date.month, 2), pad(value.date.day, 2)]
        let time = [value.time.hour, value.time.minute, value.time.second].map { pad($0, 2) }
        return Timestamp(
            ByteString(date.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"))
    }
}
