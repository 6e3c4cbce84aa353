import Attestation
import Bytes

/// A table of a policy, read by name. What was not asked for is an error in the end: a demand that
/// is misspelt must not be passed over.
final class Settings {
    /// Where the table stands, as `agreement[0]`; empty for the whole policy.
    let place: String
    private let entries: [ByteString: Setting]
    private var used: Set<ByteString> = []

    /// A table that stands at `place`.
    init(_ setting: Setting, _ place: String) throws(PolicyError) {
        guard case .table(let entries) = setting else {
            throw PolicyError("\(place) is not a table")
        }
        self.entries = entries
        self.place = place
    }

    /// Where an entry stands.
    func path(_ name: String) -> String {
        let shown = ByteString(name).escaped
        return place.isEmpty ? shown : "\(place).\(shown)"
    }

    /// An error about an entry.
    func failure(_ name: String, _ message: String) -> PolicyError {
        PolicyError("\(path(name)) \(message)")
    }

    /// The value of a name, which is known from now on.
    private func take(_ name: String) -> Setting? {
        used.insert(ByteString(name))
        return entries[ByteString(name)]
    }

    /// Whether there is an entry.
    func has(_ name: String) -> Bool { entries[ByteString(name)] != nil }

    /// The names of all entries, in the order of their bytes.
    var names: [ByteString] { entries.keys.sorted() }

    /// Ends the reading of this table.
    ///
    /// - Throws: ``PolicyError`` naming an entry that nobody asked for.
    func finish() throws(PolicyError) {
        guard let stray = names.first(where: { !used.contains($0) }) else { return }
        throw PolicyError(
            "\(place.isEmpty ? "" : place + ".")\(stray.escaped) is not known here; "
                + "see Docs/Policy.md for what a policy can say")
    }

    // MARK: Values

    func optionalText(_ name: String) throws(PolicyError) -> ByteString? {
        switch take(name) {
        case nil: return nil
        case .text(let text): return text
        default: throw failure(name, "is not a text")
        }
    }

    func text(_ name: String) throws(PolicyError) -> ByteString {
        guard let text = try optionalText(name) else { throw failure(name, "is missing") }
        return text
    }

    func optionalMoment(_ name: String) throws(PolicyError) -> Timestamp? {
        switch take(name) {
        case nil: return nil
        case .moment(let moment): return moment
        default: throw failure(name, "is not a moment in UTC, as 2027-01-31T12:00:00Z")
        }
    }

    func moment(_ name: String) throws(PolicyError) -> Timestamp {
        guard let moment = try optionalMoment(name) else { throw failure(name, "is missing") }
        return moment
    }

    /// A truth value, false where it is missing.
    func flag(_ name: String) throws(PolicyError) -> Bool {
        switch take(name) {
        case nil: return false
        case .bool(let value): return value
        default: throw failure(name, "is neither true nor false")
        }
    }

    /// A number from 1.
    func positive(_ name: String) throws(PolicyError) -> Int64 {
        guard let value = take(name) else { throw failure(name, "is missing") }
        guard case .integer(let number) = value, number >= 1 else {
            throw failure(name, "is not a whole number from 1")
        }
        return number
    }

    func optionalTexts(_ name: String) throws(PolicyError) -> [ByteString]? {
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
    func texts(_ name: String) throws(PolicyError) -> [ByteString] {
        guard let texts = try optionalTexts(name) else { throw failure(name, "is missing") }
        guard !texts.isEmpty else { throw failure(name, "is empty") }
        return texts
    }

    // MARK: Tables

    func optionalTable(_ name: String) throws(PolicyError) -> Settings? {
        guard let value = take(name) else { return nil }
        return try Settings(value, path(name))
    }

    func table(_ name: String) throws(PolicyError) -> Settings {
        guard let table = try optionalTable(name) else { throw failure(name, "is missing") }
        return table
    }

    /// The tables of an array of tables; none where it is missing.
    func tables(_ name: String) throws(PolicyError) -> [Settings] {
        guard let value = take(name) else { return [] }
        guard case .list(let items) = value else {
            throw failure(name, "is not an array of tables, written [[\(name)]]")
        }
        var tables: [Settings] = []
        for (index, item) in items.enumerated() {
            tables.append(try Settings(item, "\(path(name))[\(index)]"))
        }
        return tables
    }
}
