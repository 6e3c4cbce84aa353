import Anatomy
import Bytes
import Comparison
import Findings
import Foundation
import Testing

/// Every pair of `Fixtures/special/expect.tsv`, and the sample packages.
struct SpecialPairTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        let left, right, verdict: String
        var testDescription: String { "\(left) \(right)" }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: fixtures.appending(path: name)))
    }

    static let pairs: [Pair] = {
        guard let text = try? read("special/expect.tsv") else { return [] }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t").map { String($0) }
            return Pair(left: parts[0], right: parts[1], verdict: parts[2])
        }
    }()

    @Test func `the list is there`() { #expect(SpecialPairTests.pairs.count > 80) }

    @Test(arguments: pairs)
    func `gets the verdict it must get, from both sides`(pair: Pair) throws {
        let left = try SpecialPairTests.read("special/" + pair.left)
        let right = try SpecialPairTests.read("special/" + pair.right)
        for (a, b) in [(left, right), (right, left)] {
            let report = Workbench.compare(a, b)
            Workbench.check(report, pair.left)
            let isRight =
                pair.verdict == "not-accepted"
                ? !report.isMatch : report.verdict.rawValue == pair.verdict
            #expect(isRight, "\(report.short)")
            let strict = Workbench.compare(a, b, Workbench.options(.none))
            Workbench.check(strict, pair.left)
            #expect(strict.normalizations.isEmpty)
            #expect(!strict.isMatch, "\(strict.short)")
        }
    }

    @Test(
        arguments: [
            ("two", Verdict.identical), ("later", .equivalent), ("changed", .different),
        ], ["-1.0.tar.gz", "-1.0.zip", "_1.0_amd64.deb"])
    func `the sample packages`(build: (folder: String, verdict: Verdict), suffix: String) throws {
        let name = "libtally-sample" + suffix
        let one = try SpecialPairTests.read("packages/one/" + name)
        let other = try SpecialPairTests.read("packages/\(build.folder)/" + name)
        let report = Workbench.compare(one, other)
        Workbench.check(report, name)
        #expect(report.verdict == build.verdict, "\(report.short)")
    }
}
