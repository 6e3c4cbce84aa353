import ArgumentParser
import Attestation
import Bytes

extension Predicate.Place: ExpressibleByArgument {}

/// `tally attest REPORT`
struct AttestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Sign what a JSON report says.",
        discussion: """
            Both artifacts are hashed again before anything is signed; --trust-report skips that, \
            and the statement says so.
            """)

    @Argument(help: "A report that 'tally compare --json' wrote.")
    var report: Path

    @Option(help: "The private key, as 'tally key generate' makes it.")
    var key: Path

    @Option(name: .shortAndLong, help: "The file for the attestation.")
    var output: Path

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    @Option(help: "The side that the attestation is about: left or right.")
    var subject = Predicate.Place.left

    @Flag(help: "Do not hash the artifacts again.")
    var trustReport = false

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    func validate() throws { _ = try AttestationWriter.timestamp(time) }

    func run() throws {
        try reportingTrouble {
            let writer = AttestationWriter(
                key: key, time: try AttestationWriter.timestamp(time), subject: subject,
                trustsReport: trustReport)
            try writer.write(try Input.bytes(report), to: output)
            if !quiet { try Console.print("\(output.shown): signed\n") }
            return 0
        }
    }
}
