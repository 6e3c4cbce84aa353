import Bytes
import Signing
import TestSupport
import Testing
import Trust

/// Lists with OpenPGP signatures, and what gpgv 2.2.40 and sqv 1.1.0 wrote of them.
enum OpenPGPFixture {
    static let alice = OpenPGPSample.aliceFingerprint
    static let bob = OpenPGPSample.bobFingerprint
    /// Bob's subkey, which signs.
    private static let subkey = "04A75AF2CE1215BF5A70CEB456EBE937A610C35C"

    /// A key of a policy.
    static func key(
        _ name: String, _ block: String, _ fingerprint: String, more: String = ""
    ) -> String {
        """
        [key.\(name)]
        openpgp = \"\"\"
        \(block)\"\"\"
        fingerprint = "\(fingerprint)"
        operator = "\(name)"
        roles = ["rebuilder"]
        \(more)

        """
    }

    /// A policy that takes lists by Alice and Bob.
    static func text(threshold: Int = 1, aliceKey: String? = nil, more: String = "") throws
        -> String
    {
        PolicyFixture.head(root: ["root"], threshold: 1)
            + (try PolicyFixture.key("root", 9, "root", ""))
            + (aliceKey ?? key("alice", OpenPGPSample.alice, alice))
            + key("bob", OpenPGPSample.bob, bob)
                + """
                [group.signers]
                keys = ["alice", "bob"]
                [[agreement]]
                group = "signers"
                threshold = \(threshold)
                evidence = ["list"]
                basis = ["digest-only"]
                \(more)

                """
    }

    static func policy(threshold: Int = 1, more: String = "") throws -> Policy {
        try Policy(text: Array(try text(threshold: threshold, more: more).utf8))
    }

    /// Alice's key with something changed.
    static func aliceKey(fingerprint: String = alice, more: String = "") -> String {
        key("alice", OpenPGPSample.alice, fingerprint, more: more)
    }

    // MARK: Answers

    /// What gpgv writes of one signature. The time is 2026-01-31T12:00:00Z.
    static func status(
        of who: String, _ word: String = "GOODSIG", hash: Int = 8, form: String = "00",
        time: Int = 1_769_860_800
    ) -> [String] {
        let signer = who == bob ? subkey : who
        return [
            "NEWSIG", "KEY_CONSIDERED \(who) 0",
            "SIG_ID g+khZES7+M7uxGfgGbvczbiu8j4 2026-01-31 \(time)",
            "\(word) \(signer.suffix(16)) Alice <a@example.org>",
            "VALIDSIG \(signer) 2026-01-31 \(time) 0 4 0 22 \(hash) \(form) \(who)",
        ]
    }

    static func lines(_ lines: [String]) -> [UInt8] {
        Array(lines.map { "[GNUPG:] \($0)\n" }.joined().utf8)
    }

    static let signature = Array(
        "-----BEGIN PGP SIGNATURE-----\n\niHUE\n-----END PGP SIGNATURE-----\n".utf8)

    /// What comes of an answer about a signature over a list.
    static func outcome(
        _ answer: OpenPGPVerifier.Answer, _ policy: Policy, of content: String = "A",
        isNamed: Bool = true, over list: [UInt8]? = ForeignFixture.list(),
        signature: [UInt8] = signature, at: ByteString = PolicyFixture.now
    ) throws -> VerificationResult.Outcome {
        let file = ForeignFixture.file(signature, over: list, isNamed: isNamed)
        let verifier = OpenPGPVerifier { _, read, keyring in
            #expect(read == list && keyring.count > 500)
            return answer
        }
        let claims = ClaimSet([file], policy: policy, jobs: 1, openPGP: verifier)
        return PolicyVerification(
            policy: policy, claims: claims, checks: [], at: try PolicyFixture.moment(at),
            clock: .operator
        ).judge([Intake.Taken(file: Fixture.artifact(content))]).outcome
    }
}
