import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import TestSupport

/// What has to hold of a comparison, whatever is compared.
enum Pair {
    /// The profiles that are tried.
    static let profiles = Profile.names.compactMap { Profile.named($0) }

    /// An input is a byte that says how it is cut in two, four bytes for that, and the bytes.
    static func check(_ input: [UInt8]) {
        guard input.count > 5 else { return }
        let number = input[1..<5].reduce(0) { $0 << 8 | Int($1) }
        let body = Array(input[5...])
        switch input[0] % 3 {
        case 0:
            let cut = number % (body.count + 1)
            check(Array(body[..<cut]), Array(body[cut...]))
        case 1: check(body, body)
        default:
            var random = SeededGenerator(UInt64(number))
            check(changed(body, &random), changed(body, &random))
        }
    }

    /// An input for two given sides.
    static func input(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        let cut = (0..<4).map { UInt8(truncatingIfNeeded: left.count >> (24 - 8 * $0)) }
        return [0] + cut + left + right
    }

    /// None to two changes.
    private static func changed(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var changed = bytes
        for _ in 0..<random.below(3) where !changed.isEmpty {
            changed = Mutation(to: changed, &random).applied(to: changed)
        }
        return changed
    }

    private static func check(_ left: [UInt8], _ right: [UInt8]) {
        for profile in profiles {
            let report = compare(left, right, profile)
            check(report, isSame: left == right)
            let turned = compare(right, left, profile)
            hold(
                turned.verdict == report.verdict,
                "\(report.verdict), and \(turned.verdict) from the other side")
        }
    }

    static func compare(_ left: [UInt8], _ right: [UInt8], _ profile: Profile) -> Report {
        var options = ComparisonOptions(
            formats: Format.accounted, profile: profile, spool: Dissection.spool,
            tool: Report.Tool(name: "tally", version: "0"))
        options.limits = Dissection.limits
        func side(_ bytes: [UInt8]) -> Artifact {
            Artifact(path: "side", body: .file(MemorySource(bytes)))
        }
        return ArtifactComparison(side(left), side(right), options).run()
    }

    private static func check(_ report: Report, isSame: Bool) {
        for unread in report.unread {
            hold(!unread.message.hasPrefix("internal error"), unread.message)
            hold(!unread.message.contains("a fault in the dissector"), unread.message)
        }
        hold((report.verdict == .identical) == isSame, "\(report.verdict) of same bytes: \(isSame)")
        switch report.verdict {
        case .identical: hold(report.findings.isEmpty, "identical without a finding")
        case .equivalent:
            hold(report.findings.isEmpty && report.complete, "equivalent without a finding")
            hold(!report.normalizations.isEmpty, "equivalent under a rule")
            hold(report.left.normalForm != nil, "equivalent with a normal form")
            hold(report.left.normalForm == report.right.normalForm, "equal normal forms")
        case .different: hold(!report.roots.isEmpty, "different with a root difference")
        case .inconclusive: hold(!report.complete, "inconclusive for something unread")
        }
    }
}
