import Attestation
import Bytes
import Foundation
import Testing
import Trust

struct PolicyTextTests {
    /// What an error about a text says; `nil` if there is none.
    private func complaint(_ text: String) -> String? { complaint(Array(text.utf8)) }

    private func complaint(_ text: [UInt8]) -> String? {
        do {
            _ = try Policy(text: text)
            return nil
        } catch {
            return error.message
        }
    }

    private func agreement(_ more: String) -> String { PolicyFixture.agreement + more }

    @Test func `a policy says who, what, where and how`() throws {
        let policy = try PolicyFixture.policy(
            PolicyFixture.agreement + PolicyFixture.provenance + PolicyFixture.approval)
        #expect(policy.name == "acme")
        #expect(policy.version == 3)
        #expect(policy.demands.map(\.place) == ["agreement[0]", "provenance[0]", "approval[0]"])
        let text = policy.explanation.joined(separator: "\n")
        for word in ["who: alice of university", "what: ", "where: ci may speak for", "how: "] {
            #expect(text.contains(word), "\(word)")
        }
    }

    /// What is put into a good policy, and a part of what is said of it.
    static let mistakes: [(String, String, String)] = [
        ("threshold = 2\n[", "threshold = 0\n[", "threshold is not a whole number from 1"),
        ("threshold = 2\n[", "threshold = -1\n[", "has the value -1"),
        ("threshold = 2\n[", "threshold = 3\n[", "who each count once"),
        ("threshold = 2\n[", "threshold = 2.0\n[", "has the value 2.0"),
        ("threshold = 2\n[", "threshold = \"2\"\n[", "threshold is not a whole number"),
        ("threshold = 2\n[", "treshold = 2\nthreshold = 2\n[", "root.treshold is not known here"),
        ("version = 3", "version = 0", "version is not a whole number from 1"),
        ("version = 3", "version = 3\nversion = 4", "not TOML"),
        ("version = 3", "version = 3\nverson = 4", "verson is not known here"),
        ("version = 3", "", "version is missing"),
        ("name = \"acme\"", "name = \"Acme\"", "lowercase"),
        ("name = \"acme\"", "name = \"acm\u{435}\"", "lowercase"),
        ("policy/v1", "policy/v2", "not tallystick/policy/v1"),
        ("2026-12-31T00:00:00Z", "2026-12-31", "has the value 2026-12-31"),
        ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00", "has the value 2026-12-31T00:00:00,"),
        ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00+01:00", "has the value"),
        ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00.5Z", "has the value"),
        ("\"university\"", "\"University\"", "lowercase"),
        ("\"university\"", "\"universit\u{79}\u{301}\"", "lowercase"),
        ("\"ci\"\nroles = [\"builder\"]", "\"ci\"\nroles = [\"builder\", \"rebuilder\"]", "vouch"),
        ("\"ci\"\nroles = [\"builder\"]", "\"ci\"\nroles = [\"approver\", \"builder\"]", "vouch"),
        ("roles = [\"builder\"]", "roles = [\"Builder\"]", "none of builder"),
        ("roles = [\"builder\"]", "roles = [\"builder\", \"builder\"]", "twice"),
        ("\"alice\", \"bob\", \"alice-2\"", "\"alice\", \"bob\", \"carol\"", "no key here"),
        ("\"alice\", \"bob\", \"alice-2\"", "\"alice\", \"alice\", \"bob\"", "twice"),
        ("\"alice\", \"bob\", \"alice-2\"", "\"alice\", \"alice-2\"", "keys of 1 operator,"),
        ("\"alice\", \"bob\", \"alice-2\"", "\"alice\", \"bob\", \"ci\"", "no role rebuilder"),
        ("group = \"rebuilders\"", "group = \"rebuilder\"", "no such group"),
        ("[[agreement]]", "[[agreements]]", "agreements is not known here"),
        ("[[agreement]]", "[agreement]", "agreement is not an array of tables"),
        ("[group.builders]", "[gruop.builders]", "gruop is not known here"),
        ("public = \"MCow", "public = \"MCowX", "public"),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is named by its place`(row: Int) throws {
        let (old, new, message) = PolicyTextTests.mistakes[row]
        let good = try PolicyFixture.text()
        #expect(complaint(good) == nil)
        let range = try #require(good.range(of: old))
        let found = complaint(good.replacingCharacters(in: range, with: new))
        #expect(found?.contains(message) == true, "\(new): \(found ?? "accepted")")
    }

    @Test(
        arguments: [
            ("verdict = \"different\"", "verdict"), ("rules = [\"tar.mtime/1\"]", "rules"),
            ("verdict = \"equivalent\"", "rules is missing"),
            ("verdict = \"equivalent\"\nrules = []", "rules is empty"),
            ("verdict = \"equivalent\"\nrules = [\"tar.mtime\"]", "its version"),
            ("verdict = \"equivalent\"\nrules = [1]", "list of texts"),
            ("basis = [\"guessed\"]", "basis"), ("basis = []", "basis is empty"),
            ("max-age = \"30\"", "max-age"), ("max-age = \"0d\"", "max-age"),
            ("max-age = \"-1d\"", "max-age"), ("max-age = 30", "max-age"),
            ("max-age = \"9999999d\"", "max-age"), ("hashed-again = 1", "hashed-again"),
            ("inputs = { x = \"md5:00\" }", "inputs.x"),
            ("inputs = { x = \"sha256:AB\" }", "inputs.x"),
            ("builders = { alice = [\"u\"] }", "is missing: which builders"),
            ("builders = { ci = [\"u\"] }", "no key of the group"),
            ("environment = \"x\"", "environment is not known here"),
            ("max_age = \"30d\"", "max_age is not known here"),
        ] as [(String, String)])
    func `a mistake in a demand is named`(line: String, message: String) throws {
        let found = complaint(try PolicyFixture.text(agreement(line)))
        #expect(found?.contains(message) == true, "\(line): \(found ?? "accepted")")
    }

    @Test func `a key that stands under two names is an error`() throws {
        let text = try PolicyFixture.text() + PolicyFixture.key("twin", 1, "other", "rebuilder")
        #expect(complaint(text)?.contains("key.alice and key.twin are one and the same") == true)
    }

    @Test func `a key of the root has no validity`() throws {
        let text = try PolicyFixture.text()
        let place = try #require(text.range(of: "roles = [\"rebuilder\"]\n"))
        for line in ["from", "until", "revoked"] {
            let other = text.replacingCharacters(
                in: place, with: "roles = [\"rebuilder\"]\n\(line) = 2026-01-01T00:00:00Z\n")
            #expect(complaint(other)?.contains("next version of the policy ends it") == true)
        }
    }

    @Test func `a policy that demands nothing is an error`() throws {
        #expect(complaint(try PolicyFixture.text(""))?.contains("demands nothing") == true)
        let silent = PolicyFixture.provenance.replacingOccurrences(of: "builders = {", with: "#")
        #expect(complaint(try PolicyFixture.text(silent))?.contains("builders") == true)
    }

    @Test func `post-quantum signatures are demanded of keys that can make them`() throws {
        let text = "post-quantum = true\n" + (try PolicyFixture.text())
        #expect(complaint(text)?.contains("both a classical and a post-quantum key") == true)
    }

    @Test func `hostile texts are refused before they are parsed`() throws {
        let good = try PolicyFixture.text()
        let zero = "verdict = \"identical\\u0000\"\n"
        for bad in [
            good + agreement(zero), good + "\u{0}", "\u{feff}" + good, good + "# \u{7}\n",
            good + "\"a\\u0000b\" = 1\n", good + "x = \"\\U00000000\"\n",
            String(repeating: "a.", count: 100_000) + "a = 1\n",
            "[" + String(repeating: "a.", count: 100_000) + "a]\n",
            "x = " + String(repeating: "[", count: 100_000),
            "x = " + String(repeating: "{a=", count: 100_000),
            String(repeating: "#", count: 1 << 20) + "\n", "", "x = 1", "]", "=", "\"", "'''",
            "[{]", "[[=", " \t[ ]", "[", "[[", "[.]", "[\n", "x = [\n[=]\n]", "[a", "[a.", "[a.=",
            "a.=1", "={", "x = [\"b\",}", "x = [\"\"\"b\"\"\"\" , }", "x = ['''b''''' , }",
            "x = [\u{2028}]", "x = [1,\u{85}]", "x = [\u{2029}", "\u{e9} = 1", "x = [}", "x = {]",
            "x = 2026-01-01Tprov", "x = 2026-01-01Tx", "x = [1, 2026-01-01T:]", "x = {a = 1_}",
            "[\re]\n", "[\r\ne]",
            "x={=", "x={,", "x=[,", "x=_", "x=+", "x=0x", "x=1e", "x=tru", "x=i", "x=-", "x=1979-",
        ] {
            #expect(complaint(bad) != nil, "\(bad.prefix(40))")
        }
        #expect(complaint(Array(good.utf8) + [0xff]) != nil)
        #expect(complaint(Array("# \u{e9}\r\n".utf8) + Array(good.utf8)) == nil)
        let quoted = "summary = \"\"\"\u{2028} [ } \"\" [\"\"\"\" # [}\n"
        #expect(complaint(Array((quoted + good).utf8)) == nil)
    }

    @Test func `no flipped byte changes a policy unseen`() throws {
        let text = Array(try PolicyFixture.text().utf8)
        let good = try Policy(text: text)
        for index in stride(from: 0, to: text.count, by: 3) {
            for bit in [0, 5] {
                var flipped = text
                flipped[index] ^= 1 << UInt8(bit)
                guard let policy = try? Policy(text: flipped) else { continue }
                #expect(policy.digest != good.digest)
            }
        }
    }

    /// The examples of the documentation are policies.
    @Test func `every example of the documentation is a policy`() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/Policy.md")
        let page = try String(contentsOf: path, encoding: .utf8)
        let examples = page.components(separatedBy: "```toml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(examples.count == 9)
        for example in examples {
            let policy = try Policy(text: Array(example.utf8))
            #expect(policy.explanation.count > 5)
        }
    }
}
