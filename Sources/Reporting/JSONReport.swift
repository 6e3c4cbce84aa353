import Bytes
import Findings

/// A report for programs (`Docs/schemas/report-v1.schema.json`).
public struct JSONReport: Sendable {
    private let report: Report

    /// A JSON text of `report`.
    public init(_ report: Report) { self.report = report }

    /// The text: pretty, one form only, ended by a line break.
    public var text: [UInt8] { report.json.text(pretty: true) + [0x0a] }
}
