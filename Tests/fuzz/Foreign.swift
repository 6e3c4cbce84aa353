import Attestation
import Bytes
import Signing
import TestSupport
import Trust

/// What has to hold of the readers of what other programs sign.
enum Foreign {
    /// Nobody has signed what the fuzzer makes up: whatever is read, no key that was made for the
    /// occasion stands behind it. Keys that are read are canonical.
    static func check(_ text: [UInt8]) {
        checkKeys(text)
        let keys = Foreign.keys
        if let signature = try? DetachedSignature(text: text) {
            hold(signature.signers(among: keys, over: text).isEmpty, "nobody signed this")
        }
        hold(
            !Metablock.recognizes(text) || (try? JSON(parsing: text)) != nil,
            "what is recognized as a link is JSON")
        if let metablock = try? Metablock(parsing: text) {
            let again = try? JSON(parsing: metablock.signedBytes)
            hold(again != nil, "the canonical form is JSON")
            for key in keys {
                hold(
                    !metablock.signatures.contains {
                        key.verifies($0.bytes, over: metablock.signedBytes)
                    }, "nobody signed this")
            }
            _ = try? RebuildLink(of: metablock)
        }
        checkStatements(text)
        checkClaims(text)
        checkAnswers(text)
    }

    /// What is read as statements is meant to be some, and travels in a bundle unchanged.
    private static func checkStatements(_ text: [UInt8]) {
        if let file = try? StatementFile(parsing: text) {
            hold(StatementFile.recognizes(text), "what is read as statements is recognized")
            for statement in file.statements { _ = try? Provenance(of: statement) }
        }
        guard let bundle = try? Bundle(importing: text), let again = try? bundle.text() else {
            return
        }
        let read = try? Bundle(parsing: again)
        hold(read == nil || read?.materials == bundle.materials, "a bundle keeps its statements")
    }

    /// Whatever gpgv or sqv may write, only a fingerprint of the policy makes a signer.
    private static func checkAnswers(_ text: [UInt8]) {
        guard let policy = Seeds.openPGPPolicy else { return }
        let file = EvidenceFile(
            name: "x.asc", load: { .bytes(Array("-----BEGIN PGP SIGNATURE-----".utf8)) },
            signed: { .bytes(Seeds.signedList) })
        for answer in [OpenPGPVerifier.Answer.gpgv(text), .sqv(text)] {
            let verifier = OpenPGPVerifier { _, _, _ in answer }
            let claims = ClaimSet([file], policy: policy, jobs: 1, openPGP: verifier).claims
            let named = String(decoding: text, as: UTF8.self).contains(
                OpenPGPSample.aliceFingerprint)
            hold(named || claims.allSatisfy { $0.proven.isEmpty }, "nobody was named")
        }
    }

    private static let keys: [PublicKey] = (0..<2).compactMap { _ in
        try? PrivateKey.generate(.ed25519).publicKey
    }

    private static func checkKeys(_ text: [UInt8]) {
        let read = [
            try? PublicKey(rebuilderd: text), try? PublicKey(minisign: text),
            try? PublicKey(ssh: text),
        ]
        for key in read.compactMap({ $0 }) {
            hold((try? PublicKey(der: key.der)) == key, "a key that is read is canonical")
        }
        if let key = try? OpenPGPKey(armored: text) {
            hold(!key.packets.isEmpty && key.fingerprint.utf8.count >= 40, "a key has packets")
            for plain in key.plainKeys {
                hold((try? PublicKey(der: plain.der)) == plain, "a key that is read is canonical")
            }
        }
    }

    /// Any file may be evidence, and the file that another is over.
    private static func checkClaims(_ text: [UInt8]) {
        guard let seed = Seeds.policies().first, let policy = try? Policy(text: seed) else {
            return
        }
        let file = EvidenceFile(
            name: "x.sig", load: { .bytes(text) }, signed: { .bytes(Seeds.signedList) })
        let beside = EvidenceFile(
            name: "y.sig", load: { .bytes(Seeds.foreignTexts[0]) }, signed: { .bytes(text) })
        let claims = ClaimSet([file, beside], policy: policy, jobs: 1)
        hold(claims.claims.allSatisfy { $0.proven.isEmpty }, "nobody of the policy signed this")
    }
}

extension Seeds {
    /// A list, as the signatures are over it.
    static let signedList = Array(
        "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd  tool.tar\n".utf8)

    /// What minisign, signify, OpenSSH and rebuilderd write: signatures, then keys and a link.
    static let foreignTexts: [[UInt8]] = [
        """
        untrusted comment: signature from minisign secret key
        RUTlgOoXdfNtF9MFgLzIQvP1VTGRQE1BGpl3W+XQG8pV4rGhdBxJ7gRipuU3NU9BsVMxQCjrsiCKCBOK26aJIgM/f5unT+N+QAk=
        trusted comment: timestamp:1\tfile:SHA256SUMS
        XgSmfaNxp0wom+L1PgNoU4claEdR500gtELnTCVW0fbvA3AMzaiWTIKw3XokBBkjwxhkzE5Tzn8bDk0kPJiFCg==

        """,
        """
        untrusted comment: verify with s.pub
        RWScaAV1g4aNVTMBu9Yk8wP4NvQC1wHsTXpOL+MPARyZJ7OS2FJd+YXub1RZ9JAl7iAzxkdsWQX1WwHtEBrm3IMxWVYmjS/lkwI=

        """,
        """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg9XDUtkX04Apoaa7yn8LSudh+r8
        cPIkL1dg9926Y+Z9kAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx
        OQAAAEAeDOgdFMhmFDhlj4X40jnxtB1zdiZx9oXBHKQ4q1z1swN9A/lSunQxi5u6QLD85A
        6JLnoASz2yRbtR48aI7RMA
        -----END SSH SIGNATURE-----

        """,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVw1LZF9OAKaGmu8p/C0rnYfq/HDyJC9XYPfdumPmfZ me\n",
        "RWTlgOoXdfNtF9zsOTREy7aungEg7mJQXUEn+8qwtGgQwMa/MZDGrpuM\n",
        """
        -----BEGIN PUBLIC KEY-----
        MCwwBwYDK2VwBQADIQBLNcEcgErQ1rZz9oIkUnzc3fPuqJEALr22rNbrBK7iqQ==
        -----END PUBLIC KEY-----

        """,
        #"{"signatures":[{"keyid":"a","sig":"00"}],"signed":{"_type":"link","name":"rebuild a","#
            + #""materials":{"b":{"sha256":"00"}},"products":{"a":{"sha256":""#
            + "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"
            + #""}},"environment":null,"byproducts":{},"command":[]}}"#,
    ].map { Array($0.utf8) }

    /// What gpgv writes of a good signature.
    private static let status = """
        [GNUPG:] NEWSIG
        [GNUPG:] KEY_CONSIDERED \(OpenPGPSample.aliceFingerprint) 0
        [GNUPG:] SIG_ID g+khZES7+M7uxGfgGbvczbiu8j4 2026-01-31 1769860800
        [GNUPG:] GOODSIG BA3C0FD03CBB8DA3 Alice <a@example.org>
        [GNUPG:] VALIDSIG \(OpenPGPSample.aliceFingerprint) 2026-01-31 1769860800 0 4 0 22 8 00 \(OpenPGPSample.aliceFingerprint)

        """
    /// SLSA provenance as GitLab has it.
    private static let statement = """
        {"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"a","digest":{"sha256":
        "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"}}],"predicateType":
        "https://slsa.dev/provenance/v0.2","predicate":{"builder":{"id":"b"},"buildType":"t",
        "metadata":{"buildFinishedOn":"2026-01-31T13:00:00.5+01:00"},"materials":[{"uri":"u",
        "digest":{"sha256":"0123456789abcdef0123456789abcdef01234567"}}]}}
        """

    /// A policy with an OpenPGP key.
    static let openPGPPolicy: Policy? = {
        let text = """
            format = "tallystick/policy/v1"
            name = "lists"
            version = 1
            expires = 2026-12-31T00:00:00Z
            [root]
            keys = ["root"]
            threshold = 1
            [key.root]
            public = "MCowBQYDK2VwAyEAbnoc3Smwt4/ROvTFWY/v9O8qlxZuPKby5Pv8zYBQW/E="
            operator = "root"
            [key.alice]
            openpgp = \"\"\"
            \(OpenPGPSample.alice)\"\"\"
            fingerprint = "\(OpenPGPSample.aliceFingerprint)"
            operator = "alice"
            roles = ["rebuilder"]
            [group.signers]
            keys = ["alice"]
            [[agreement]]
            group = "signers"
            threshold = 1
            evidence = ["list"]
            basis = ["digest-only"]

            """
        return try? Policy(text: Array(text.utf8))
    }()

    /// What others sign with, what they sign, and what their programs say of it.
    static func foreign() -> [[UInt8]] {
        foreignTexts + [signedList]
            + [OpenPGPSample.alice, status, statement].map { Array($0.utf8) }
    }
}
