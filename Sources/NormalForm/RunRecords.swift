import Anatomy
import Bytes

/// What a run of fields leaves in the normal form under a profile.
struct RunRecords {
    /// The records, in their order.
    var records: [[[UInt8]]] = []
    /// Times that a rule tolerates, unless a companion is checked against them.
    var times: [(attribute: String, value: [UInt8])] = []

    /// Records of what the profile does not tolerate: attributes by name, then fields that stand
    /// for themselves and, where the encoding may not differ, raw bytes. Derived fields leave
    /// nothing.
    init(_ run: FieldRun, format: Format, profile: Profile) {
        let fields = format.expand(run)
        var values: [String: (canonical: [UInt8], isGuarded: Bool)] = [:]
        for field in fields {
            guard case .value(let attribute, let canonical) = field.role else { continue }
            let isGuarded = field.isGuarded || values[attribute]?.isGuarded ?? false
            values[attribute] = (canonical, isGuarded)
        }
        var kept: Set<String> = []
        for (attribute, value) in values.sorted(by: { Self.precedes($0.key, $1.key) }) {
            if profile.allows(format.rule(for: attribute), isGuarded: value.isGuarded) {
                if attribute.hasSuffix(".mtime"), !value.canonical.isEmpty {
                    times.append((attribute, value.canonical))
                }
            } else {
                kept.insert(attribute)
                // Absence and the empty value are the same.
                if !value.canonical.isEmpty { add("value", attribute, value.canonical) }
            }
        }
        for field in fields { add(field, kept: kept, format: format, profile: profile) }
    }

    /// What the run says that an unpacked file does not show (`container.unpacked`).
    static func residue(of run: FieldRun, format: Format, profile: Profile) -> [[[UInt8]]] {
        RunRecords(run, format: format, profile: profile).records.filter { record in
            !format.fields.contains { kind in
                kind.isUnpacked && record.count > 1 && record[1].elementsEqual(kind.id.utf8)
            }
        }
    }

    /// Adds a field's own bytes, where no attribute has spoken for them already.
    private mutating func add(
        _ field: Field, kept: Set<String>, format: Format, profile: Profile
    ) {
        switch field.role {
        case .derived: break
        case .own:
            guard !profile.allows(format.rule(for: field.id), isGuarded: field.isGuarded),
                !field.bytes.isEmpty
            else { return }
            add("field", field.id, Array(field.bytes))
        case .value(let attribute, _):
            guard kept.contains(attribute), !profile.allows(format.encodingRule) else { return }
            add("raw", field.id, Array(field.bytes))
        }
    }

    /// Adds a record of three strings.
    private mutating func add(_ word: String, _ name: String, _ bytes: [UInt8]) {
        records.append([Array(word.utf8), Array(name.utf8), bytes])
    }

    /// Orders attribute names by their bytes, whatever the locale.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
