import Attestation
import Bytes

extension Bundle {
    /// A statement that is carried along for others, and counts for nothing here: one that nobody
    /// signed, as GitLab's, or that a certificate signed, as GitHub's.
    public struct Material: Hashable, Sendable {
        /// What it says.
        public let statement: Statement
        /// Whether a certificate signed it.
        public let isKeyless: Bool
        /// All that came, on one line.
        let line: [UInt8]

        /// The material that a text is; `nil` for any other, an envelope among them.
        init?(_ text: [UInt8]) {
            guard let file = try? StatementFile(parsing: text), file.statements.count == 1,
                (try? Envelope.one(in: text)) == nil,
                let json = try? JSON(parsing: text, limits: Material.limits)
            else { return nil }
            statement = file.statements[0]
            isKeyless = file.isKeyless
            line = json.text(pretty: false) + [UInt8(ascii: "\n")]
        }

        /// The material in a text: the one that it is, or its lines.
        static func all(in text: [UInt8]) -> [Material] {
            guard StatementFile.mayBegin(text) else { return [] }
            if let only = Material(text) { return [only] }
            let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: Envelope.lineLimit)
            guard lines.count > 1, lines.count <= Envelope.lineLimit else { return [] }
            return lines.compactMap { Material(Array($0)) }
        }

        /// Whether it is all of a text, and not one of its lines.
        func isWhole(_ text: [UInt8]) -> Bool { Material(text) == self }

        private static var limits: JSON.Limits {
            var limits = JSON.Limits()
            limits.values = 2_000_000
            return limits
        }

        /// What it is, in a line.
        var words: String {
            "statement \(statement.predicateType.escaped), "
                + (isKeyless ? "signed by a certificate, which is not checked here" : "not signed")
        }
    }
}
