import ArgumentParser
import Attestation
import Bytes
import Glibc
import Signing
import Trust

/// `verify … --vsa FILE`: the answer as a signed statement for others.
struct SummaryOptions: ParsableArguments {
    @Option(help: "A file for the answer as a signed SLSA verification summary.")
    var vsa: Path?

    @Option(help: "A private key that signs it; each one given adds a signature.")
    var vsaKey: [Path] = []

    @Option(help: "Who verifies, a URI.")
    var verifierId: String?

    @Option(help: "Under what name the artifact is to be used, a URI.")
    var resourceUri: String?

    @Option(help: "Where the policy is, a URI; a URN of its name and version by default.")
    var policyUri: String?

    @Flag(help: "State levels only: slsa-verifier 2.7 refuses SLSA_BUILD_REPRODUCED.")
    var vsaLevelsOnly = false

    @OptionGroup var passphrases: PassphraseOptions

    /// Finds combinations that make no sense.
    func check(hasPolicy: Bool) throws {
        try passphrases.check()
        guard vsa != nil else {
            guard vsaKey.isEmpty, verifierId == nil, resourceUri == nil, policyUri == nil,
                !vsaLevelsOnly
            else {
                throw ValidationError("--vsa-key, --verifier-id and --resource-uri need --vsa.")
            }
            return
        }
        guard hasPolicy, !vsaKey.isEmpty, verifierId != nil, resourceUri != nil else {
            throw ValidationError(
                "--vsa needs --policy, --vsa-key, --verifier-id and --resource-uri.")
        }
        for uri in [verifierId, resourceUri, policyUri].compactMap({ $0 }) {
            guard uri.utf8.contains(UInt8(ascii: ":")),
                uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
            else {
                throw ValidationError("A URI has a scheme and ASCII only, as https://example.org.")
            }
        }
    }

    /// The keys, before anything is opened; none if no summary is asked for. A summary that is
    /// there from before is taken away: it must not be found where there is no answer this time.
    func keys() throws -> [PrivateKey] {
        guard let vsa else { return [] }
        let source = try passphrases.source()
        let keys = try vsaKey.map { try source.privateKey($0) }
        try SummaryOptions.removeFile(vsa)
        return keys
    }

    private static func removeFile(_ path: Path) throws {
        var status = stat()
        guard unsafe lstat(path.terminated, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { return }
        guard unsafe unlink(path.terminated) == 0 else {
            throw Trouble("cannot replace \(path.shown): \(errorText(errno))")
        }
    }

    /// Signs and writes what came of a verification, yes or no.
    func write(
        _ result: VerificationResult, of verification: PolicyVerification,
        _ taken: [Intake.Taken], keys: [PrivateKey]
    ) throws {
        guard let vsa, let verifierId, let resourceUri, result.outcome != .malformed else { return }
        let reporter = PolicyVerification.Reporter(
            verifier: ByteString(verifierId), resource: ByteString(resourceUri),
            policy: policyUri.map { ByteString($0) }, statesProperties: !vsaLevelsOnly)
        let envelope = try attesting { () throws(AttestationError) in
            var envelope = Envelope(try verification.summary(of: result, taken, by: reporter))
            for key in keys { try envelope.sign(with: key) }
            return envelope
        }
        try OutputFile.write(envelope.text(), to: vsa)
    }
}
