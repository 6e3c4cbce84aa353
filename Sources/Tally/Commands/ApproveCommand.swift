import ArgumentParser
import Attestation
import Bytes
import Hashing
import Trust

/// `tally approve ARTIFACT`
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Sign that an artifact is approved, and on which attestations that relies.",
        discussion: """
            This judges nothing: run 'tally verify' first. A policy can demand approvals by several \
            operators, for an environment, that rely on attestations which count.
            """)

    @Argument(help: "The artifact: a file, or a folder.")
    var artifact: Path

    @OptionGroup(title: "Who signs") var signers: SignerOptions

    @Option(name: .shortAndLong, help: "The file for the approval.")
    var output: Path

    @Option(help: "An attestation that the approval relies on; may be given several times.")
    var reliesOn: [Path] = []

    @Option(help: "What it is approved for, as production.")
    var environment: String?

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var view = TreeView.portable

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    func validate() throws {
        guard !signers.isEmpty else { throw ValidationError("Say who signs, with --key.") }
        try signers.check()
        _ = try AttestationWriter.timestamp(time)
    }

    func run() throws {
        try reportingTrouble {
            let signers = try signers.signers()
            let approval = Approval(
                environment: environment.map { ByteString($0) },
                reliesOn: try reliesOn.flatMap { try reliances(on: $0) },
                time: try AttestationWriter.timestamp(time))
            let taken = try Intake(delivery: nil, view: view, followsLinks: true, jobs: 1)
                .take(artifact.name)
            try checkNames(taken, approval)
            let envelope = try attesting { () throws(AttestationError) in
                Envelope(try Statement(approval, subjects: try subjects(taken)))
            }
            try signers.write(envelope, to: output)
            if !quiet { try Console.print("\(output.shown): signed\n") }
            return 0
        }
    }

    /// What cannot be covered cannot be approved.
    private func checkNames(_ taken: Intake.Taken, _ approval: Approval) throws {
        if let stray = taken.strays.first { throw Trouble(stray.sentence) }
    }

    /// The artifact, and each file of a folder if there are few enough; of more, none.
    private func subjects(_ taken: Intake.Taken) throws(AttestationError) -> [Subject] {
        let few = taken.files.count < Statement.subjectLimit
        var subjects: [Subject] = []
        for item in [taken.whole] + (few ? taken.files : []) {
            subjects.append(
                try Subject(name: item.name, sha256: item.sha256, sha512: item.sha512))
        }
        return subjects
    }

    /// The attestations in a file, by the digests of their payloads.
    private func reliances(on path: Path) throws -> [Approval.Reliance] {
        let text = try Input.bytes(path)
        return try attesting { () throws(AttestationError) in
            try Envelope.all(in: text).envelopes.map { envelope throws(AttestationError) in
                Approval.Reliance(
                    payload: SHA256.digest(of: envelope.payload),
                    predicateType: try Statement(of: envelope).predicateType)
            }
        }
    }
}
