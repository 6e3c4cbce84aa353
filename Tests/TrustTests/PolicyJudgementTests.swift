import Attestation
import Bytes
import Findings
import Foundation
import Signing
import Testing
import Trust

/// The hostile table of attestations, as far as a policy has to do with it.
struct PolicyJudgementTests {
    typealias Outcome = VerificationResult.Outcome

    private func outcome(
        _ demands: String, _ envelopes: [Envelope],
        of content: String = "A", at: ByteString = PolicyFixture.now
    ) throws -> Outcome {
        try PolicyFixture.judge(
            try PolicyFixture.policy(demands), envelopes, of: content, at: at
        ).outcome
    }

    /// What the demand for two rebuilders comes to.
    private func outcome(
        _ envelopes: [Envelope], of content: String = "A", at: ByteString = PolicyFixture.now
    ) throws -> Outcome {
        try outcome(PolicyFixture.agreement, envelopes, of: content, at: at)
    }

    private func pair() throws -> [Envelope] {
        [try Fixture.envelope(.identical, by: [1]), try Fixture.envelope(.identical, by: [2])]
    }

    @Test func `two operators are two, one envelope or two`() throws {
        #expect(try outcome(pair()) == .accepted)
        #expect(try outcome([Fixture.envelope(.identical, by: [1, 2])]) == .accepted)
        let line = try PolicyFixture.judge(try PolicyFixture.policy(), pair()).lines
        #expect(line.first?.hasPrefix("accepted: tool.tar: every demand of policy acme") == true)
        #expect(line.first?.contains("as given by the operator") == true)
        #expect(
            line.contains {
                $0.contains("2 operators, as declared in policy acme version 3: foundation, univ")
            })
    }

    @Test func `a key, an operator and a copy count once`() throws {
        let one = try Fixture.envelope(.identical, by: [1])
        #expect(try outcome([one]) == .denied)
        #expect(try outcome([one, one, one]) == .denied)
        #expect(try outcome([one, Fixture.envelope(.identical, by: [3])]) == .denied)
        #expect(try outcome([Fixture.envelope(.identical, by: [1, 3])]) == .denied)
        let twin = Envelope(
            payloadType: one.payloadType, payload: one.payload,
            signatures: one.signatures + [
                .init(
                    keyID: ByteString(try Fixture.key(2).publicKey.keyID),
                    bytes: one.signatures[0].bytes)
            ])
        #expect(try outcome([twin]) == .unproven)
    }

    @Test func `key IDs decide nothing`() throws {
        let good = try Fixture.envelope(.identical, by: [1, 2])
        let ids: [[ByteString?]] = [
            [nil, nil], ["", ""], ["x", "y"],
            good.signatures.reversed().map(\.keyID),
        ]
        for names in ids {
            let renamed = Envelope(
                payloadType: good.payloadType, payload: good.payload,
                signatures: zip(names, good.signatures).map { .init(keyID: $0, bytes: $1.bytes) })
            #expect(try outcome([renamed]) == .accepted)
        }
        let stranger = try Fixture.envelope(.identical, by: [7])
        let borrowed = Envelope(
            payloadType: stranger.payloadType, payload: stranger.payload,
            signatures: [
                .init(keyID: good.signatures[1].keyID, bytes: stranger.signatures[0].bytes)
            ])
        let first = try Fixture.envelope(.identical, by: [1])
        #expect(try outcome([first, stranger]) == .denied)
        #expect(try outcome([first, borrowed]) == .unproven)
    }

    @Test func `types, payloads and signatures are not exchanged`() throws {
        let good = try Fixture.envelope(.identical, by: [1, 2])
        let foreign = try Fixture.signed(
            Envelope(payloadType: "application/json", payload: good.payload), by: [1, 2])
        let retyped = Envelope(
            payloadType: "application/json", payload: good.payload, signatures: good.signatures)
        let bare = Envelope(payloadType: good.payloadType, payload: good.payload)
        let vsa = try Fixture.envelope(
            type: "https://slsa.dev/verification_summary/v1",
            predicate: try Fixture.predicate(.identical).json, by: [1, 2])
        let lying = try Fixture.envelope(
            type: PredicateType.uri(.identical),
            predicate: try Fixture.predicate(.different).json, by: [1, 2])
        for bad in [foreign, retyped, bare, vsa, lying] {
            #expect(try outcome([bad]) != .accepted)
        }
    }

    @Test func `another artifact is another, and a substituted one is named`() throws {
        let evidence = try pair()
        #expect(try outcome(evidence, of: "B") == .unproven)
        let policy = try PolicyFixture.policy()
        let other = try PolicyFixture.judge(policy, evidence, of: "B", name: "in/tool.tar")
        #expect(other.lines.first?.contains("another file than the tool.tar that was") == true)
        let renamed = try PolicyFixture.judge(policy, evidence, name: "prod/x.bin")
        #expect(renamed.outcome == .accepted)
        #expect(renamed.lines.contains("  note: it was attested under the name tool.tar"))
    }

    @Test func `weak, long, empty and misspelt digests match nothing`() throws {
        let policy = try PolicyFixture.policy()
        let hex = Fixture.digest("A").hex
        let predicate = String(
            decoding: try Fixture.predicate(.identical).json.text(pretty: false), as: UTF8.self)
        for subject in [
            "", "{\"name\":\"tool.tar\",\"digest\":{\"md5\":\"00\"}}",
            "{\"digest\":{\"sha256\":\"\(hex.uppercased())\"}}",
            "{\"digest\":{\"sha256\":\"sha256:\(hex)\"}}",
            "{\"digest\":{\"sha256\":\"\(hex.dropLast())\"}}", "{\"name\":\"tool.tar\"}",
            "{\"digest\":{}}", "{\"digest\":{\"sha1\":\"\(hex)\"}}",
            String(repeating: "{\"digest\":{\"sha256\":\"\(hex)\"}},", count: 1_024)
                + "{\"digest\":{\"sha256\":\"\(hex)\"}}",
        ] {
            let payload = """
                {"_type":"https://in-toto.io/Statement/v1","subject":[\(subject)],\
                "predicateType":"\(PredicateType.base)/identical/v1","predicate":\(predicate)}
                """
            let envelope = try Fixture.signed(
                Envelope(
                    payloadType: ByteString(Statement.payloadType), payload: Array(payload.utf8)),
                by: [1, 2])
            #expect(try PolicyFixture.judge(policy, [envelope]).outcome != .accepted)
        }
    }

    @Test func `doubled names and trailing bytes in a payload are refused`() throws {
        let good = try Fixture.envelope(.identical, by: [1, 2])
        let text = String(decoding: good.payload, as: UTF8.self)
        let type = "\"predicateType\":\"\(PredicateType.base)/different/v1\","
        for bad in [
            text.replacingOccurrences(of: "{\"_type\"", with: "{\(type)\"_type\""),
            text.replacingOccurrences(
                of: "{\"_type\"",
                with: "{\"predicate\\u0054ype\":\"\(PredicateType.base)/identical/v1\",\"_type\""),
            text + "{}", "\u{feff}" + text, text + "x", String(repeating: "[", count: 100_000),
        ] {
            let envelope = try Fixture.signed(
                Envelope(payloadType: good.payloadType, payload: Array(bad.utf8)), by: [1, 2])
            #expect(try outcome([envelope]) == .malformed)
        }
        let crlf = try Fixture.signed(
            Envelope(payloadType: good.payloadType, payload: good.payload + [0x0d, 0x0a]),
            by: [1, 2])
        #expect(try outcome([crlf]) == .accepted)
    }

    @Test func `a key or policy that evidence brings along is not trusted`() throws {
        let stranger = try Fixture.envelope(.identical, by: [7])
        let pem = Base64.encode(try Fixture.key(7).publicKey.pem)
        let text = String(decoding: stranger.text(), as: UTF8.self).replacingOccurrences(
            of: "{\n  \"payload\"",
            with: "{\n  \"publicKey\": \"\(pem)\",\n  \"payload\"")
        #expect(text.contains("publicKey"))
        let own = try PolicyFixture.signed(try PolicyFixture.text(), by: [7])
        let files = [Array(text.utf8), own.text()].map {
            EvidenceFile(Evidence(name: "e", .bytes($0)))
        }
        #expect(try PolicyFixture.judge(try PolicyFixture.policy(), files).outcome == .denied)
    }

    @Test(arguments: [
        "../tool.tar", "dir/../tool.tar", "/etc/passwd", "a\\b", "a\u{0}b", "\u{202e}x",
    ])
    func `names of artifacts and subjects decide nothing`(name: String) throws {
        let result = try PolicyFixture.judge(
            try PolicyFixture.policy(), pair(), name: ByteString(name))
        #expect(result.outcome == .accepted)
        for line in result.lines {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e })
        }
    }

    // MARK: Comparisons

    @Test func `equivalent needs a policy that names every rule`() throws {
        let evidence = [try Fixture.envelope(.equivalent, by: [1, 2])]
        let allowed = PolicyFixture.agreement + "verdict = \"equivalent\"\nrules = "
        #expect(try outcome(evidence) == .denied)
        #expect(try outcome(allowed + "[\"tar.mtime/1\"]", evidence) == .accepted)
        #expect(try outcome(allowed + "[\"tar.mtime/2\"]", evidence) == .denied)
        #expect(try outcome(allowed + "[\"tar.owner/1\"]", evidence) == .denied)
        #expect(try outcome(allowed + "[\"tar.owner/1\"]", pair()) == .accepted)
    }

    @Test func `different and inconclusive never count`() throws {
        for verdict in [Verdict.different, .inconclusive] {
            let result = try PolicyFixture.judge(
                try PolicyFixture.policy(), [try Fixture.envelope(verdict, by: [1, 2])])
            #expect(result.outcome == .denied)
        }
    }

    @Test func `a trusted rebuilder who says different is a warning`() throws {
        let evidence = try pair() + [Fixture.envelope(.different, by: [3])]
        let result = try PolicyFixture.judge(try PolicyFixture.policy(), evidence)
        #expect(result.outcome == .accepted)
        #expect(
            result.lines.contains {
                $0.contains("note: WARNING: 1 trusted rebuilder (university)")
            })
    }

    @Test func `a file compared with itself and files left out count for nothing`() throws {
        let builds = try Fixture.predicate(.identical).json["builds"]?.object ?? []
        let same = JSON.object(
            builds.map { $0.key == "sameFile" ? .init("sameFile", .bool(true)) : $0 })
        let selfish = try PolicyFixture.comparison(by: [1, 2], ["builds": same])
        #expect(try outcome([selfish]) == .denied)
        let partial = try PolicyFixture.comparison(
            .equivalent, by: [1, 2], ["excluded": .array([.text("*")])])
        let allowed = "verdict = \"equivalent\"\nrules = [\"tar.mtime/1\"]"
        #expect(try outcome(PolicyFixture.agreement + allowed, [partial]) == .denied)
    }

    @Test func `the basis counts`() throws {
        let digests = try PolicyFixture.comparison(by: [1, 2], ["basis": .text("digest-only")])
        #expect(try outcome([digests]) == .denied)
        #expect(
            try outcome(PolicyFixture.agreement + "basis = [\"digest-only\"]", [digests])
                == .accepted)
        let again = PolicyFixture.agreement + "hashed-again = true"
        #expect(try outcome(again, pair()) == .denied)
        let hashed = try PolicyFixture.comparison(by: [1, 2], ["hashedAgain": .bool(true)])
        #expect(try outcome(again, [hashed]) == .accepted)
    }

    @Test func `an input that was substituted is named`() throws {
        let pin =
            PolicyFixture.agreement
            + "inputs = { \"gcc.deb\" = \"sha256:\(Fixture.digest("gcc").hex)\" }"
        func inputs(_ name: String, _ content: String) throws -> Envelope {
            let digest = JSON.record(["sha256": .text(Fixture.digest(content).hex)])
            return try PolicyFixture.comparison(
                by: [1, 2],
                ["inputs": .array([.record(["name": .text(name), "digest": digest])])])
        }
        #expect(try outcome(pin, [inputs("gcc.deb", "gcc")]) == .accepted)
        #expect(try outcome(pin, [inputs("mirror/gcc.deb", "gcc")]) == .accepted)
        #expect(try outcome(pin, [inputs("other.deb", "other")]) == .denied)
        #expect(try outcome(pin, pair()) == .denied)
        let result = try PolicyFixture.judge(
            try PolicyFixture.policy(pin), [inputs("gcc.deb", "evil")])
        #expect(result.outcome == .denied)
        #expect(result.lines.first?.contains("used another input gcc.deb") == true)
    }

    // MARK: Provenance

    @Test func `a builder speaks for itself only`() throws {
        let good = try PolicyFixture.provenance()
        #expect(try outcome(PolicyFixture.provenance, [good]) == .accepted)
        let other = try PolicyFixture.provenance(builder: "https://ci.example/2")
        #expect(try outcome(PolicyFixture.provenance, [other]) == .denied)
        let rebuilder = try PolicyFixture.provenance(by: 1)
        #expect(try outcome(PolicyFixture.provenance, [rebuilder]) == .denied)
        #expect(try outcome(PolicyFixture.agreement, [good]) == .denied)
        #expect(try outcome(PolicyFixture.provenance, pair()) == .denied)
    }

    @Test func `source, revision and build type are those demanded`() throws {
        let revision = String(repeating: "ab", count: 20)
        let demand =
            PolicyFixture.provenance + "build-types = [\"https://ci.example/build\"]\n"
            + "source = { repository = \"git+https://x/r\", revision = \"\(revision)\" }"
        func built(_ uri: String, _ commit: String) throws -> Envelope {
            try PolicyFixture.provenance(
                dependencies: [PolicyFixture.dependency(uri, ["gitCommit": .text(commit)])])
        }
        #expect(try outcome(demand, [built("git+https://x/r", revision)]) == .accepted)
        #expect(try outcome(demand, [built("git+https://x/r@refs/v1", revision)]) == .accepted)
        #expect(try outcome(demand, [built("git+https://x/rr", revision)]) == .denied)
        #expect(try outcome(demand, [built("git+https://x/r", "cd")]) == .denied)
        #expect(try outcome(demand, [PolicyFixture.provenance()]) == .denied)
    }

    // MARK: Approvals

    @Test func `approvals are by M of N, for an environment, on what counts`() throws {
        let all = PolicyFixture.agreement + PolicyFixture.approval
        let evidence = try pair()
        let two = try [5, 6].map { try PolicyFixture.approval(by: $0) }
        #expect(try outcome(all, evidence + two) == .accepted)
        #expect(try outcome(all, evidence + two.dropLast()) == .denied)
        #expect(try outcome(all, two) == .denied)
        let prod = all + "environment = \"production\"\n"
        #expect(try outcome(prod, evidence + two) == .denied)
        let right = try [5, 6].map { try PolicyFixture.approval("production", by: $0) }
        #expect(try outcome(prod, evidence + right) == .accepted)
        let relying = all + "relies = true\n"
        #expect(try outcome(relying, evidence + two) == .denied)
        let real = try [5, 6].map { try PolicyFixture.approval(on: [evidence[0].payload], by: $0) }
        #expect(try outcome(relying, evidence + real) == .accepted)
        let junk = try [5, 6].map { try PolicyFixture.approval(on: [[1, 2]], by: $0) }
        #expect(try outcome(relying, evidence + junk) == .denied)
    }

    // MARK: Time

    @Test(
        arguments: [
            ("2026-02-01T00:00:00Z", Outcome.accepted), ("2026-12-31T00:00:00Z", .accepted),
            ("2026-12-31T00:00:01Z", .untimely), ("2026-01-31T11:55:00Z", .accepted),
            ("2026-01-31T11:54:59Z", .untimely),
        ] as [(ByteString, Outcome)])
    func `an expired policy and a statement from the future`(at: ByteString, outcome: Outcome)
        throws
    {
        #expect(try self.outcome(pair(), at: at) == outcome)
    }

    @Test func `old statements are stale`() throws {
        let fresh = PolicyFixture.agreement + "max-age = \"12h\""
        #expect(try outcome(fresh, pair()) == .accepted)
        #expect(try outcome(fresh, pair(), at: "2026-02-01T00:00:01Z") == .untimely)
        #expect(try outcome(fresh, pair(), of: "B", at: "2026-03-01T00:00:01Z") == .unproven)
        #expect(try outcome(fresh, [pair()[0]], at: "2026-03-01T00:00:01Z") == .denied)
    }

    @Test(
        arguments: [
            ("from = 2026-01-31T12:00:00Z", Outcome.accepted),
            ("from = 2026-01-31T12:00:01Z", .untimely), ("until = 2026-01-31T12:00:00Z", .accepted),
            ("until = 2026-01-31T11:59:59Z", .untimely),
            ("revoked = 2026-02-01T00:00:01Z", .accepted),
            ("revoked = 2026-02-01T00:00:00Z", .untimely),
            ("revoked = 2020-01-01T00:00:00Z", .untimely),
        ] as [(String, Outcome)])
    func `a key has its time`(line: String, outcome: Outcome) throws {
        let text =
            PolicyFixture.head(root: ["root"], threshold: 1)
            + (try PolicyFixture.key("root", 7, "root", ""))
            + (try PolicyFixture.key("alice", 1, "university", "rebuilder", line))
            + (try PolicyFixture.key("bob", 2, "foundation", "rebuilder"))
            + "[group.rebuilders]\nkeys = [\"alice\", \"bob\"]\n" + PolicyFixture.agreement
        let policy = try Policy(text: Array(text.utf8))
        #expect(try PolicyFixture.judge(policy, pair()).outcome == outcome)
    }

    @Test func `the result in JSON says all that the lines say`() throws {
        let result = try PolicyFixture.judge(try PolicyFixture.policy(), pair())
        let json = result.json
        #expect(json["policy"]?["policy"] == .text("acme version 3"))
        #expect(json["policy"]?["clock"] == .text("operator"))
        let checks = json["artifacts"]?.array?.first?["checks"]?.array
        #expect(checks?.last?["place"] == .text("agreement[0]"))
        #expect(checks?.last?["by"] == .array([.text("foundation"), .text("university")]))
        #expect(try JSON(parsing: json.text(pretty: true)) == json)
    }
}

/// Pairs of a classical and a post-quantum key.
struct HybridTests {
    private func policy(_ modern: PublicKey, holder: String = "university") throws -> Policy {
        let text =
            "post-quantum = true\n" + PolicyFixture.head(root: ["root"], threshold: 1)
            + (try PolicyFixture.key("root", 7, "root", ""))
            + (try PolicyFixture.key("alice", 1, "university", "rebuilder"))
                + """
                [key.alice-pq]
                public = "\(Base64.encode(modern.der))"
                operator = "\(holder)"
                roles = ["rebuilder"]
                [group.rebuilders]
                keys = ["alice", "alice-pq"]
                [[agreement]]
                group = "rebuilders"
                threshold = 1

                """
        return try Policy(text: Array(text.utf8))
    }

    @Test(.enabled(if: Algorithm.mlDSA65.isAvailable))
    func `what is stripped of one of two signatures does not count`() throws {
        let modern = try PrivateKey.generate(.mlDSA65)
        let policy = try policy(modern.publicKey)
        var both = try Fixture.envelope(.identical, by: [1])
        try both.sign(with: modern)
        #expect(try PolicyFixture.judge(policy, [both]).outcome == .accepted)
        for signature in both.signatures {
            let stripped = Envelope(
                payloadType: both.payloadType, payload: both.payload, signatures: [signature])
            #expect(try PolicyFixture.judge(policy, [stripped]).outcome == .denied)
            var damaged = both.signatures
            let index = try #require(damaged.firstIndex(of: signature))
            damaged[index] = .init(keyID: signature.keyID, bytes: signature.bytes.reversed())
            let bent = Envelope(
                payloadType: both.payloadType, payload: both.payload, signatures: damaged)
            #expect(try PolicyFixture.judge(policy, [bent]).outcome == .unproven)
        }
        // Two statements, each with one of the signatures, are no pair either.
        let halves = both.signatures.map {
            Envelope(payloadType: both.payloadType, payload: both.payload, signatures: [$0])
        }
        #expect(try PolicyFixture.judge(policy, halves).outcome == .denied)
        #expect(throws: PolicyError.self) {
            try self.policy(modern.publicKey, holder: "somebody-else")
        }
    }
}
