import Anatomy
import Bytes
import Findings

/// Compares the fields of one run on both sides, or of a run that only one side has.
struct FieldComparison {
    /// Expands runs into fields, and names the rule for each.
    let format: Format
    let profile: Profile
    let collector: Collector
    /// The chain of names to the member, or to the container for its own fields.
    let chain: [ByteString]

    /// What the fields left to decide.
    struct Outcome {
        /// Fields that differ and follow from something else.
        var derived: [(left: Field?, right: Field?)] = []
        /// Times that a rule would tolerate, unless a companion is checked against them.
        var times: [Time] = []
        /// How many other times were tolerated.
        var toleratedTimes = 0
    }

    /// A tolerable difference in a member's time.
    struct Time {
        /// The rule that would tolerate it.
        let rule: Rule
        /// The attribute with its value on both sides.
        let pair: Pair
    }

    /// An attribute's value on both sides.
    struct Pair {
        /// The name that rules go by, as `tar.mtime`.
        let attribute: String
        /// The effective fields; `nil` where a side has none.
        let left, right: Field?

        /// The canonical value, which is empty for a missing field.
        private func value(_ field: Field?) -> [UInt8] {
            guard case .value(_, let canonical) = field?.role else { return [] }
            return canonical
        }

        /// The canonical values, however they were written down.
        var leftValue: [UInt8] { value(left) }
        var rightValue: [UInt8] { value(right) }
        // Absence and the empty value are the same.
        var differs: Bool { leftValue != rightValue }
        /// Whether rights or an installation hang on the attribute on either side.
        var isGuarded: Bool { left?.isGuarded ?? false || right?.isGuarded ?? false }
    }

    /// Compares the fields of two runs: first the attributes by their values, then field by field
    /// the bytes that say the same.
    ///
    /// - Parameter isTimed: whether the member is of a kind that a companion may be checked against
    /// by time. Then its times are handed back and not judged.
    func compare(_ left: FieldRun?, _ right: FieldRun?, isTimed: Bool) -> Outcome {
        var outcome = Outcome()
        if let left, let right, left.hasSameBytes(as: right), left.traits == right.traits {
            return outcome
        }
        let leftFields = left.map { format.expand($0) } ?? []
        let rightFields = right.map { format.expand($0) } ?? []
        let pairs = attributes(leftFields, rightFields)
        for pair in pairs where pair.differs { judge(pair, isTimed, &outcome) }
        let differing = Set(pairs.filter(\.differs).map(\.attribute))
        for (left, right) in FieldComparison.paired(leftFields, rightFields)
        where FieldComparison.differ(left, right) {
            judge(left, right, differing, pairs, &outcome)
        }
        return outcome
    }

    /// Every attribute with its effective field: the last one that carries it.
    private func attributes(_ left: [Field], _ right: [Field]) -> [Pair] {
        func effective(_ fields: [Field]) -> [String: Field] {
            var values: [String: Field] = [:]
            for field in fields {
                if case .value(let attribute, _) = field.role { values[attribute] = field }
            }
            return values
        }
        let left = effective(left)
        let right = effective(right)
        return Set(left.keys).union(right.keys)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Pair(attribute: $0, left: left[$0], right: right[$0]) }
    }

    /// Fields of both sides by name and occurrence.
    private static func paired(_ left: [Field], _ right: [Field]) -> [(Field?, Field?)] {
        // In reverse, so that taking the first is taking the last of the array.
        var rest = Dictionary(grouping: right.reversed()) { $0.id }
        var pairs: [(Field?, Field?)] = left.map { field in (field, rest[field.id]?.popLast()) }
        for field in right where rest[field.id]?.last == field {
            rest[field.id]?.removeLast()
            pairs.append((nil, field))
        }
        return pairs
    }

    /// Whether the bytes differ; a field that is empty on one side and missing on the other does
    /// not.
    private static func differ(_ left: Field?, _ right: Field?) -> Bool {
        // The same bytes may stand for themselves on one side, and for a value on the other.
        stand(left, for: right) || stand(right, for: left)
            || (left?.bytes ?? []) != (right?.bytes ?? [])
            || left?.range.length ?? 0 != right?.range.length ?? 0
    }

    /// Whether `field` stands for itself where `other` writes down a value.
    private static func stand(_ field: Field?, for other: Field?) -> Bool {
        guard field?.role == .own, case .value = other?.role else { return false }
        return true
    }

    /// Tolerates, puts off or reports a difference in an attribute's value. Only a rule that the
    /// user named tolerates a guarded one.
    private func judge(_ pair: Pair, _ isTimed: Bool, _ outcome: inout Outcome) {
        let rule = format.rule(for: pair.attribute)
        if let rule, profile.allows(rule, isGuarded: pair.isGuarded) {
            if isTimed, pair.attribute.hasSuffix(".mtime") {
                outcome.times.append(Time(rule: rule, pair: pair))
            } else {
                if pair.attribute.hasSuffix(".mtime") { outcome.toleratedTimes += 1 }
                tolerate(rule, pair)
            }
        } else {
            report(pair)
        }
    }

    /// Records a pair as tolerated by `rule`.
    func tolerate(_ rule: Rule, _ pair: Pair) {
        collector.tolerate(
            rule, at: Location(chain, field: pair.attribute),
            left: shown(pair.left, pair.leftValue),
            right: shown(pair.right, pair.rightValue))
    }

    /// Records a pair as a root difference.
    func report(_ pair: Pair, note: String? = nil) {
        var finding = Finding(
            id: findingID(chain, pair.attribute, .field), path: chain, field: pair.attribute,
            kind: pair.attribute == "zip.method" ? .codec : .field)
        finding.left = pair.left.map { Extent($0.range) }
        finding.right = pair.right.map { Extent($0.range) }
        finding.leftValue = shown(pair.left, pair.leftValue)
        finding.rightValue = shown(pair.right, pair.rightValue)
        let rule = format.rule(for: pair.attribute)
        let isRefused = pair.isGuarded && profile.allows(rule)
        finding.note =
            note
            ?? (isRefused
                ? "rights or an installation hang on it, so only --allow \(rule?.name ?? "") "
                    + "tolerates it" : nil)
        collector.add(finding)
    }

    /// A value fit for a report: controls escaped, cut after 256 bytes; `nil` if there was no
    /// field.
    private func shown(_ field: Field?, _ value: [UInt8]) -> String? {
        guard field != nil else { return nil }
        return value.count <= 256
            ? Escape.visible(value) : Escape.visible(value.prefix(256)) + "… (\(value.count) bytes)"
    }

    /// A field whose bytes differ, its attribute having been judged.
    private func judge(
        _ left: Field?, _ right: Field?, _ differing: Set<String>, _ pairs: [Pair],
        _ outcome: inout Outcome
    ) {
        guard let field = left ?? right else { return }
        if [left?.role, right?.role].contains(.own) { return judgeOwn(left, right, field) }
        switch field.role {
        case .derived: judgeDerived(left, right, field, &outcome)
        case .own: break
        case .value(let attribute, _):
            guard !differing.contains(attribute) else { return }
            let isGuarded = pairs.first { $0.attribute == attribute }?.isGuarded ?? false
            let rules = [format.encodingRule, format.rule(for: attribute)].compactMap { $0 }
            if let rule = rules.first(where: { profile.allows($0, isGuarded: isGuarded) })
                ?? rules.first(where: { $0 == format.encodingRule && profile.allows($0) })
            {
                collector.tolerate(
                    rule, at: Location(chain, field: field.id), left: raw(left), right: raw(right))
            } else {
                reportRaw(left, right, field, note: "the same value, written down differently")
            }
        }
    }

    /// A field that follows from others on both sides is left to the caller, who knows whether
    /// those differ. One that only one side has is another way to write the same down.
    private func judgeDerived(
        _ left: Field?, _ right: Field?, _ field: Field, _ outcome: inout Outcome
    ) {
        if left != nil, right != nil {
            outcome.derived.append((left, right))
        } else {
            judgeEncoding(left, right, field)
        }
    }

    /// Bytes that say nothing but what other bytes say too.
    func judgeEncoding(_ left: Field?, _ right: Field?, _ field: Field) {
        let rules = [format.encodingRule, format.compressionRule].compactMap { $0 }
        if let rule = rules.first(where: { profile.allows($0) }) {
            collector.tolerate(
                rule, at: Location(chain, field: field.id), left: raw(left), right: raw(right))
        } else {
            reportRaw(left, right, field, note: "the same meaning, written down differently")
        }
    }

    /// Bytes that stand for themselves on at least one side: only a rule for that very field
    /// tolerates them.
    private func judgeOwn(_ left: Field?, _ right: Field?, _ field: Field) {
        let isGuarded = left?.isGuarded ?? false || right?.isGuarded ?? false
        if let rule = format.rule(for: field.id), profile.allows(rule, isGuarded: isGuarded) {
            collector.tolerate(
                rule, at: Location(chain, field: field.id), left: raw(left), right: raw(right))
        } else {
            reportRaw(left, right, field, note: nil)
        }
    }

    /// A field's bytes fit for a report, cut after 64; `nil` if there was no field.
    private func raw(_ field: Field?) -> String? {
        guard let field else { return nil }
        let shown = Escape.visible(field.bytes.prefix(64))
        return field.bytes.count > 64 ? shown + "… (\(field.bytes.count) bytes)" : shown
    }

    /// A root difference about a field's bytes, with its extent on each side.
    private func reportRaw(_ left: Field?, _ right: Field?, _ field: Field, note: String?) {
        var finding = Finding(
            id: findingID(chain, field.id, .field), path: chain, field: field.id, kind: .field)
        finding.left = left.map { Extent($0.range) }
        finding.right = right.map { Extent($0.range) }
        finding.leftValue = raw(left)
        finding.rightValue = raw(right)
        finding.note = note
        collector.add(finding)
    }

    /// Records fields that had to change because the root did.
    func derive(_ fields: [(left: Field?, right: Field?)], from rootID: String) {
        for (left, right) in fields {
            guard let field = left ?? right else { continue }
            var finding = Finding(
                id: findingID(chain, field.id, .field), path: chain, field: field.id, kind: .field)
            finding.role = .derived
            finding.rootID = rootID
            finding.left = left.map { Extent($0.range) }
            finding.right = right.map { Extent($0.range) }
            finding.leftValue = left.map { "0x" + Hex.encode($0.bytes.prefix(16)) }
            finding.rightValue = right.map { "0x" + Hex.encode($0.bytes.prefix(16)) }
            collector.add(finding)
        }
    }
}
