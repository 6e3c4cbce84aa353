import Attestation
import Bytes
import Findings
import Foundation
import Signing
import Testing
import Trust

struct SignedListTests {
    private let list = ForeignFixture.list()

    private func outcome(
        _ files: [EvidenceFile], _ policy: Policy, of content: String = "A"
    ) throws -> VerificationResult.Outcome {
        try PolicyFixture.judge(policy, files, of: content).outcome
    }

    private func both() throws -> [EvidenceFile] {
        [
            ForeignFixture.file(try ForeignFixture.minisign(list, by: 1), over: list),
            ForeignFixture.file(try ForeignFixture.ssh(list, by: 2), over: list),
        ]
    }

    @Test func `signers of the same bytes are counted`() throws {
        let policy = try ForeignFixture.policy("\"list\"")
        #expect(try outcome(both(), policy) == .accepted)
        #expect(try outcome([try both()[0]], policy) == .denied)
        #expect(try outcome(both(), policy, of: "B") == .unproven)
    }

    @Test func `a key in two forms and an operator with two keys count once`() throws {
        let policy = try ForeignFixture.policy("\"list\"")
        let forms = [ForeignFixture.minisign, ForeignFixture.signify].map { sign in
            { (signer: UInt8) in ForeignFixture.file(try sign(list, signer), over: list) }
        }
        #expect(try outcome([forms[0](1), forms[1](1), forms[0](3)], policy) == .denied)
        #expect(try outcome([forms[0](1), forms[1](2)], policy) == .accepted)
    }

    @Test func `lists say different bytes of one name`() throws {
        let other = Array(
            String(decoding: list, as: UTF8.self).replacing("559a", with: "559b").utf8)
        let files = [
            ForeignFixture.file(try ForeignFixture.signify(list, by: 1), over: list),
            ForeignFixture.file(try ForeignFixture.signify(other, by: 2), over: other),
        ]
        #expect(try outcome(files, ForeignFixture.policy("\"list\"")) == .unproven)
    }

    @Test func `a list counts only where it is named`() throws {
        #expect(try outcome(both(), PolicyFixture.policy()) == .denied)
        let rebuilds = try ForeignFixture.policy("\"rebuilderd\", \"tallystick\"")
        #expect(try outcome(both(), rebuilds) == .denied)
        let comparisons = PolicyFixture.files([try Fixture.envelope(.identical, by: [1, 2])])
        #expect(try outcome(comparisons, ForeignFixture.policy("\"list\"")) == .denied)
        let mixed = try ForeignFixture.policy(
            "\"list\", \"tallystick\"", basis: "\"compared\", \"digest-only\"")
        let one = PolicyFixture.files([try Fixture.envelope(.identical, by: [1])])
        #expect(try outcome(one + [both()[1]], mixed) == .accepted)
        #expect(try outcome(one + [both()[0]], mixed) == .denied)
    }

    @Test func `a list says neither when nor from what nor by whom`() throws {
        for more in [
            "max-age = \"30d\"", "inputs = { \"i\" = \"sha256:\(Fixture.digest("in").hex)\" }",
            "builders = { alice = [\"x\"], bob = [\"x\"], alice-2 = [\"x\"] }",
        ] {
            let policy = try ForeignFixture.policy("\"list\"", more: more)
            #expect(try outcome(both(), policy) != .accepted, "\(more)")
        }
    }

    @Test func `what is not there, or no list, counts for nothing`() throws {
        let policy = try ForeignFixture.policy("\"list\"", threshold: 1)
        for list in [
            Array("559aead0  A\n".utf8), [], Array("\n".utf8), list + Array("x\n".utf8),
            list + list, Array(String(decoding: list, as: UTF8.self).uppercased().utf8),
        ] {
            let file = ForeignFixture.file(try ForeignFixture.signify(list, by: 1), over: list)
            #expect(try outcome([file], policy) != .accepted)
        }
        let missing = ForeignFixture.file(try ForeignFixture.signify(list, by: 1), over: nil)
        #expect(try outcome([missing], policy) == .denied)
        #expect(try outcome([ForeignFixture.file(list)], policy) == .denied)
        let git = try ForeignFixture.ssh(list, by: 1, namespace: "git")
        #expect(try outcome([ForeignFixture.file(git, over: list)], policy) == .malformed)
    }

    @Test func `whoever signs, a stranger is no signer and a broken signature alleges`() throws {
        let policy = try ForeignFixture.policy("\"list\"", threshold: 1)
        let stranger = try ForeignFixture.ssh(list, by: 7)
        #expect(try outcome([ForeignFixture.file(stranger, over: list)], policy) == .denied)
        let other = ForeignFixture.list(["A", "B"])
        for sign in [ForeignFixture.minisign, ForeignFixture.signify] {
            let file = ForeignFixture.file(try sign(list, 1), over: other)
            #expect(try outcome([file], policy) == .unproven)
        }
        let builder = try ForeignFixture.signify(list, by: 4)
        #expect(try outcome([ForeignFixture.file(builder, over: list)], policy) == .denied)
    }

    @Test func `every flip of a list is seen`() throws {
        let policy = try ForeignFixture.policy("\"list\"", threshold: 1)
        let signatures = [
            try ForeignFixture.signify(list, by: 1), try ForeignFixture.ssh(list, by: 1),
        ]
        for signature in signatures {
            for place in list.indices {
                var bent = list
                bent[place] ^= 1
                let file = ForeignFixture.file(signature, over: bent)
                #expect(try outcome([file], policy) != .accepted)
            }
        }
    }

    @Test func `where the policy has no OpenPGP key, such signatures are nobody's`() throws {
        let policy = try ForeignFixture.policy("\"list\"", threshold: 1)
        let armor = Array("-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n".utf8)
        #expect(try outcome([ForeignFixture.file(armor, over: list)], policy) == .denied)
    }

    @Test func `a signature stands beside its list`() {
        #expect(EvidenceFile.signedName("a/SHA256SUMS.minisig") == "a/SHA256SUMS")
        #expect(EvidenceFile.signedName("SHA256SUMS.txt.sig") == "SHA256SUMS.txt")
        for name: ByteString in ["SHA256SUMS", "a.b/SHA256SUMS", ".sig", "a/.sig"] {
            #expect(EvidenceFile.signedName(name) == nil)
        }
    }
}

struct RebuildLinkTests {
    private func outcome(
        _ files: [[UInt8]], _ policy: Policy, of content: String = "A"
    ) throws -> VerificationResult.Outcome {
        try PolicyFixture.judge(policy, files.map { ForeignFixture.file($0) }, of: content).outcome
    }

    @Test func `links are counted where they are named`() throws {
        let link = try ForeignFixture.link(by: [1, 2])
        #expect(try outcome([link], ForeignFixture.policy("\"rebuilderd\"")) == .accepted)
        #expect(try outcome([link], PolicyFixture.policy()) == .denied)
        #expect(try outcome([link], ForeignFixture.policy("\"list\"")) == .denied)
        #expect(
            try outcome([link], ForeignFixture.policy("\"rebuilderd\""), of: "B") == .unproven)
        let one = try ForeignFixture.link(by: [1, 3])
        #expect(try outcome([one, one], ForeignFixture.policy("\"rebuilderd\"")) == .denied)
        let pinned = try ForeignFixture.policy(
            "\"rebuilderd\"",
            more: "inputs = { \"in.dsc\" = \"sha256:\(Fixture.digest("in").hex)\" }")
        #expect(try outcome([link], pinned) == .accepted)
        let other = try ForeignFixture.policy(
            "\"rebuilderd\"",
            more: "inputs = { \"in.dsc\" = \"sha256:\(Fixture.digest("out").hex)\" }")
        #expect(try outcome([link], other) == .denied)
    }

    @Test func `what is no rebuild of one file counts for nothing`() throws {
        let policy = try ForeignFixture.policy("\"rebuilderd\"")
        let product = #"{"sha256":"\#(Fixture.digest("A").hex)"}"#
        for signed in [
            ForeignFixture.signed(step: "build tool.tar"), ForeignFixture.signed(step: "rebuild "),
            ForeignFixture.signed(step: "rebuild tool.tar2"), ForeignFixture.signed(type: "layout"),
            ForeignFixture.signed(more: #","x":\#(product)"#),
        ] {
            #expect(
                try outcome([ForeignFixture.link(signed, by: [1, 2])], policy) == .denied,
                "\(signed)")
        }
    }

    @Test func `only the canonical form is signed`() throws {
        let policy = try ForeignFixture.policy("\"rebuilderd\"")
        let signed = ForeignFixture.signed()
        let good = String(decoding: try ForeignFixture.link(by: [1, 2]), as: UTF8.self)
        let spaced = good.replacing("\"environment\":null", with: "\"environment\" : null ")
        #expect(try outcome([Array(spaced.utf8)], policy) == .accepted)
        let doubled = good.replacing(
            "\"environment\":null", with: "\"environment\":null,\"environment\":null")
        #expect(try outcome([Array(doubled.utf8)], policy) == .malformed)
        let loose = signed.replacing("\"environment\":null", with: "\"environment\": null")
        #expect(try outcome([ForeignFixture.link(loose, by: [1, 2])], policy) == .unproven)
        let fraction = signed.replacing("\"environment\":null", with: "\"environment\":1.5")
        #expect(try outcome([ForeignFixture.link(fraction, by: [1, 2])], policy) == .denied)
    }

    @Test func `every flip of a link is seen`() throws {
        let policy = try ForeignFixture.policy("\"rebuilderd\"", threshold: 1)
        let text = try ForeignFixture.link(by: [1])
        let good = try Metablock(parsing: text)
        var refused = 0
        for place in text.indices {
            for bit in [0, 3, 5, 7] {
                var bent = text
                bent[place] ^= 1 << bit
                guard try outcome([bent], policy) == .accepted else {
                    refused += 1
                    continue
                }
                let read = try Metablock(parsing: bent)
                #expect(read.signedBytes == good.signedBytes)
                #expect(read.signatures.map(\.bytes) == good.signatures.map(\.bytes))
            }
        }
        #expect(refused > text.count * 3)
    }
}

struct EquivalenceTests {
    private func outcome(
        _ envelope: Envelope, _ policy: Policy
    ) throws -> VerificationResult.Outcome {
        try PolicyFixture.judge(policy, [envelope]).outcome
    }

    @Test func `a foreign normalizer never says identical`() throws {
        let said = try ForeignFixture.equivalence(by: 1)
        let rules = "verdict = \"equivalent\"\nrules = [\"tar.mtime/1\"]"
        let policy = try ForeignFixture.policy("\"oss-rebuild\"", threshold: 1, more: rules)
        #expect(try outcome(said, policy) == .accepted)
        let unnamed = try ForeignFixture.policy("\"rebuilderd\"", threshold: 1, more: rules)
        #expect(try outcome(said, unnamed) == .denied)
        #expect(try outcome(said, PolicyFixture.policy()) == .denied)
        #expect(throws: PolicyError.self) { try ForeignFixture.policy("\"oss-rebuild\"") }
    }

    @Test func `it is no provenance`() throws {
        let policy = try PolicyFixture.policy(PolicyFixture.provenance)
        let said = try ForeignFixture.equivalence(by: 4, builder: "https://ci.example/1")
        #expect(try outcome(said, policy) == .denied)
        #expect(try outcome(PolicyFixture.provenance(), policy) == .accepted)
    }
}

struct ForeignSettingTests {
    private func complaint(_ evidence: String, _ basis: String, _ more: String = "") -> String? {
        do {
            _ = try ForeignFixture.policy(evidence, basis: basis, more: more)
            return nil
        } catch { return (error as? PolicyError)?.message ?? "\(error)" }
    }

    @Test func `kinds of evidence that could never count are refused`() {
        let all = "\"rebuilt\", \"digest-only\", \"compared\""
        #expect(complaint("\"list\", \"rebuilderd\"", all) == nil)
        #expect(complaint("\"list\"", "\"rebuilt\"")?.contains("digest-only") == true)
        #expect(complaint("\"rebuilderd\"", "\"compared\"")?.contains("rebuilt") == true)
        #expect(complaint("\"List\"", all)?.contains("none of tallystick") == true)
        #expect(complaint("", all)?.contains("empty") == true)
        #expect(complaint("\"list\", \"list\"", all)?.contains("twice") == true)
        #expect(
            complaint("\"list\"", all, "hashed-again = true")?.contains("hashed-again") == true)
    }

    @Test func `a demand says what it takes`() throws {
        let lines = try ForeignFixture.policy("\"list\", \"rebuilderd\"").explanation
        #expect(
            lines.contains {
                $0.contains("say identical in a list of digests or a link of rebuilderd (")
            })
        #expect(!(try PolicyFixture.policy()).explanation.contains { $0.contains(" in a ") })
    }

    @Test func `keys are written once, in a form that is named`() throws {
        let good = try PolicyFixture.text()
        let key = try Fixture.key(1).publicKey
        let raw = try #require(key.ed25519Bytes)
        let packet = Base64.encode(Array("Ed01234567".utf8) + raw)
        let old = "public = \"\(Base64.encode(key.der))\""
        #expect(good.contains(old))
        func policy(_ new: String) throws -> Policy {
            try Policy(text: Array(good.replacing(old, with: new).utf8))
        }
        let read = try policy("minisign = \"\(packet)\"")
        #expect(read.keys.map(\.material) == (try policy(old)).keys.map(\.material))
        #expect(throws: PolicyError.self) { try policy(old + "\nminisign = \"\(packet)\"") }
        #expect(throws: PolicyError.self) { try policy("minisign = \"x\"") }
        #expect(throws: PolicyError.self) { try policy("public = \"\(packet)\"") }
        let twin = good.replacing(
            "[key.bob]\npublic = \"\(try PolicyFixture.der(2))\"",
            with: "[key.bob]\nminisign = \"\(packet)\"")
        #expect(twin != good)
        #expect(throws: PolicyError.self) { try Policy(text: Array(twin.utf8)) }
    }
}

/// Attestations that rebuilderd made, which the project does not carry.
enum Rebuilderd {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/vectors/rebuilderd")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
}

@Suite(.enabled(if: Rebuilderd.isPresent, "skipped: no ../shared/vectors/rebuilderd"))
struct RealLinkTests {
    private func policy(_ form: String) throws -> Policy {
        func key(_ name: String, _ file: String) throws -> String {
            let text = String(decoding: try Rebuilderd.bytes(file), as: UTF8.self)
            return "[key.\(name)]\n\(form) = \"\"\"\n\(text)\"\"\"\n"
                + "operator = \"\(name)\"\nroles = [\"rebuilder\"]\n"
        }
        let text =
            PolicyFixture.head(root: ["arch"], threshold: 1)
            + (try key("arch", "reproducible-archlinux.pub"))
            + (try key("debian", "reproduce-debian-net-amd64.pub"))
                + """
                [group.rebuilders]
                keys = ["arch", "debian"]
                [[agreement]]
                group = "rebuilders"
                threshold = 1
                evidence = ["rebuilderd"]

                """
        return try Policy(text: Array(text.utf8))
    }

    private func outcome(
        _ link: String, of package: String
    ) throws -> VerificationResult.Outcome {
        let file = EvidenceFile(
            Evidence(name: ByteString(link), .bytes(try Rebuilderd.bytes(link))))
        let policy = try policy("rebuilderd")
        let claims = ClaimSet([file], policy: policy, jobs: 1)
        let artifact = try Artifact(
            name: ByteString(package), hashing: try Rebuilderd.bytes(package))
        return PolicyVerification(
            policy: policy, claims: claims, checks: [], at: try PolicyFixture.moment(),
            clock: .operator
        ).judge([Intake.Taken(file: artifact)]).outcome
    }

    @Test func `real links are taken, and a broken one is not`() throws {
        let arch = "filesystem-2025.10.12-1-any.pkg.tar.zst"
        let debian = "librust-as-slice-dev_0.2.1-1+b2_amd64.deb"
        let (archLink, debianLink) = (
            "filesystem-2025.10.12-1-any.in-toto.link",
            "librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link"
        )
        #expect(try outcome(archLink, of: arch) == .accepted)
        #expect(try outcome(debianLink, of: debian) == .accepted)
        #expect(try outcome(archLink, of: debian) == .unproven)
        #expect(
            try outcome("filesystem-2025.10.12-1-any.INVALID.in-toto.link", of: arch)
                == .unproven)
    }

    @Test func `the malformed keys are taken only as what they are`() throws {
        #expect(throws: PolicyError.self) { try policy("public") }
    }
}
