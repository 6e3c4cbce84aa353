import Bytes
import Findings

extension RebuildRecord {
    /// What comes before the comparison, for people; each line is ended.
    public var text: String {
        var lines = [headline]
        lines.append("  declared by  \(build.declaration.name.escaped)")
        lines.append("               \(build.declaration.digest.hex)")
        lines.append("  inputs       \(build.inputs.count), each with its SHA-256")
        lines.append("  builds       \(builds)")
        if let plan { lines += RebuildRecord.lines(plan) }
        lines += notes.map { "  note         \($0)" }
        lines += traceLines
        lines += causeLines
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// The outcome in one line. *Reproduced* is said of equal bytes alone.
    private var headline: String {
        let name = build.job.name.escaped
        let isAgainst = plan == nil && runs.count == 1
        switch comparison?.verdict {
        case .identical:
            return isAgainst
                ? "REPRODUCED: \(name) was built again, to the same bytes"
                : "the same bytes each time: \(name)"
        case .equivalent:
            return
                "NOT REPRODUCED: \(name) was built again, to other bytes that named rules tolerate"
        case .different: return "NOT REPRODUCED: \(name) was built again, to other bytes"
        case .inconclusive, nil: return "NOT REPRODUCED: \(name); the outputs could not be judged"
        }
    }

    private static func lines(_ plan: VariationPlan) -> [String] {
        ["  variations   seed \(plan.seed)"]
            + plan.entries.map { entry in
                let (word, detail) = entry.effect.words
                let name = entry.variation.name.padded(to: 20)
                return "    \(name) \(word): \(ByteString(detail).escaped)"
            }
    }

    /// What was seen of the build on the right.
    private var traceLines: [String] {
        guard let trace = runs.last?.result.trace else { return [] }
        var lines = trace.lines
        // Where causes are told of, each has its own.
        if causes.isEmpty { lines += origins.shownLines.map { "  origin       \($0)" } }
        return lines
    }

    /// What bisecting found.
    private var causeLines: [String] {
        guard let isConfirmed else { return [] }
        if isFlaky {
            return ["  causes       none: builds under equal conditions differ from each other"]
        }
        guard !causes.isEmpty else {
            return ["  causes       none: no variation makes a difference"]
        }
        var lines = [
            "  causes       \(causes.count), replayed in \(builds) builds"
                + (isConfirmed ? "; without them the outputs are the same" : "; there are more")
        ]
        for cause in causes { lines += cause.lines }
        return lines
    }
}

extension RebuildRecord.Cause {
    /// Root differences of one cause that are shown.
    private static let shown = 20

    /// The variations, and where the outputs differ with them.
    var lines: [String] {
        let names = variations.joined(separator: " with ")
        let roots = comparison.roots
        var lines = roots.prefix(RebuildRecord.Cause.shown).map { finding in
            let place = finding.location.description
            return "      \(place): \(RebuildRecord.Cause.bytes(finding))"
        }
        if roots.isEmpty {
            lines = ["      \(comparison.verdict.rawValue): nothing counts that differs"]
        }
        if roots.count > lines.count { lines.append("      and \(roots.count - lines.count) more") }
        lines += origins.shownLines.map { "      \($0)" }
        return ["    \(names)"] + lines
    }

    /// How many bytes differ from which offset on.
    private static func bytes(_ finding: Finding) -> String {
        guard let left = finding.left, let right = finding.right else {
            return finding.kind.rawValue
        }
        let length =
            left.range.length == right.range.length
            ? "\(left.range.length)" : "\(left.range.length) and \(right.range.length)"
        return "\(finding.kind.rawValue) at offset \(left.range.start), \(length) bytes"
    }
}

extension String {
    /// The text with spaces up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
