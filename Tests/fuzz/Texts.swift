import Attestation
import Bytes
import Findings
import Reporting
import Trust

/// What has to hold of the readers of texts that others hand in.
enum Texts {
    /// What is read is written and read again as the same value.
    static func checkJSON(_ text: [UInt8]) {
        var limits = JSON.Limits()
        limits.values = 10_000
        guard let value = try? JSON(parsing: text, limits: limits) else { return }
        for pretty in [false, true] {
            let written = value.text(pretty: pretty)
            let again = try? JSON(parsing: written)
            hold(again == value, "JSON that was read is written: \(written.count) bytes")
            hold(again?.text(pretty: pretty) == written, "JSON has one form")
        }
    }

    /// A report that is attested is one that a reader of the attestation takes, and reads as the
    /// same. Any text may be read as a report, as a predicate, an envelope and a statement.
    static func checkReport(_ text: [UInt8]) {
        if let time = Timestamp("2026-01-31T12:00:00Z"),
            let predicate = try? Predicate(
                reportText: text, claims: Predicate.Claims(time: time))
        {
            hold((try? Predicate(predicate.json)) == predicate, "a predicate is read as written")
        }
        if let value = try? JSON(parsing: text), let predicate = try? Predicate(value) {
            hold((try? Predicate(predicate.json)) == predicate, "a predicate is read as written")
        }
        guard let envelopes = try? Envelope.all(in: text).envelopes else { return }
        for envelope in envelopes {
            hold(
                (try? Envelope(parsing: envelope.text())) == envelope,
                "an envelope is read as written")
            guard let statement = try? Statement(of: envelope) else { continue }
            if let predicate = try? Predicate(statement.predicate) {
                hold(predicate.json == predicate.json, "a predicate can be written")
            }
        }
    }

    /// A policy says what it demands in lines of their own. Any text may be read as one.
    static func checkPolicy(_ text: [UInt8]) {
        _ = try? PolicyFloor(text: text)
        guard let policy = try? Policy(text: text) else { return }
        hold(!policy.demands.isEmpty, "a policy demands something")
        for line in policy.explanation {
            hold(
                !line.unicodeScalars.contains { $0.properties.generalCategory == .control },
                "a policy is told in lines without controls")
        }
    }
}
