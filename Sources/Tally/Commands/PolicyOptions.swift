import Anatomy
import ArgumentParser
import Attestation
import Bytes
import Formats
import Glibc
import Signing
import Trust

/// `verify … --policy FILE`: which policy to believe, and since when.
struct PolicyOptions: ParsableArguments {
    @Option(help: "A policy, signed by 'tally policy sign'; may be given several times.")
    var policy: [Path] = []

    @Option(help: "A public key that must have signed the policy; may be given several times.")
    var policyKey: [Path] = []

    @Option(help: "How many of the --policy-key must have signed; all of them by default.")
    var policyThreshold: Int?

    @Flag(help: "Take one policy as TOML, signed by nobody; the result says so.")
    var unsignedPolicy = false

    @Option(help: "A file that remembers the newest version of each policy, against rollback.")
    var floor: Path?

    /// Finds combinations that make no sense.
    func check() throws {
        guard !policy.isEmpty else {
            guard policyKey.isEmpty, policyThreshold == nil, !unsignedPolicy, floor == nil else {
                throw ValidationError("--policy-key, --unsigned-policy and --floor need --policy.")
            }
            return
        }
        guard unsignedPolicy || !policyKey.isEmpty else {
            throw ValidationError(
                "Say who signed the policy with --policy-key, or --unsigned-policy.")
        }
        guard !unsignedPolicy || (policyKey.isEmpty && policyThreshold == nil && floor == nil)
        else {
            throw ValidationError(
                "--unsigned-policy goes with none of --policy-key, --policy-threshold and --floor.")
        }
        guard !unsignedPolicy || policy.count == 1 else {
            throw ValidationError("--unsigned-policy takes one --policy.")
        }
        guard policyThreshold.map({ (1...policyKey.count).contains($0) }) ?? true else {
            throw ValidationError("--policy-threshold is a number from 1 to that of --policy-key.")
        }
    }

    /// The policy to judge by, if there is one, and all that is to be said of it.
    func load() throws -> (policy: Policy?, checks: [VerificationResult.Check]) {
        if unsignedPolicy {
            let policy = try PolicyOptions.parse(policy[0])
            return (
                policy,
                [
                    .init(.policy, .notChecked, "the policy \(policy.title) is not signed"),
                    PolicyFloor.unchecked,
                ]
            )
        }
        let outcome = try trusted()
        guard let policy = outcome.policy else { return (nil, [outcome.check]) }
        try PolicyOptions.checkRules(of: policy)
        return (policy, [outcome.check, try checkFloor(policy)])
    }

    /// The newest policy that is trusted.
    private func trusted() throws -> PolicyChain.Outcome {
        let envelopes = try policy.flatMap { try PolicyOptions.envelopes(in: $0) }
        let keys = try policyKey.map { try Input.publicKey($0) }
        guard Set(keys).count == keys.count else {
            throw ValidationError("A key stands twice behind --policy-key.")
        }
        return try ruling { () throws(PolicyError) in
            try PolicyChain(envelopes).walk(from: keys, threshold: policyThreshold ?? keys.count)
        }
    }

    /// Measures a policy against what was seen before, and remembers it.
    private func checkFloor(_ policy: Policy) throws -> VerificationResult.Check {
        guard let floor else { return PolicyFloor.unchecked }
        var seen = PolicyFloor()
        if unsafe access(floor.terminated, F_OK) == 0 {
            let text = try Input.bytes(floor, limit: PolicyFloor.sizeLimit)
            seen = try ruling { () throws(PolicyError) in try PolicyFloor(text: text) }
        }
        let check = seen.check(policy)
        if case .notMet = check.state { return check }
        seen.raise(to: policy)
        try OutputFile.write(seen.text, to: floor)
        return check
    }

    // MARK: Reading

    /// A policy from TOML, whose rules are known here.
    static func parse(_ path: Path) throws -> Policy {
        let text = try Input.bytes(path, limit: 1 << 20)
        let policy = try ruling(path) { () throws(PolicyError) in try Policy(text: text) }
        try checkRules(of: policy)
        return policy
    }

    /// The signed policies in a file. Of a bundle, what is no policy is passed over.
    static func envelopes(in path: Path) throws -> [Envelope] {
        let text = try Input.bytes(path)
        do {
            if Bundle.recognizes(text) { return try Bundle(parsing: text).policies }
            return try Envelope.all(in: text).envelopes
        } catch {
            throw Trouble(
                "\(path.shown) is no signed policy: \(error.message); sign it with 'tally policy "
                    + "sign'")
        }
    }

    /// A rule that is not known would never be met, or might mean something else.
    static func checkRules(of policy: Policy) throws {
        let known = Set(Rule.all.map { ByteString("\($0.name)/\($0.version)") })
        if let stray = policy.rules.first(where: { !known.contains($0) }) {
            throw Trouble(
                "the policy \(policy.title) allows the rule \(stray.escaped), which this version "
                    + "does not have; 'tally explain' lists them")
        }
    }
}

/// Runs work with policies; its errors become trouble.
func ruling<Value>(
    _ path: Path? = nil, _ work: () throws(PolicyError) -> Value
) throws -> Value {
    do {
        return try work()
    } catch {
        throw Trouble((path.map { "\($0.shown): " } ?? "") + error.message)
    }
}
