import Bytes

/// A table of settings, read by name. What was not asked for is an error in the end: a setting that
/// is misspelt must not be passed over.
public final class Settings {
    /// Where the table stands, as `agreement[0]`; empty for the whole text.
    public let place: String
    /// What the text is.
    private let kind: SettingsKind
    private let entries: [ByteString: Setting]
    private var used: Set<ByteString> = []

    /// The whole of a text.
    ///
    /// - Throws: ``SettingError`` for what is no TOML.
    public convenience init(parsing text: [UInt8], as kind: SettingsKind) throws(SettingError) {
        try self.init(try Setting(parsing: text, as: kind), "", kind)
    }

    /// A table that stands at `place`.
    private init(_ setting: Setting, _ place: String, _ kind: SettingsKind) throws(SettingError) {
        guard case .table(let entries) = setting else {
            throw SettingError("\(place) is not a table")
        }
        self.entries = entries
        self.place = place
        self.kind = kind
    }

    /// Where an entry stands.
    public func path(_ name: String) -> String {
        let shown = ByteString(name).escaped
        return place.isEmpty ? shown : "\(place).\(shown)"
    }

    /// An error about an entry.
    public func failure(_ name: String, _ message: String) -> SettingError {
        SettingError("\(path(name)) \(message)")
    }

    /// The value of a name, which is known from now on; `nil` where it is missing.
    public func take(_ name: String) -> Setting? {
        used.insert(ByteString(name))
        return entries[ByteString(name)]
    }

    /// Whether there is an entry.
    public func has(_ name: String) -> Bool { entries[ByteString(name)] != nil }

    /// The names of all entries, in the order of their bytes.
    public var names: [ByteString] { entries.keys.sorted() }

    /// Ends the reading of this table.
    ///
    /// - Throws: ``SettingError`` naming an entry that nobody asked for.
    public func finish() throws(SettingError) {
        guard let stray = names.first(where: { !used.contains($0) }) else { return }
        throw SettingError(
            "\(place.isEmpty ? "" : place + ".")\(stray.escaped) is not known here; "
                + "see \(kind.guide) for what \(kind.name) can say")
    }

    // MARK: Values

    /// A text; `nil` where it is missing.
    public func optionalText(_ name: String) throws(SettingError) -> ByteString? {
        switch take(name) {
        case nil: return nil
        case .text(let text): return text
        default: throw failure(name, "is not a text")
        }
    }

    /// A text that must be there.
    public func text(_ name: String) throws(SettingError) -> ByteString {
        guard let text = try optionalText(name) else { throw failure(name, "is missing") }
        return text
    }

    /// A moment; `nil` where it is missing.
    public func optionalMoment(_ name: String) throws(SettingError) -> Timestamp? {
        switch take(name) {
        case nil: return nil
        case .moment(let moment): return moment
        default: throw failure(name, "is not a moment in UTC, as 2027-01-31T12:00:00Z")
        }
    }

    /// A moment that must be there.
    public func moment(_ name: String) throws(SettingError) -> Timestamp {
        guard let moment = try optionalMoment(name) else { throw failure(name, "is missing") }
        return moment
    }

    /// A truth value, false where it is missing.
    public func flag(_ name: String) throws(SettingError) -> Bool {
        switch take(name) {
        case nil: return false
        case .bool(let value): return value
        default: throw failure(name, "is neither true nor false")
        }
    }

    /// A number from 1.
    public func positive(_ name: String) throws(SettingError) -> Int64 {
        guard let value = take(name) else { throw failure(name, "is missing") }
        guard case .integer(let number) = value, number >= 1 else {
            throw failure(name, "is not a whole number from 1")
        }
        return number
    }

    /// A list of texts, none of them twice; `nil` where it is missing.
    public func optionalTexts(_ name: String) throws(SettingError) -> [ByteString]? {
        guard let value = take(name) else { return nil }
        guard case .list(let items) = value else { throw failure(name, "is not a list of texts") }
        var texts: [ByteString] = []
        for item in items {
            guard case .text(let text) = item else { throw failure(name, "is not a list of texts") }
            guard !texts.contains(text) else {
                throw failure(name, "has \"\(text.escaped)\" twice")
            }
            texts.append(text)
        }
        return texts
    }

    /// A list of at least one text.
    public func texts(_ name: String) throws(SettingError) -> [ByteString] {
        guard let texts = try optionalTexts(name) else { throw failure(name, "is missing") }
        guard !texts.isEmpty else { throw failure(name, "is empty") }
        return texts
    }

    // MARK: Tables

    /// A table in this one; `nil` where it is missing.
    public func optionalTable(_ name: String) throws(SettingError) -> Settings? {
        guard let value = take(name) else { return nil }
        return try Settings(value, path(name), kind)
    }

    /// A table that must be there.
    public func table(_ name: String) throws(SettingError) -> Settings {
        guard let table = try optionalTable(name) else { throw failure(name, "is missing") }
        return table
    }

    /// The tables of an array of tables; none where it is missing.
    public func tables(_ name: String) throws(SettingError) -> [Settings] {
        guard let value = take(name) else { return [] }
        guard case .list(let items) = value else {
            throw failure(name, "is not an array of tables, written [[\(name)]]")
        }
        var tables: [Settings] = []
        for (index, item) in items.enumerated() {
            tables.append(try Settings(item, "\(path(name))[\(index)]", kind))
        }
        return tables
    }
}
