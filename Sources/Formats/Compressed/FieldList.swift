import Anatomy
import Bytes

/// The fields of a run, in order; a field that does not fit is left out with all behind it.
struct FieldList {
    /// What is taken apart.
    let run: FieldRun
    /// Those found so far.
    private(set) var fields: [Field] = []
    /// Where the next one begins.
    private(set) var offset = 0

    /// No fields yet.
    init(_ run: FieldRun) { self.run = run }

    /// Adds a field that follows from `origin`; none if it is empty.
    mutating func add(_ id: String, _ length: Int, from origin: String) {
        add(id, length, .derived(from: origin))
    }

    /// Adds a field with the value of the attribute of the same name.
    mutating func add(_ id: String, _ length: Int, value: String) {
        add(id, length, .value(attribute: id, canonical: Array(value.utf8)))
    }

    /// Adds a field; none if it is empty.
    mutating func add(_ id: String, _ length: Int, _ role: Field.Role) {
        guard length > 0, length <= run.bytes.count - offset else { return }
        fields.append(run.field(id, offset, length, role))
        offset += length
    }

    /// All fields, and behind them what did not fit, so that they cover the run.
    var all: [Field] {
        let rest = run.bytes.count - offset
        guard rest > 0, run.range.length > 0 else { return fields }
        let codec = run.id.prefix { $0 != "." }
        return fields + [run.field(codec + ".unaccounted", offset, rest, .own)]
    }

    /// Adds a field without bytes, for what a bit of another field says.
    mutating func addEmpty(_ id: String, _ role: Field.Role) {
        fields.append(run.field(id, offset, 0, role))
    }

    /// The little-endian number of the next `length` bytes, at most eight; those that are there.
    func little(_ length: Int) -> UInt64 {
        ByteOrder.little(run.bytes.dropFirst(offset).prefix(length))
    }
}
