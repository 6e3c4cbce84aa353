import Anatomy
import Bytes
import Findings
import Formats
import Foundation
import TestSupport
import Testing

/// Flips of bits and bytes anywhere in every fixture: no wrong match follows.
struct FlipTests {
    /// Flips per file and profile; `make flips N=200` tries more.
    static let count = ProcessInfo.processInfo.environment["TALLY_FLIPS"].flatMap { Int($0) } ?? 2

    /// A file that is damaged, and the one that the damaged file is compared with.
    struct Target {
        let name: String
        let other, bytes: [UInt8]
    }

    /// What came of all flips.
    struct Totals {
        var files = 0
        var tried = 0
        var equivalent = 0
        var faults: [String] = []
    }

    @Test func `a flip is accepted only in a field that a listed rule covers`() throws {
        var totals = Totals()
        var random = SeededGenerator(UInt64(FlipTests.count))
        for target in try FlipTests.targets() where !target.bytes.isEmpty {
            totals.files += 1
            for _ in 0..<FlipTests.count {
                let flip = Mutation(
                    .flip, at: random.below(target.bytes.count),
                    random.once(in: 2) ? 1 << UInt8(random.below(8)) : UInt8(1 + random.below(255)))
                FlipTests.compare(target, flip, &totals)
            }
        }
        print(
            "flips: \(totals.files) files, \(totals.tried) comparisons, \(totals.equivalent) "
                + "equivalent in tolerated fields, \(totals.faults.count) accepted outside of them")
        #expect(totals.faults.isEmpty, "\(totals.faults.prefix(10))")
        #expect(totals.equivalent > 0, "no flip fell into a tolerated field: nothing was shown")
    }

    private static func compare(_ target: Target, _ flip: Mutation, _ totals: inout Totals) {
        let damaged = flip.applied(to: target.bytes)
        for profile in [Profile.archive(), .packaging()] {
            let report = Workbench.compare(target.other, damaged, Workbench.options(profile))
            let note = "\(target.name), \(flip), \(profile.name)"
            Workbench.check(report, note)
            totals.tried += 1
            // A flip of one of two builds may make the other of it.
            guard damaged != target.other, report.isMatch else { continue }
            let tolerance = Tolerance(target.other, damaged, flip, report)
            if let fault = report.verdict == .identical ? "identical" : tolerance.fault {
                totals.faults.append("\(note): \(fault)")
            } else {
                totals.equivalent += 1
            }
        }
    }

    /// Every fixture against itself, and both builds of every benign pair against each other.
    private static func targets() throws -> [Target] {
        var targets: [Target] = []
        func add(_ name: String, _ left: [UInt8], _ right: [UInt8], isBenign: Bool) {
            targets.append(Target(name: name, other: left, bytes: left))
            targets.append(Target(name: name, other: isBenign ? left : right, bytes: right))
        }
        for kind in ArtifactKind.allCases {
            let pair = kind.pair(11)
            add("\(kind)", pair.first, pair.second, isBenign: true)
        }
        for vector in Vector.all {
            add(vector.name, vector.left, vector.right, isBenign: vector.isBenign)
        }
        for suffix in ["-1.0.tar.gz", "-1.0.zip", "_1.0_amd64.deb"] {
            let (one, later) = (
                try Vector.read("packages/one/libtally-sample" + suffix),
                try Vector.read("packages/later/libtally-sample" + suffix)
            )
            add(suffix, one, later, isBenign: true)
        }
        return targets
    }
}
