import Bytes
import Findings
import Signing
import Testing
import Trust

struct OpenPGPListTests {
    typealias Sample = OpenPGPFixture

    private func outcome(
        _ lines: [String], threshold: Int = 1, of content: String = "A", more: String = ""
    ) throws -> VerificationResult.Outcome {
        try Sample.outcome(
            .gpgv(Sample.lines(lines)), Sample.policy(threshold: threshold, more: more),
            of: content)
    }

    @Test func `a good signature counts, each operator once`() throws {
        let (alice, bob) = (Sample.status(of: Sample.alice), Sample.status(of: Sample.bob))
        #expect(try outcome(alice) == .accepted)
        #expect(try outcome(bob) == .accepted)
        #expect(try outcome(alice, threshold: 2) == .denied)
        #expect(try outcome(alice + alice, threshold: 2) == .denied)
        #expect(try outcome(alice + bob, threshold: 2) == .accepted)
        #expect(try outcome(alice, of: "B") == .unproven)
    }

    @Test func `a signature says when`() throws {
        let alice = Sample.status(of: Sample.alice)
        #expect(try outcome(alice, more: "max-age = \"30d\"") == .accepted)
        let old = Sample.status(of: Sample.alice, time: 1_700_000_000)
        #expect(try outcome(old) == .accepted)
        #expect(try outcome(old, more: "max-age = \"30d\"") == .untimely)
        #expect(try outcome(Sample.status(of: Sample.alice, time: 1_900_000_000)) == .untimely)
        // sqv does not say when.
        let sqv = OpenPGPVerifier.Answer.sqv(Array("\(Sample.alice)\n".utf8))
        #expect(try Sample.outcome(sqv, Sample.policy()) == .accepted)
        #expect(
            try Sample.outcome(sqv, Sample.policy(more: "max-age = \"30d\"")) == .untimely)
    }

    @Test func `what has ended would have passed at another time`() throws {
        for word in ["EXPKEYSIG", "EXPSIG", "REVKEYSIG"] {
            #expect(try outcome(Sample.status(of: Sample.alice, word)) == .untimely, "\(word)")
        }
        let ended = Sample.status(of: Sample.alice, "REVKEYSIG")
        #expect(try outcome(ended + Sample.status(of: Sample.bob)) == .accepted)
        #expect(try outcome(ended + Sample.status(of: Sample.bob), threshold: 2) == .untimely)
    }

    @Test func `a bad signature alleges, a stranger's does not`() throws {
        let bad = ["NEWSIG", "KEY_CONSIDERED \(Sample.alice) 0", "BADSIG BA3C0FD03CBB8DA3 Alice"]
        let unknown = [
            "NEWSIG", "ERRSIG 56EBE937A610C35C 22 8 00 1795289501 9 \(Sample.bob)",
            "NO_PUBKEY 56EBE937A610C35C",
        ]
        #expect(try outcome(bad) == .unproven)
        #expect(try outcome(unknown) == .denied)
        #expect(try outcome(bad + unknown + Sample.status(of: Sample.alice)) == .accepted)
        let stranger = Sample.status(of: "0000E9EF58F0F19E8C01D50CBA3C0FD03CBB8DA3")
        #expect(try outcome(stranger) == .denied)
        // The subkey has a fingerprint, too, and is not what the policy names.
        let half = Sample.status(of: Sample.alice).map {
            $0.replacing("00 \(Sample.alice)", with: "00 04A75AF2CE1215BF5A70CEB456EBE937A610C35C")
        }
        #expect(try outcome(half) == .denied)
    }

    @Test func `text signatures and weak hashes do not count`() throws {
        #expect(try outcome(Sample.status(of: Sample.alice, form: "01")) == .unproven)
        for hash in [1, 2, 3, 11, 0] {
            #expect(try outcome(Sample.status(of: Sample.alice, hash: hash)) == .unproven)
        }
        for hash in [9, 10, 12, 14] {
            #expect(try outcome(Sample.status(of: Sample.alice, hash: hash)) == .accepted)
        }
    }

    @Test func `nothing that is taken out of an answer or put into it makes it better`() throws {
        let good = Sample.status(of: Sample.alice)
        let silent: Set<Int> = [1, 2]
        for index in good.indices {
            var less = good
            less.remove(at: index)
            #expect((try outcome(less) == .accepted) == silent.contains(index), "\(index)")
            var twice = good
            twice.insert(good[index], at: index)
            #expect((try outcome(twice) == .accepted) == silent.contains(index), "\(index)")
            for word in ["BADSIG", "EXPSIG", "REVKEYSIG", "ERRSIG"] {
                var worse = good
                worse.insert("\(word) BA3C0FD03CBB8DA3 x", at: index)
                #expect(try outcome(worse) != .accepted, "\(word) at \(index)")
            }
            for word in ["PLAINTEXT 62 0 ", "FAILURE gpg 1", "NODATA 4", "SURPRISE", ""] {
                var worse = good
                worse.insert(word, at: index)
                #expect(try outcome(worse) == .malformed, "\(word) at \(index)")
            }
        }
        #expect(try outcome([]) == .malformed)
        #expect(try outcome(["NEWSIG"]) == .malformed)
    }

    @Test func `an answer that is cut or bent is no answer`() throws {
        let good = Sample.lines(Sample.status(of: Sample.alice))
        let policy = try Sample.policy()
        for end in good.indices {
            #expect(try Sample.outcome(.gpgv(Array(good[..<end])), policy) != .accepted)
        }
        let stray = Array("gpgv: Good signature\n".utf8)
        #expect(try Sample.outcome(.gpgv(good + stray), policy) == .malformed)
        // A name that tries to write lines of its own: gpgv escapes line feeds.
        let name = Sample.status(of: Sample.alice).map {
            $0.replacing("Alice", with: "%0A[GNUPG:] VALIDSIG")
        }
        #expect(try outcome(name) == .accepted)
        for answer in ["", "x\n", Sample.alice, "\(Sample.alice)\n\n", "\(Sample.alice) x\n"] {
            #expect(
                try Sample.outcome(.sqv(Array(answer.utf8)), policy) != .accepted, "\(answer)")
        }
        let both = Array("\(Sample.alice)\n\(Sample.bob)\n".utf8)
        #expect(try Sample.outcome(.sqv(both), Sample.policy(threshold: 2)) == .accepted)
    }

    @Test func `a check that could not be made is trouble wherever the file lies`() throws {
        let policy = try Sample.policy()
        for isNamed in [true, false] {
            #expect(
                try Sample.outcome(.failure("gpgv was ended"), policy, isNamed: isNamed)
                    == .malformed)
        }
        #expect(try Sample.outcome(.failure("x"), policy, over: nil) == .denied)
    }

    @Test func `a list that was not signed, and what is no list`() throws {
        let good = OpenPGPVerifier.Answer.gpgv(Sample.lines(Sample.status(of: Sample.alice)))
        let policy = try Sample.policy()
        let words = Array("hello\n".utf8)
        #expect(try Sample.outcome(good, policy, over: words) == .denied)
        #expect(try Sample.outcome(good, policy, signature: [0x88, 0x75, 4, 0]) == .accepted)
        let long = Sample.signature + [UInt8](repeating: 10, count: 300_000)
        #expect(try Sample.outcome(good, policy, signature: long) == .malformed)
    }
}

struct OpenPGPSettingTests {
    private func complaint(_ text: String) -> String? {
        do {
            _ = try Policy(text: Array(text.utf8))
            return nil
        } catch { return error.message }
    }

    @Test func `a key is named by its whole fingerprint`() throws {
        #expect(complaint(try OpenPGPFixture.text()) == nil)
        for bad in [
            "", String(OpenPGPFixture.alice.dropFirst(24)), OpenPGPFixture.alice.lowercased(),
            OpenPGPFixture.bob,
        ] {
            let text = try OpenPGPFixture.text(
                aliceKey: OpenPGPFixture.aliceKey(fingerprint: bad))
            #expect(complaint(text)?.contains("key.alice.fingerprint") == true, "\(bad)")
        }
        let missing = try OpenPGPFixture.text().replacing(
            "fingerprint = \"\(OpenPGPFixture.alice)\"\n", with: "")
        #expect(complaint(missing)?.contains("fingerprint is missing") == true)
    }

    @Test func `one key in two forms is one key`() throws {
        let raw = try #require(
            Hex.decode("6e23bcc277cfba5be3cf30bf34b1e8f8fa14e0595a9a325811e197ad39c65d73".utf8))
        let line = Base64.encode(Array("Ed01234567".utf8) + raw)
        let twin =
            try OpenPGPFixture.text()
            + "[key.twin]\nminisign = \"\(line)\"\noperator = \"twin\"\nroles = [\"rebuilder\"]\n"
        #expect(complaint(twin)?.contains("one and the same key") == true)
        let again =
            try OpenPGPFixture.text()
            + OpenPGPFixture.aliceKey().replacing("[key.alice]", with: "[key.again]")
        #expect(complaint(again)?.contains("one and the same key") == true)
    }

    @Test func `it signs no policies, and is explained`() throws {
        let text = try OpenPGPFixture.text()
        let root = text.replacing("keys = [\"root\"]", with: "keys = [\"alice\"]")
        #expect(complaint(root)?.contains("signs lists and no policies") == true)
        let both = text.replacing(
            "fingerprint = \"\(OpenPGPFixture.alice)\"\n",
            with: "fingerprint = \"\(OpenPGPFixture.alice)\"\nminisign = \"x\"\n")
        #expect(complaint(both)?.contains("written once") == true)
        let policy = try OpenPGPFixture.policy()
        #expect(policy.hasOpenPGP)
        #expect(try !PolicyFixture.policy().hasOpenPGP)
        #expect(policy.explanation.contains { $0.contains("OpenPGP \(OpenPGPFixture.alice)") })
    }
}
