import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import Foundation
import Testing

/// Every vector of `Fixtures/hostile`, and the sample packages.
struct HostileTests {
    /// The classes of hostile pairs; each has to have a vector.
    static let classes = [
        "T1", "T2", "T3", "T5", "T6", "T9", "T10", "G1", "G3", "Z1", "Z2", "Z3", "Z5", "Z7", "Z8",
        "Z9", "J4", "W1", "H1", "P1", "A1", "X1", "B1", "O1", "S1", "R1", "C1", "D1", "N1", "E1",
        "P2", "L1", "K1", "V1", "M1",
    ]

    @Test func `every class of hostile pair has a vector, and no vector another class`() {
        let found = Set(Vector.all.compactMap(\.kind))
        #expect(found.subtracting(HostileTests.classes).isEmpty)
        for kind in HostileTests.classes { #expect(found.contains(kind), "\(kind)") }
        for vector in Vector.all {
            #expect(vector.isBenign == (vector.kind == nil), "\(vector.name)")
        }
    }

    @Test func `no vector is passed over`() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Vector.fixtures.appending(path: "hostile").path)
        #expect(Vector.all.count == files.count { $0.hasSuffix(".vector") })
        #expect(Vector.all.count > 250)
    }

    @Test(arguments: ["ar", "bzip2", "deb", "gzip", "tar", "xz", "zip", "zstd"])
    func `every format has a benign vector`(format: String) {
        let benign = Vector.all.filter(\.isBenign)
        #expect(benign.contains { Format.accounted.recognize($0.left[...])?.name == format })
    }

    @Test(arguments: Vector.all)
    func `gets the verdict it must get, from both sides`(vector: Vector) {
        for profile in Workbench.profiles {
            for (left, right) in [(vector.left, vector.right), (vector.right, vector.left)] {
                let report = Workbench.compare(left, right, Workbench.options(profile))
                Workbench.check(report, vector.name)
                if let reason = vector.fields["open"] {
                    withKnownIssue("\(reason)", isIntermittent: true) {
                        check(report, vector, profile)
                    }
                } else {
                    check(report, vector, profile)
                }
            }
        }
    }

    private func check(_ report: Report, _ vector: Vector, _ profile: Profile) {
        let note = "under \(profile.name): \(report.short)"
        // What is accepted under its own profile is under a wider one too; never under none.
        if vector.isBenign, profile.name != "none" {
            guard profile.name == vector.profile else { return }
            #expect(report.verdict == .equivalent, "\(note)")
            #expect(report.rules == vector.rules, "\(note)")
            return
        }
        #expect(!report.isMatch, "\(note)")
        if profile.name == vector.profile, vector.expected != "not-accepted" {
            #expect(report.verdict.rawValue == vector.expected, "\(note)")
        }
        if profile.name == "none" { #expect(report.normalizations.isEmpty, "\(note)") }
    }

    @Test(
        arguments: [
            ("two", Verdict.identical), ("later", .equivalent), ("changed", .different),
        ], ["-1.0.tar.gz", "-1.0.zip", "_1.0_amd64.deb"])
    func `the sample packages`(build: (folder: String, verdict: Verdict), suffix: String) throws {
        let name = "libtally-sample" + suffix
        let one = try Vector.read("packages/one/" + name)
        let other = try Vector.read("packages/\(build.folder)/" + name)
        let report = Workbench.compare(one, other)
        Workbench.check(report, name)
        #expect(report.verdict == build.verdict, "\(report.short)")
    }
}
