import Bytes
import Findings
import TestSupport
import Testing

/// Random pairs of archives, against a second reader that unpacks them into memory.
struct RandomPairTests {
    /// How many of a hundred pairs come out equivalent is not asserted one by one: see below.
    private func verdict(_ seed: UInt64) -> Verdict {
        let pair = RandomTar(seed)
        let left = pair.first.build()
        let right = pair.second.build()
        let report = Workbench.compare(left, right)
        Workbench.check(report, "seed \(seed)")
        let back = Workbench.compare(right, left)
        Workbench.check(back, "seed \(seed), the other way round")
        #expect(report.verdict == back.verdict, "\(seed): \(report.short) but \(back.short)")
        #expect(report.rules == back.rules || report.verdict != .equivalent, "seed \(seed)")
        #expect(report.findings.isEmpty == back.findings.isEmpty)
        if report.isMatch {
            let a = IndependentReader.tar(left) ?? []
            let b = IndependentReader.tar(right) ?? []
            for foldsCase in [false, true] {
                #expect(
                    VirtualDisk.lines(a, foldsCase: foldsCase)
                        == VirtualDisk.lines(b, foldsCase: foldsCase),
                    "seed \(seed): \(report.short) \(a.map(\.path.escaped))")
            }
        }
        return report.verdict
    }

    @Test(arguments: 0..<20)
    func `a match unpacks to the same files`(batch: UInt64) {
        let verdicts = (0..<60).map { verdict(batch * 1000 + $0) }
        // Were all pairs different, the property would say nothing.
        #expect(verdicts.count { $0 == .equivalent } > 8)
        #expect(verdicts.count { $0 == .different } > 8)
    }

    @Test(arguments: ArtifactKind.allCases)
    func `two artifacts of one kind and other content are different`(kind: ArtifactKind) {
        let report = Workbench.compare(kind.pair(1).first, kind.pair(2).first)
        Workbench.check(report, "\(kind)")
        #expect(report.verdict == .different)
    }

    @Test(arguments: ArtifactKind.allCases, ArtifactKind.allCases)
    func `kinds against each other never match`(left: ArtifactKind, right: ArtifactKind) {
        guard left < right else { return }
        let a = left.pair(1).first
        let b = right.pair(1).first
        let there = Workbench.compare(a, b)
        Workbench.check(there, "\(left) \(right)")
        let back = Workbench.compare(b, a)
        Workbench.check(back, "\(right) \(left)")
        #expect(there.verdict == back.verdict)
        // Kinds that hold the same, in other clothes of one format, may be equivalent.
        if there.isMatch {
            let seen = IndependentReader.read(a)?.sorted()
            #expect(seen != nil && seen == IndependentReader.read(b)?.sorted())
        }
    }
}

extension ArtifactKind: Comparable {
    public static func < (left: ArtifactKind, right: ArtifactKind) -> Bool {
        left.rawValue < right.rawValue
    }
}
