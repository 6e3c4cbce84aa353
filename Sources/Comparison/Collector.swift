import Anatomy
import Bytes
import Findings
import Hashing

/// Everything that a comparison finds, in the order in which it finds it.
final class Collector {
    /// Only the limit on findings is looked at.
    private let limits: Limits
    /// Takes each tolerated difference as it comes, past the listed ones too.
    private let toleratedSink: ((Tolerated) -> Void)?
    /// Up to the limit, in the order of discovery.
    private(set) var findings: [Finding] = []
    /// Findings past the limit, derived ones among them.
    private(set) var omitted: UInt64 = 0
    /// Up to 1,000, each once.
    private(set) var unread: [Unread] = []
    /// Unread things past the limit, counted but not listed.
    private(set) var omittedUnread = 0
    /// By the rule's name.
    private var rules: [String: RuleRecord] = [:]
    /// How many times each finding's location was used: locations may repeat, IDs may not.
    private var uses: [String: Int] = [:]

    /// Unread things that are listed.
    private static let unreadLimit = 1_000

    /// What one rule tolerated, its list hashed as it grows.
    private final class RuleRecord {
        let rule: Rule
        /// All that were tolerated, listed or not.
        var count: UInt64 = 0
        /// Up to ``Normalization/listed`` of them, for the report.
        var first: [Tolerated] = []
        /// Over the full list as JSON Lines, the bytes that `--tolerated` writes.
        var hash = SHA256()
        init(_ rule: Rule) { self.rule = rule }

        /// Counts an item, lists it if there is room, and hashes it in any case.
        func add(_ item: Tolerated) {
            count += 1
            if first.count < Normalization.listed { first.append(item) }
            hash.update(item.json.text(pretty: false) + [0x0a])
        }

        /// The record so far; more may be added afterwards.
        var normalization: Normalization {
            Normalization(
                rule: rule.name, version: rule.version, count: count, first: first,
                listDigest: hash.fork().finish())
        }
    }

    /// - Parameter toleratedSink: called on the comparing thread.
    init(limits: Limits, toleratedSink: ((Tolerated) -> Void)?) {
        self.limits = limits
        self.toleratedSink = toleratedSink
    }

    /// Whether a difference was found that no rule covers.
    var hasFindings: Bool { !findings.isEmpty || omitted > 0 }

    /// Whether a rule has tolerated anything.
    var hasTolerated: Bool { !rules.isEmpty }

    /// Whether nothing at all was found.
    var isEmpty: Bool { !hasFindings && unread.isEmpty && rules.isEmpty }

    /// Where seals lie that both sides have, and which contents are not the same bytes on both
    /// sides, whatever tolerates that.
    private(set) var seals: Set<[ByteString]> = []
    private(set) var unequal: Set<[ByteString]> = []

    /// Remembers that both sides have something at `path`, if it may be a seal.
    func note(common path: [ByteString]) {
        guard let name = path.last else { return }
        if Seal(name) != nil { seals.insert(path) }
    }

    /// Remembers that the bytes at `path` are not the same on both sides.
    func note(unequal path: [ByteString]) { unequal.insert(path) }

    /// A point in the course of the comparison.
    struct Mark: Equatable {
        fileprivate let findings, unread: Int
        fileprivate let omitted, tolerated: UInt64

        /// Before anything was found.
        static let start = Mark(findings: 0, unread: 0, omitted: 0, tolerated: 0)
    }

    /// The present point.
    var mark: Mark {
        Mark(
            findings: findings.count, unread: unread.count, omitted: omitted,
            tolerated: rules.values.reduce(0) { $0 + $1.count })
    }

    /// Whether nothing was found or left unread since `mark`, but for what rules tolerate.
    func hasOnlyTolerated(since mark: Mark) -> Bool {
        findings.count == mark.findings && unread.count == mark.unread && omitted == mark.omitted
    }

    /// The ID of the first root difference found since `mark`.
    func firstRoot(since mark: Mark) -> String? {
        findings[mark.findings...].first { $0.role == .root }?.id
    }

    /// Adds a finding and returns its ID.
    @discardableResult
    func add(_ finding: Finding) -> String {
        guard findings.count < limits.findings else {
            omitted += 1
            return finding.id
        }
        let count = uses[finding.id, default: 0]
        uses[finding.id] = count + 1
        guard count > 0 else {
            findings.append(finding)
            return finding.id
        }
        let numbered = finding.withID("\(finding.id)-\(count + 1)")
        findings.append(numbered)
        return numbered.id
    }

    /// Says more of a finding: what it follows from, if anything, and why.
    func revise(_ id: String, rootID: String?, note: String) {
        guard let index = findings.firstIndex(where: { $0.id == id }) else { return }
        if let rootID {
            findings[index].role = .derived
            findings[index].rootID = rootID
            // What followed from it follows from its root now.
            for other in findings.indices where findings[other].rootID == id {
                findings[other].rootID = rootID
            }
        }
        findings[index].note = findings[index].note ?? note
    }

    /// Adds a difference that a rule tolerates.
    func tolerate(_ rule: Rule, at location: Location, left: String?, right: String?) {
        let item = Tolerated(
            rule: rule.name, version: rule.version, location: location, left: left, right: right)
        let record = rules[rule.name] ?? RuleRecord(rule)
        rules[rule.name] = record
        record.add(item)
        toleratedSink?(item)
    }

    /// Adds something that could not be read.
    func add(_ problem: Problem, on side: Unread.Place) {
        let item = Unread(
            side: side, location: problem.location, reason: problem.error.code.rawValue,
            message: problem.error.message)
        guard !unread.contains(item) else { return }
        guard unread.count < Collector.unreadLimit else { return omittedUnread += 1 }
        unread.append(item)
    }

    /// What was tolerated, by rule.
    var normalizations: [Normalization] {
        rules.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { $0.value.normalization }
    }

    /// The findings: all roots, then what follows from them in the order of the roots.
    var orderedFindings: [Finding] {
        let derived = Dictionary(grouping: findings.filter { $0.role == .derived }) { $0.rootID }
        let roots = findings.filter { $0.role == .root }
        return roots + roots.flatMap { derived[$0.id] ?? [] }
            + findings.filter { finding in
                finding.role == .derived && !roots.contains { $0.id == finding.rootID }
            }
    }
}

extension Finding {
    /// The same finding under another ID.
    fileprivate func withID(_ id: String) -> Finding {
        var copy = Finding(id: id, path: path, field: field, kind: kind)
        copy.role = role
        copy.rootID = rootID
        copy.left = left
        copy.right = right
        copy.leftValue = leftValue
        copy.rightValue = rightValue
        copy.ranges = ranges
        copy.omittedRanges = omittedRanges
        copy.context = context
        copy.lines = lines
        copy.note = note
        copy.cause = cause
        copy.risk = risk
        return copy
    }
}
