import Bytes
import Comparison
import Findings
import NormalForm

/// What `tally normalize` tells of its work.
struct NormalizeSummary {
    /// The file that was read, and where its normal form went; `nil` with `--check`.
    let input: Path
    let output: Path?
    let outcome: Normalizer.Outcome

    private var report: Report { outcome.report }

    /// Why there is no output. That a comparison finds a difference is a fault of the writer,
    /// unless something in the file vouches for bytes that the normal form does not have.
    var problems: [String] {
        let unread = report.unread.map { item in
            let fault =
                item.side == .right
                ? "internal error: the normal form cannot be read; please report this with the "
                    + "file: " : ""
            return "\(NormalizeSummary.place(input, item.location)): \(fault)\(item.message)"
        }
        guard unread.isEmpty else { return unread }
        return report.roots.prefix(3).map { finding in
            let place = "\(input.shown) › \(finding.location.description): "
            guard let note = finding.note else {
                return place
                    + "internal error: the normal form would lose this; please report this "
                    + "with the file"
            }
            return place + "the normal form would break this, so it is not written: \(note)"
        }
    }

    /// A location in the file, with the file in front.
    static func place(_ input: Path, _ location: Location) -> String {
        let inner = location.description
        let separator = inner.isEmpty ? "" : location.chain.isEmpty ? " " : " › "
        return input.shown + separator + inner
    }

    // MARK: For people

    /// What was kept, then the digests.
    var text: String {
        var lines: [String] = []
        lines += outcome.kept.map { "kept as it is: \($0.location.description): \($0.reason)" }
        if outcome.rewritten > 0, report.verdict == .equivalent {
            lines.append(
                "containers inside of members were written anew too, and digests of them that are "
                    + "listed elsewhere were not; --shallow leaves them as they are")
        }
        lines.append(verdict)
        return lines.map { $0 + "\n" }.joined()
    }

    private var verdict: String {
        let profile = report.profile.name
        guard let output else {
            return report.verdict == .identical
                ? "\(input.shown): in normal form under \(profile)"
                : "\(input.shown): not in normal form under \(profile)"
        }
        let rules = report.normalizations.map { "\($0.rule) (\($0.count))" }
        let digest = report.right.digest?.hex ?? ""
        let form = report.left.normalForm?.hex ?? ""
        return """
            \(output.shown): sha256 \(digest), \(report.right.size ?? 0) bytes
              normal form \(form) under \(profile):\(report.profile.digest.hex)
              \(rules.isEmpty ? "nothing changed" : "changed by " + rules.joined(separator: ", "))
            """
    }

    // MARK: For programs

    /// One record; a change has its value in the file on the left, the new one on the right.
    var json: [UInt8] {
        let value = JSON.record([
            "schema": .text("tallystick/normalize/v1"),
            "path": .text(input.shown),
            "sha256": .text(report.left.digest?.hex),
            "isNormal": .bool(report.verdict == .identical),
            "normalForm": .text(report.left.normalForm?.hex),
            "profile": .record([
                "name": .text(report.profile.name), "digest": .text(report.profile.digest.hex),
            ]),
            "output": .record([
                "path": .text(output?.shown), "sha256": .text(report.right.digest?.hex),
                "size": .count(report.right.size ?? 0),
            ]),
            "normalizations": .array(report.normalizations.map(\.json)),
            "kept": .array(
                outcome.kept.map { kept in
                    .record([
                        "path": .array(kept.location.chain.map { .text($0.escaped) }),
                        "reason": .text(kept.reason),
                    ])
                }),
        ])
        return value.text(pretty: true) + [0x0a]
    }
}
