import Anatomy
import Bytes
import Findings
import TestSupport
import Testing

/// Two builds that differ in nothing but what the profile names.
struct BenignTests {
    @Test(arguments: ArtifactKind.allCases, 0..<6)
    func `a benign second build is equivalent under exactly its rules`(
        kind: ArtifactKind, seed: UInt64
    ) {
        let pair = kind.pair(seed)
        for (left, right) in [(pair.first, pair.second), (pair.second, pair.first)] {
            let report = Workbench.compare(left, right)
            Workbench.check(report, "\(kind) \(seed)")
            #expect(report.verdict == .equivalent, "\(report.short)")
            let rules = report.rules.subtracting(kind.codecRules)
            #expect(rules == pair.rules.subtracting(kind.codecRules))
            #expect(kind.codecRules.isSubset(of: report.rules))
        }
    }

    @Test(arguments: ArtifactKind.allCases)
    func `under the profile that tolerates nothing it is different`(kind: ArtifactKind) {
        let pair = kind.pair(1)
        let report = Workbench.compare(pair.first, pair.second, Workbench.options(.none))
        Workbench.check(report, "\(kind)")
        #expect(report.verdict == .different)
        #expect(report.normalizations.isEmpty)
    }

    @Test(arguments: ArtifactKind.allCases)
    func `each rule is needed`(kind: ArtifactKind) throws {
        let pair = kind.pair(2)
        let all = Workbench.compare(pair.first, pair.second)
        for rule in all.rules {
            let others = Profile.archiveRules.filter { $0.name != rule }
            let profile = Profile(name: "others", rules: others)
            let report = Workbench.compare(pair.first, pair.second, Workbench.options(profile))
            Workbench.check(report, "\(kind) without \(rule)")
            #expect(report.verdict == .different, "without \(rule): \(report.short)")
        }
    }

    @Test(arguments: ArtifactKind.allCases)
    func `the same bytes are identical and nothing is opened`(kind: ArtifactKind) {
        let bytes = kind.pair(3).first
        let report = Workbench.compare(bytes, bytes)
        Workbench.check(report, "\(kind)")
        #expect(report.verdict == .identical)
        #expect(report.left.digest == report.right.digest)
        // Damaged in the same way on both sides: still the same bytes.
        let damaged = Array(bytes.dropLast(3))
        #expect(Workbench.compare(damaged, damaged).verdict == .identical)
    }
}

extension ArtifactKind {
    /// Rules that hold because what is inside differs, or because the encoders happen to.
    var codecRules: Set<String> {
        switch self {
        case .tarGzip: ["gzip.compression"]
        case .tarXz, .deb: ["xz.compression"]
        case .tarZstd: ["zstd.compression"]
        case .tarBzip2: ["bzip2.compression"]
        default: []
        }
    }
}
