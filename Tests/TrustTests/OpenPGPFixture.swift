import Bytes
import Signing
import Testing
import Trust

/// Lists with OpenPGP signatures, and what gpgv 2.2.40 and sqv 1.1.0 wrote of them.
enum OpenPGPFixture {
    static let alice = "A784E9EF58F0F19E8C01D50CBA3C0FD03CBB8DA3"
    static let bob = "E191A945CAA39E69CBA82159D5B9EDC1848334EB"
    /// Bob's subkey, which signs.
    private static let subkey = "04A75AF2CE1215BF5A70CEB456EBE937A610C35C"

    private static let aliceBlock = """
        mDMEawHxnBYJKwYBBAHaRw8BAQdAbiO8wnfPulvjzzC/NLHo+PoU4FlamjJYEeGX
        rTnGXXO0FUFsaWNlIDxhQGV4YW1wbGUub3JnPoiQBBMWCAA4FiEEp4Tp71jw8Z6M
        AdUMujwP0Dy7jaMFAmsB8ZwCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ
        ujwP0Dy7jaNIDgEAncEpXzYfHgFAfFvqzgUzhh9hrPg1kx+s3RFMPFggUdwBAKng
        dwBlLKFyQqbgQ8DTeQ2vTB4eE1hOm71jFh4mwm8L
        """
    private static let bobBlock = """
        mFIEawHxnBMIKoZIzj0DAQcCAwSuxHuh+ryYo97m0kwvigTa9NCV8v236cV05jrS
        Udv/NDZ2BaxQfJLwpQzhatEwAQNGxz2/YL3lugZ7iz/4MQG8tBNCb2IgPGJAZXhh
        bXBsZS5vcmc+iJAEExMIADgWIQThkalFyqOeacuoIVnVue3BhIM06wUCawHxnAIb
        AQULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRDVue3BhIM067BfAP96ha8W2As6
        MCg7QE2wqW4NXul6nUa2nDLwB5qCUrrm4gEAmQvxBCNkc33uttoWVsctA8YqjVLO
        i1ZyJthcGbvBkAa4MwRrAfGcFgkrBgEEAdpHDwEBB0AQqIEfJ4UVk4ht7p09ljuK
        oZP7/8s/LH+HVnme1Bt+n4jvBBgTCAAgFiEE4ZGpRcqjnmnLqCFZ1bntwYSDNOsF
        AmsB8ZwCGwIAgQkQ1bntwYSDNOt2IAQZFggAHRYhBASnWvLOEhW/WnDOtFbr6Tem
        EMNcBQJrAfGcAAoJEFbr6TemEMNcsJoBAMC+3XRqKjcaK6LJ/42dIRAcN1Xxdbsa
        KXmOwcsUB9RmAQC3cyaVnqh7nKNetfioaosVDh9xeQ4QpsXLsAIsb5t2A3wPAP9V
        yQCpYNaeHp2jHYSfDpSSmIAwyId33TzRonfPTUCzAQD/Ux3JXVGPj+zhFSD3Qa5m
        tXjxU6jwzjh6r3rA5VrlzqA=
        """

    static func armored(_ block: String) -> String {
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n\(block)\n-----END PGP PUBLIC KEY BLOCK-----"
    }

    /// A key of a policy.
    static func key(
        _ name: String, _ block: String, _ fingerprint: String, more: String = ""
    ) -> String {
        """
        [key.\(name)]
        openpgp = \"\"\"
        \(armored(block))
        \"\"\"
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
            + (aliceKey ?? key("alice", aliceBlock, alice)) + key("bob", bobBlock, bob)
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
        key("alice", aliceBlock, fingerprint, more: more)
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
