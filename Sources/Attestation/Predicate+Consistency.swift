import Bytes
import Findings

extension Predicate {
    /// Checks that the verdict agrees with what stands beside it (`comparison-v1.md`).
    ///
    /// - Throws: ``AttestationError`` with code `inconsistent`, naming the first contradiction.
    func checkConsistency() throws(AttestationError) {
        try demand(
            complete == (unread.count == 0),
            complete ? "complete and something unread" : "incomplete and nothing unread")
        try demand(!isSameFile || left.sha256 == right.sha256, "sameFile and two digests")
        try demand(findings.roots >= findings.listed.count, "fewer roots than are listed")
        try demand(
            findings.listed.count == min(Int(clamping: findings.roots), Predicate.listed),
            "a list of root findings that is cut short")
        try demand(
            unread.listed.count == min(Int(clamping: unread.count), Predicate.listed),
            "a list of what was not read that is cut short")
        try demand(
            findings.derived == 0 || findings.roots + findings.omitted > 0,
            "findings that follow from no root")
        for rule in normalizations {
            try demand(
                rule.count > 0
                    && rule.first.count == min(Int(clamping: rule.count), Normalization.listed),
                "rule \(rule.name.escaped) with a list that is cut short or empty")
        }
        try demand(
            Set(normalizations.map(\.name)).count == normalizations.count, "one rule twice")
        try checkBasis()
        switch verdict {
        case .identical: try checkIdentical()
        case .equivalent: try checkEquivalent()
        case .different: try checkDifferent()
        case .inconclusive: try demand(!complete, "everything read")
        }
    }

    /// The sides that were not read.
    private var stated: [Build] { [left, right].filter { $0.kind == .stated } }

    /// A side that was not read has its digest from a statement that is named, the other side was
    /// read, and the basis says so.
    private func checkBasis() throws(AttestationError) {
        try demand(stated.isEmpty || basis == .digestOnly, "a side that was not read")
        try demand(stated.count <= 1, "two sides that were not read")
        try demand(stated.allSatisfy { $0.provenance != nil }, "a digest that no statement gives")
        try demand(basis != .digestOnly || verdict != .equivalent, "digests alone")
    }

    /// Whether there is any root, listed or past the limit.
    private var hasFindings: Bool { findings.roots > 0 || findings.omitted > 0 }

    /// Whether two files have one digest. Of trees it says less: a listing holds what the portable
    /// view counts, and the full view counts more.
    private var haveOneDigest: Bool {
        [left.kind, right.kind].allSatisfy { $0 == .file || $0 == .stated }
            && left.sha256 == right.sha256
    }

    /// The bytes agree, so nothing may be left that says otherwise.
    private func checkIdentical() throws(AttestationError) {
        try demand(complete, "something unread")
        try demand(excluded.isEmpty, "something excluded")
        try demand(!hasFindings, "findings")
        try demand(normalizations.isEmpty, "normalizations")
        try demand(firstDifference == nil, "a first difference")
        try demand(left.sha256 == right.sha256, "two digests")
        try demand(left.normalForm == right.normalForm, "two normal forms")
        guard stated.isEmpty else { return }
        try demand(left.kind == right.kind, "a file and a tree")
        try demand(left.kind == .tree || left.size == right.size, "two sizes")
    }

    /// Both normal forms are there and agree. Without exclusions some rule must cover a difference,
    /// and two files must have two digests.
    private func checkEquivalent() throws(AttestationError) {
        try demand(complete, "something unread")
        try demand(!hasFindings, "root findings")
        try demand(left.normalForm != nil && right.normalForm != nil, "no normal-form digests")
        try demand(left.normalForm == right.normalForm, "two normal forms")
        if excluded.isEmpty {
            try demand(!haveOneDigest, "one digest")
            try demand(!normalizations.isEmpty, "no rule that covers a difference")
        }
    }

    /// At least one root, and not two files of one digest.
    private func checkDifferent() throws(AttestationError) {
        try demand(findings.roots > 0, "no root finding")
        try demand(!haveOneDigest, "one digest")
    }

    /// - Throws: ``AttestationError`` with code `inconsistent`, naming what stands beside the
    /// verdict.
    private func demand(
        _ condition: Bool, _ contradiction: @autoclosure () -> String
    ) throws(AttestationError) {
        guard !condition else { return }
        throw AttestationError(
            .inconsistent,
            "the verdict \(verdict.rawValue) stands beside \(contradiction()); compare again")
    }
}
