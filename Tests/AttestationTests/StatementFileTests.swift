import Attestation
import Bytes
import Testing

struct StatementFileTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func file(_ text: String) throws -> StatementFile {
        #expect(StatementFile.recognizes(bytes(text)))
        return try StatementFile(parsing: bytes(text))
    }

    private func envelope(_ statement: String) -> String {
        let payload = Base64.encode(bytes(statement))
        return #"{"payloadType":"application/vnd.in-toto+json","payload":"\#(payload)","#
            + #""signatures":[{"sig":"eA=="}]}"#
    }

    private func bundle(
        _ statement: String, _ type: String = Envelope.sigstoreType,
        _ material: String = #""certificate":{"rawBytes":"AAAA"}"#
    ) -> String {
        #"{"mediaType":"\#(type)","verificationMaterial":{\#(material),"tlogEntries":[]},"#
            + #""dsseEnvelope":\#(envelope(statement))}"#
    }

    @Test(arguments: ProvenanceSamples.all)
    func `a statement is found in whatever it is wrapped`(statement: String) throws {
        let plain = try file(statement)
        #expect(plain.statements.count == 1 && !plain.isKeyless)
        #expect(plain.statements[0].subjects[0].sha256 == Fixture.digest("A"))
        #expect(try file(envelope(statement)).statements == plain.statements)
        for type in [
            Envelope.sigstoreType, "application/vnd.dev.sigstore.bundle+json;version=0.1",
            "application/vnd.dev.sigstore.bundle+json;version=0.2",
            "application/vnd.dev.sigstore.bundle+json;version=0.3",
        ] {
            let keyless = try file(bundle(statement, type))
            #expect(keyless.statements == plain.statements && keyless.isKeyless)
        }
        let chain = try file(
            bundle(statement, Envelope.sigstoreType, #""x509CertificateChain":{}"#))
        #expect(chain.isKeyless)
        let plainKey = try file(
            bundle(statement, Envelope.sigstoreType, #""publicKey":{"hint":"x"}"#))
        #expect(!plainKey.isKeyless)
        let lines = "\(envelope(statement))\n\(bundle(statement))\n"
        #expect(try file(lines).statements.count == 2)
        #expect(try file(lines).isKeyless)
    }

    @Test(arguments: ProvenanceSamples.all)
    func `a keyless bundle is no evidence, and says why`(statement: String) throws {
        #expect {
            try Envelope(sigstore: bytes(bundle(statement)))
        } throws: { error in
            (error as? AttestationError)?.code == .unsupported
                && (error as? AttestationError)?.message.contains("keyless") == true
        }
    }

    @Test func `what is meant to be one and is none is refused whole`() throws {
        let good = ProvenanceSamples.github
        for bad in [
            good.replacing("Statement/v1", with: "Statement/v3"),
            good.replacing("\"sha256\": \"5", with: "\"sha256\": \"G"),
            good.replacing("\"name\": \"tool.tar\", ", with: "\"name\": \"a\", \"name\": \"b\", "),
            envelope("{}"), envelope(good).replacing("vnd.in-toto+json", with: "json"),
            bundle(good).replacing("dsseEnvelope", with: "messageSignature"),
            "\(envelope(good))\nmore\n", "\(envelope(good))\n{}\n",
        ] {
            #expect(throws: AttestationError.self, "\(bad)") {
                try StatementFile(parsing: bytes(bad))
            }
        }
        for other in ["", "{}", "[]", "{\"_type\":\"link\"}", "x\(good)", "\u{feff}\(good)"] {
            #expect(!StatementFile.recognizes(bytes(other)), "\(other)")
        }
    }

    @Test func `a statement that says no is known as such`() throws {
        func isNegative(_ type: String, _ predicate: String) throws -> Bool {
            let text = """
                {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":
                {"sha256":"\(Fixture.digest("A").hex)"}}],"predicateType":"\(type)",
                "predicate":\(predicate)}
                """
            return try file(text).statements[0].isNegative
        }
        for word in ["different", "equivalent", "inconclusive"] {
            #expect(try isNegative("https://tallystick.dev/attestation/\(word)/v1", "{}"))
        }
        #expect(try !isNegative("https://tallystick.dev/attestation/identical/v1", "{}"))
        let summary = "https://slsa.dev/verification_summary/v1"
        #expect(try isNegative(summary, "{\"verificationResult\":\"FAILED\"}"))
        #expect(try isNegative(summary, "{}"))
        #expect(try !isNegative(summary, "{\"verificationResult\":\"PASSED\"}"))
        let test = "https://in-toto.io/attestation/test-result/v0.1"
        #expect(try isNegative(test, "{\"result\":\"WARNED\"}"))
        #expect(try !isNegative("https://slsa.dev/provenance/v1", "{}"))
    }
}

struct ForeignProvenanceTests {
    private func provenance(_ text: String) throws -> Provenance {
        let statement = try StatementFile(parsing: Array(text.utf8)).statements[0]
        return try #require(try Provenance(of: statement))
    }

    @Test func `both versions say who, how, from what and when`() throws {
        let old = try provenance(ProvenanceSamples.gitlab)
        let new = try provenance(ProvenanceSamples.newerGitLab)
        #expect(old.builder == "https://gitlab.example.org/group/app/-/runners/7")
        #expect(old.builder == new.builder && old.dependencies == new.dependencies)
        #expect(old.time?.text == "2026-01-31T12:00:00Z" && old.time == new.time)
        #expect(old.buildType.escaped.hasSuffix("v16.0.0/PROVENANCE.md"))
        let github = try provenance(ProvenanceSamples.github)
        #expect(github.time == nil)
        #expect(github.dependencies[0].digests["gitCommit"] == ByteString(ProvenanceSamples.commit))
        let generator = try provenance(ProvenanceSamples.generator)
        #expect(generator.dependencies[0].digests["sha1"] == ByteString(ProvenanceSamples.commit))
    }

    @Test func `times are read in every form of RFC 3339, and no other`() throws {
        func time(_ text: String) -> String? {
            let bent = ProvenanceSamples.newerGitLab.replacing(
                "\"2026-01-31T12:00:00Z\"", with: "\"\(text)\"")
            return (try? provenance(bent))?.time?.text
        }
        for text in [
            "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.999999999Z", "2026-01-31T12:00:00+00:00",
            "2026-01-31T12:00:00-00:00", "2026-01-31T17:30:00+05:30", "2026-01-30T12:30:00-23:30",
        ] {
            #expect(time(text) == "2026-01-31T12:00:00Z", "\(text)")
        }
        for text in [
            "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+01:60", "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00ZZ", "2026-02-30T12:00:00Z", "",
            "1970-01-01T00:00:00+01:00", "2026-01-31T12:00:00*01:00",
        ] {
            #expect(time(text) == nil, "\(text)")
        }
    }

    @Test func `a predicate of one version is none of the other`() throws {
        let swapped = ProvenanceSamples.gitlab.replacing("provenance/v0.2", with: "provenance/v1")
        #expect(throws: AttestationError.self) { try provenance(swapped) }
        let back = ProvenanceSamples.github.replacing("provenance/v1", with: "provenance/v0.2")
        #expect(throws: AttestationError.self) { try provenance(back) }
    }
}
