import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import Testing

/// Comparisons in memory.
enum Workbench {
    static let spool = Spool(folder: "/tmp", budget: 1 << 30)

    /// The profiles that there are: what is hostile is accepted under none of them.
    static let profiles = Profile.names.compactMap { Profile.named($0) }

    static func options(
        _ profile: Profile = .archive(), limits: Limits = Limits()
    ) -> ComparisonOptions {
        var options = ComparisonOptions(
            formats: Format.accounted, profile: profile, spool: spool,
            tool: Report.Tool(name: "tally", version: "0"))
        options.unpackedRule = .unpacked
        options.limits = limits
        return options
    }

    static func compare(
        _ left: [UInt8], _ right: [UInt8], _ options: ComparisonOptions = Workbench.options()
    ) -> Report {
        ArtifactComparison(artifact("left", left), artifact("right", right), options).run()
    }

    static func artifact(_ name: ByteString, _ bytes: [UInt8]) -> Artifact {
        Artifact(path: name, body: .file(MemorySource(bytes)))
    }

    /// What must hold of every report, whatever was compared.
    static func check(_ report: Report, _ note: String) {
        #expect(
            !report.unread.contains { $0.message.hasPrefix("internal error") },
            "the comparison and the normal form disagree: \(note) \(report.short)")
        #expect(
            !report.unread.contains { $0.message.contains("a fault in the dissector") }, "\(note)")
        switch report.verdict {
        case .identical: #expect(report.isEmpty, "\(note)")
        case .equivalent:
            #expect(report.findings.isEmpty && report.unread.isEmpty, "\(note)")
            #expect(!report.normalizations.isEmpty, "\(note)")
            #expect(report.left.normalForm == report.right.normalForm, "\(note)")
            #expect(report.left.normalForm != nil, "\(note)")
        case .different: #expect(!report.roots.isEmpty, "\(note)")
        case .inconclusive: #expect(!report.unread.isEmpty && report.findings.isEmpty, "\(note)")
        }
        #expect(report.complete == report.unread.isEmpty, "\(note)")
        #expect(Set(report.findings.map(\.id)).count == report.findings.count, "\(note)")
    }
}

extension Report {
    var rules: Set<String> { Set(normalizations.map(\.rule)) }
    var isEmpty: Bool { findings.isEmpty && unread.isEmpty && normalizations.isEmpty }

    /// The report in a line or two, for failures.
    var short: String {
        let found = findings.prefix(4).map {
            "\($0.location.description): \($0.kind) \($0.leftValue ?? "-")|\($0.rightValue ?? "-")"
        }
        return "\(verdict) \(rules.sorted()) \(found) \(unread.map(\.message))"
    }

    var isMatch: Bool { verdict == .identical || verdict == .equivalent }
}
