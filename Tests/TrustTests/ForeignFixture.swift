import Attestation
import Bytes
import Findings
import Hashing
import Signing
import Testing
import Trust

/// Evidence in the forms of other programs, by the keys of ``Fixture/key(_:)``.
enum ForeignFixture {
    /// A policy whose one demand takes the kinds of evidence given, from alice and bob.
    static func policy(
        _ evidence: String, threshold: Int = 2, basis: String = "\"rebuilt\", \"digest-only\"",
        more: String = ""
    ) throws -> Policy {
        try PolicyFixture.policy(
            """
            [[agreement]]
            group = "rebuilders"
            threshold = \(threshold)
            evidence = [\(evidence)]
            basis = [\(basis)]
            \(more)

            """)
    }

    // MARK: Lists

    static func list(_ contents: [String] = ["A"]) -> [UInt8] {
        Array(contents.map { "\(Fixture.digest($0).hex)  \($0).tar\n" }.joined().utf8)
    }

    /// A signature of signify over a list.
    static func signify(_ list: [UInt8], by signer: UInt8) throws -> [UInt8] {
        let packet = Array("Ed01234567".utf8) + (try Fixture.key(signer).sign(list))
        return Array("untrusted comment: x\n\(Base64.encode(packet))\n".utf8)
    }

    /// A signature of minisign, of the form without a hash, over a list.
    static func minisign(_ list: [UInt8], by signer: UInt8) throws -> [UInt8] {
        let key = try Fixture.key(signer)
        let signature = try key.sign(list)
        let global = try key.sign(signature + Array("hello".utf8))
        return try signify(list, by: signer)
            + Array("trusted comment: hello\n\(Base64.encode(global))\n".utf8)
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(bytes.count)] + bytes
    }

    private static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    /// A signature of SSH over a list.
    static func ssh(
        _ list: [UInt8], by signer: UInt8, namespace: String = "file"
    ) throws -> [UInt8] {
        let key = try Fixture.key(signer)
        let kind = string("ssh-ed25519")
        let head = string(namespace) + string("") + string("sha256")
        let message =
            Array("SSHSIG".utf8) + head + string(SHA256.digest(of: list).bytes)
        let blob = kind + string(Array(key.publicKey.der.suffix(32)))
        let packet =
            Array("SSHSIG".utf8) + [0, 0, 0, 1] + string(blob) + head
            + string(kind + string(try key.sign(message)))
        return Array(
            "-----BEGIN SSH SIGNATURE-----\n\(Base64.encode(packet))\n-----END SSH SIGNATURE-----\n"
                .utf8)
    }

    static func file(
        _ signature: [UInt8], over list: [UInt8]?, isNamed: Bool = true
    ) -> EvidenceFile {
        EvidenceFile(
            name: "SHA256SUMS.sig", isNamed: isNamed, load: { .bytes(signature) },
            signed: { list.map { .bytes($0) } ?? .unreadable("it is not there") })
    }

    // MARK: Links

    /// What a link says, in its canonical form.
    static func signed(
        _ content: String = "A", name: String = "tool.tar", step: String = "rebuild tool.tar",
        type: String = "link", more: String = ""
    ) -> String {
        let digest = Fixture.digest(content).hex
        return #"{"_type":"\#(type)","byproducts":{},"command":[],"environment":null,"#
            + #""materials":{"in.dsc":{"sha256":"\#(Fixture.digest("in").hex)"}},"#
            + #""name":"\#(step)","products":{"\#(name)":{"sha256":"\#(digest)"}\#(more)}}"#
    }

    /// A link, signed by some.
    static func link(_ signed: String = signed(), by signers: [UInt8]) throws -> [UInt8] {
        let signatures = try signers.map { signer in
            let key = try Fixture.key(signer)
            let bytes = Hex.encode(try key.sign(Array(signed.utf8)))
            return #"{"keyid":"\#(key.publicKey.inTotoKeyID ?? "")","sig":"\#(bytes)"}"#
        }
        return Array(
            #"{"signatures":[\#(signatures.joined(separator: ","))],"signed":\#(signed)}"#.utf8)
    }

    static func file(_ bytes: [UInt8]) -> EvidenceFile {
        EvidenceFile(Evidence(name: "link", .bytes(bytes)))
    }

    // MARK: oss-rebuild

    static func equivalence(by signer: UInt8, builder: String = "https://b.example") throws
        -> Envelope
    {
        let predicate = JSON.record([
            "buildDefinition": .record([
                "buildType": .text("https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1"),
                "externalParameters": .record([:]),
            ]),
            "runDetails": .record(["builder": .record(["id": .text(builder)])]),
        ])
        return try Fixture.envelope(
            type: PredicateType.provenance, predicate: predicate, by: [signer])
    }
}

extension Artifact {
    /// An artifact from its bytes.
    init(name: ByteString, hashing bytes: [UInt8]) throws {
        let digests = try ArtifactDigests(of: RangeSource(MemorySource(bytes)))
        self.init(name: name, sha256: digests.sha256, sha512: digests.sha512)
    }
}
