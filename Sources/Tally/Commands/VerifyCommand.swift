import ArgumentParser
import Attestation
import Bytes
import Findings
import Hashing
import Trust

/// `tally verify ARTIFACT…`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check artifacts against attestations, by a policy or a key that you trust.",
        discussion: """
            Exit status: 0 every demand is met, 1 denied, 2 an input is unreadable or malformed, \
            3 it would pass if the signatures were good or the artifact were a subject, 4 it would \
            pass at another time, 64 wrong usage. Docs/Policy.md says what a policy can demand.
            """)

    @Argument(help: "The artifacts: files or folders.")
    var artifacts: [Path]

    @Option(
        name: [.long, .customLong("evidence")],
        help: "An attestation, or a folder of them; may be given several times.")
    var attestation: [Path]

    @OptionGroup var rules: PolicyOptions

    @Option(help: "Without a policy: a public key to believe; may be given several times.")
    var key: [Path] = []

    @Option(
        help: "Without a policy: the least to accept, identical, equivalent or digest-only.")
    var accept: Acceptance?

    @Option(help: "The time to judge as of, as 2026-01-31T12:00:00Z.")
    var at: String?

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var view = TreeView.portable

    @Option(help: "A folder to copy the artifacts into, as they were hashed, if the answer is yes.")
    var deliver: Path?

    @OptionGroup(title: "The answer for others") var summary: SummaryOptions

    @Option(help: "How many threads read and verify.")
    var jobs = 2

    @OptionGroup var output: OutputOptions

    /// Each list must have something in it: nothing would then be checked, and pass.
    func validate() throws {
        guard !artifacts.isEmpty, !attestation.isEmpty, key.isEmpty != rules.policy.isEmpty else {
            throw ValidationError(
                "Name an artifact, --attestation, and either --policy or --key.")
        }
        guard accept == nil || rules.policy.isEmpty else {
            throw ValidationError("--accept is for --key; a policy says what it accepts.")
        }
        guard jobs > 0 else { throw ValidationError("--jobs is a positive number.") }
        try rules.check()
        try summary.check(hasPolicy: !rules.policy.isEmpty)
        _ = try time()
    }

    /// The time to judge as of, if it was given.
    private func time() throws -> Timestamp? {
        try at.map { try AttestationWriter.timestamp($0) }
    }

    func run() throws {
        try reportingTrouble {
            let delivery = try deliver.map { try Delivery(artifacts.map(\.name), to: $0.name) }
            let result =
                rules.policy.isEmpty ? try shortForm(delivery) : try longForm(delivery)
            if result.outcome == .accepted { try delivery?.commit() }
            let text = result.lines.map { $0 + "\n" }.joined()
            let isJSON = output.format == .json
            try output.write(isJSON ? result.json.text(pretty: true) + [0x0a] : Array(text.utf8))
            return result.outcome.exitCode
        }
    }

    // MARK: Under a policy

    /// Judges by a policy. Artifacts are not even opened before one is trusted.
    private func longForm(_ delivery: Delivery?) throws -> VerificationResult {
        let keys = try summary.keys()
        let given = try time()
        let moment = try given ?? AttestationWriter.timestamp(nil)
        let clock: PolicyTerms.Clock = given == nil ? .machine : .operator
        let (policy, checks) = try rules.load()
        guard let policy else {
            return VerificationResult(
                artifacts: [], checks: checks, problems: [],
                terms: .policy(PolicyTerms(policy: nil, at: moment, clock: clock)))
        }
        let files = try attestation.flatMap { try EvidenceFolder.files($0) }
        let claims = ClaimSet(
            files, policy: policy, jobs: jobs, openPGP: try OpenPGPProgram.verifier(for: policy))
        let verification = PolicyVerification(
            policy: policy, claims: claims, checks: checks, at: moment, clock: clock)
        let intake = Intake(delivery: delivery, view: view, followsLinks: false, jobs: jobs)
        let taken = try artifacts.map { try intake.take($0.name) }
        let result = verification.judge(taken)
        try summary.write(result, of: verification, taken, keys: keys)
        return result
    }

    // MARK: By a key

    /// Reads every input before it judges, so that one which cannot be read is trouble and no
    /// denial.
    private func shortForm(_ delivery: Delivery?) throws -> VerificationResult {
        let keys = try key.map { try Input.publicKey($0) }
        let evidence = try attestation.map { path in
            Evidence(
                name: path.name,
                .bytes(try Input.bytes(path, limit: UInt64(Envelope.sizeLimit))))
        }
        let intake = Intake(delivery: delivery, view: view, followsLinks: true, jobs: jobs)
        let taken = try artifacts.map { try intake.take($0.name) }
        let moment = try time()
        return try trusting { () throws(TrustError) in
            let result = try Demand(
                keys: keys, acceptsEquivalent: accept == .equivalent,
                acceptsDigestOnly: accept == .digestOnly, at: moment
            ).judge(taken.map(\.whole), by: evidence)
            // Links are in a folder's listing, but nothing delivers them.
            return delivery == nil ? result : result.adding(taken.flatMap(\.strays))
        }
    }
}

/// Runs a judgement; a demand that makes no sense is wrong usage.
func trusting<Value>(_ work: () throws(TrustError) -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw ValidationError(error.message)
    }
}
