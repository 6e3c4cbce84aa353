import Anatomy
import Archives
import ArgumentParser
import Bytes
import Formats

/// `tally formats`
struct FormatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats", abstract: "List the formats that are understood.")

    @OptionGroup var output: OutputOptions

    /// One line per format, in the order in which they are tried. No reader is ever started.
    func run() throws {
        try reportingTrouble {
            let reader = Program.reader(seconds: 1)
            let formats = Format.all(reader: reader)
            if output.format == .json {
                let values = formats.map { format in
                    JSON.record([
                        "name": .text(format.name), "title": .text(format.title),
                        "framingAccounted": .bool(format.isFramingAccounted),
                        "specification": .text(format.specification),
                        "rules": .array(format.rules.map { .text($0.name) }),
                        "fields": .array(
                            format.fields.map { kind in
                                .record([
                                    "id": .text(kind.id), "meaning": .text(kind.meaning),
                                    "rule": .text(kind.rule?.name),
                                ])
                            }),
                    ])
                }
                try output.write(JSON.array(values).text(pretty: true) + [0x0a])
                return 0
            }
            let lines = formats.map { format in
                let framing =
                    format.isFramingAccounted
                    ? "every byte accounted" : "framing not accounted"
                return "\(format.name)\t\(format.title)\t\(framing)\t\(format.specification)\n"
            }
            try output.write(Array(lines.joined().utf8))
            return 0
        }
    }
}

/// `tally explain RULE`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what a normalization tolerates, and why.")

    @Argument(help: "A normalization, as tar.mtime; without one, all are listed.")
    var rule: String?

    @OptionGroup var output: OutputOptions

    /// An unknown rule is wrong usage, not an empty answer.
    func validate() throws {
        guard let rule else { return }
        guard Rule.all.contains(where: { $0.name == rule }) else {
            throw ValidationError(
                "There is no normalization named '\(ByteString(rule).escaped)'; "
                    + "'tally explain' lists them.")
        }
    }

    /// The names of the profiles whose sets hold a rule.
    private func profiles(of rule: Rule) -> [String] {
        Profile.names.filter { Profile.named($0)?.allows(rule) ?? false }
    }

    /// The same for people; a rule may be in no set at all.
    private func holders(of rule: Rule) -> String {
        let names = profiles(of: rule)
        return names.isEmpty ? "no profile: only --allow names it" : names.joined(separator: ", ")
    }

    /// What a rule says of itself, in five lines; all rules if none is named.
    func run() throws {
        try reportingTrouble {
            let rules = Rule.all.filter { rule == nil || $0.name == rule }
            if output.format == .json {
                let values = rules.map { rule in
                    JSON.record([
                        "rule": .text(rule.name), "version": .integer(Int64(rule.version)),
                        "tolerates": .text(rule.tolerates), "reason": .text(rule.reason),
                        "refuses": .text(rule.refuses), "hides": .text(rule.hides),
                        "profiles": .array(profiles(of: rule).map { .text($0) }),
                    ])
                }
                try output.write(JSON.array(values).text(pretty: true) + [0x0a])
                return 0
            }
            let text = rules.map { rule in
                """
                \(rule.name), version \(rule.version)
                  tolerates    \(rule.tolerates)
                  safe because \(rule.reason)
                  refuses      \(rule.refuses)
                  would hide   \(rule.hides)
                  held by      \(holders(of: rule))

                """
            }
            try output.write(Array(text.joined(separator: "\n").utf8))
            return 0
        }
    }
}
