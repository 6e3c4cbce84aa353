import Attestation
import Bytes
import Findings
import Testing

struct PredicateTests {
    @Test(arguments: Verdict.allCases)
    func `a predicate survives its JSON`(verdict: Verdict) throws {
        var report = Fixture.report(verdict)
        report.left.origin.builder = "builder/é"
        report.left.origin.provenance = NamedDigest(
            name: "p.json", digest: Fixture.digest("provenance"))
        report.inputs = [NamedDigest(name: "lock", digest: Fixture.digest("lock"))]
        report.notes = ["a note"]
        let predicate = try Fixture.predicate(report)
        #expect(try Predicate(predicate.json) == predicate)
        #expect(predicate.verdict == verdict)
        #expect(predicate.left.builder == "builder/é")
        #expect(predicate.right.builder == nil)
        #expect(predicate.inputs?.map(\.name) == ["lock"])
        #expect(predicate.notes.first == "a note")
        #expect(predicate.json["builds"]?["right"]?["builder"] == .text("undeclared"))
    }

    @Test func `undeclared inputs are said to be undeclared`() throws {
        let predicate = try Fixture.predicate(Fixture.report(.identical))
        #expect(predicate.inputs == nil)
        #expect(predicate.json["inputs"] == .text("undeclared"))
    }

    @Test func `a builder that calls itself undeclared is not taken for none`() throws {
        var report = Fixture.report(.identical)
        report.left.origin.builder = "undeclared"
        let predicate = try Fixture.predicate(report)
        #expect(try Predicate(predicate.json).left.builder == "undeclared")
    }

    @Test func `each verdict has a type of its own`() {
        #expect(
            PredicateType.uri(.identical) == "https://tallystick.dev/attestation/identical/v1")
        for verdict in Verdict.allCases {
            #expect(PredicateType.verdict(PredicateType.uri(verdict)) == verdict)
        }
        for other in [
            "https://tallystick.dev/attestation/identical/v2", "identical", "",
            "https://tallystick.dev/attestation/identical/v1/", "https://slsa.dev/provenance/v1",
            "https://tallystic\u{212a}.dev/attestation/identical/v1",
        ] as [ByteString] {
            #expect(PredicateType.verdict(other) == nil)
        }
    }

    @Test func `lists are capped and counted`() throws {
        var report = Fixture.report(.different)
        report.findings = (0..<300).map(Fixture.finding) + [Fixture.follower(of: 299)]
        report.omittedFindings = 5
        report.complete = false
        report.unread = Array(
            repeating: try #require(Fixture.report(.inconclusive).unread.first), count: 300)
        let predicate = try Fixture.predicate(report)
        #expect(predicate.findings.roots == 300)
        #expect(predicate.findings.derived == 1)
        #expect(predicate.findings.omitted == 5)
        #expect(predicate.findings.listed.count == 256)
        #expect(predicate.unread.count == 300)
        #expect(predicate.unread.listed.count == 256)
        #expect(try Predicate(predicate.json) == predicate)
    }

    @Test func `a rule lists a thousand and counts all`() throws {
        var report = Fixture.report(.equivalent)
        report.normalizations = [Fixture.normalization(count: 5_000)]
        let predicate = try Fixture.predicate(report)
        #expect(predicate.normalizations.first?.count == 5_000)
        #expect(predicate.normalizations.first?.first.count == 1_000)
        #expect(try Predicate(predicate.json) == predicate)
    }

    @Test func `the same file given twice is said`() throws {
        var report = Fixture.report(.identical)
        report.isSameFile = true
        let predicate = try Fixture.predicate(report)
        #expect(predicate.isSameFile)
        #expect(predicate.notes.contains { $0.hasSuffix("not two builds") })
    }

    typealias Edit = @Sendable (JSON) -> JSON

    /// Reports that no comparison makes: the verdict, the edit, and the kind of refusal.
    static let reports: [(Verdict, Edit, AttestationError.Code)] = [
        (.identical, { $0.setting("schema", to: .text("tallystick/report/v2")) }, .unsupported),
        (.identical, { $0.setting("schema", to: nil) }, .malformed),
        (.identical, { $0.setting("verdict", to: .text("Identical")) }, .malformed),
        (.identical, { $0.setting("verdict", to: .text("identica\u{217c}")) }, .malformed),
        (.identical, { $0.setting("left", "sha256", to: .null) }, .unfit),
        (.identical, { $0.setting("right", "sha256", to: nil) }, .unfit),
        (.identical, { $0.setting("left", "sha256", to: .text("AB")) }, .malformed),
        (.identical, { $0.setting("left", "kind", to: .text("pipe")) }, .malformed),
        (.identical, { $0.setting("left", "size", to: .integer(-1)) }, .malformed),
        (.identical, { $0.setting("left", "size", to: .number("1.0")) }, .malformed),
        (.identical, { $0.setting("left", "size", to: .integer(2)) }, .inconsistent),
        (.identical, { $0.setting("left", "kind", to: .text("tree")) }, .inconsistent),
        (.identical, { $0.setting("complete", to: .bool(false)) }, .inconsistent),
        (.identical, { $0.setting("complete", to: .integer(1)) }, .malformed),
        (
            .identical,
            { $0.setting("left", "sha256", to: .text(Fixture.digest("B").hex)) }, .inconsistent
        ),
        (.identical, { $0.setting("excluded", to: .array([.text("*.log")])) }, .inconsistent),
        (.identical, { $0.setting("firstDifference", to: .integer(0)) }, .inconsistent),
        (.identical, { $0.setting("omittedFindings", to: .integer(1)) }, .inconsistent),
        (
            .identical, { $0.setting("findings", to: Fixture.report(.different).json["findings"]) },
            .inconsistent
        ),
        (
            .identical,
            {
                let rules = Fixture.report(.equivalent).json["normalizations"]
                return $0.setting("normalizations", to: rules)
            }, .inconsistent
        ),
        (
            .identical,
            {
                $0.setting("unread", to: Fixture.report(.inconclusive).json["unread"])
                    .setting("complete", to: .bool(false))
            }, .inconsistent
        ),
        (
            .equivalent,
            { $0.setting("findings", to: Fixture.report(.different).json["findings"]) },
            .inconsistent
        ),
        (.equivalent, { $0.setting("omittedFindings", to: .integer(1)) }, .inconsistent),
        (.equivalent, { $0.setting("normalizations", to: .array([])) }, .inconsistent),
        (.equivalent, { $0.setting("left", "normalForm", to: .null) }, .inconsistent),
        (
            .equivalent, { $0.setting("left", "normalForm", to: .text(Fixture.digest("M").hex)) },
            .inconsistent
        ),
        (
            .equivalent, { $0.setting("right", "sha256", to: .text(Fixture.digest("A").hex)) },
            .inconsistent
        ),
        (.equivalent, { $0.setting("sameFile", to: .bool(true)) }, .inconsistent),
        (
            .equivalent, { $0.setting("normalizations", "0", "count", to: .integer(2)) },
            .inconsistent
        ),
        (
            .equivalent,
            {
                $0.setting("unread", to: Fixture.report(.inconclusive).json["unread"])
                    .setting("complete", to: .bool(false))
            }, .inconsistent
        ),
        (
            .equivalent, { $0.setting("normalizations", "0", "listSHA256", to: nil) }, .malformed
        ),
        (
            .equivalent, { $0.setting("normalizations", "0", "first", "0", "path", to: nil) },
            .malformed
        ),
        (.different, { $0.setting("findings", to: .array([])) }, .inconsistent),
        (.different, { $0.setting("findings", "0", "role", to: .text("leaf")) }, .malformed),
        (.different, { $0.setting("findings", "0", "kind", to: .text("other")) }, .malformed),
        (.different, { $0.setting("findings", "1", "rootID", to: .text("x")) }, .inconsistent),
        (
            .different, { $0.setting("right", "sha256", to: .text(Fixture.digest("A").hex)) },
            .inconsistent
        ),
        (.inconclusive, { $0.setting("unread", to: .array([])) }, .inconsistent),
        (.inconclusive, { $0.setting("unread", "0", "side", to: .text("top")) }, .malformed),
        (
            .inconclusive,
            { $0.setting("unread", to: .array([])).setting("complete", to: .bool(true)) },
            .inconsistent
        ),
        (.inconclusive, { _ in .array([]) }, .malformed),
    ]

    @Test(arguments: reports.indices)
    func `a report that no comparison makes is refused`(number: Int) throws {
        let (verdict, edit, code) = PredicateTests.reports[number]
        let claims = try #require(Fixture.claims)
        let edited = edit(Fixture.report(verdict).json)
        let error = #expect(throws: AttestationError.self) {
            try Predicate(report: edited, claims: claims)
        }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }

    /// What a predicate may not say, whoever signed it.
    static let predicates: [(Verdict, Edit)] = [
        (.identical, { $0.setting("verdict", to: .text("equivalent")) }),
        (.equivalent, { $0.setting("verdict", to: .text("identical")) }),
        (.different, { $0.setting("verdict", to: .text("identical")) }),
        (.inconclusive, { $0.setting("verdict", to: .text("identical")) }),
        (.inconclusive, { $0.setting("complete", to: .bool(true)) }),
        (.identical, { $0.setting("time", to: .text("2026-01-31T12:00:00+00:00")) }),
        (.identical, { $0.setting("time", to: nil) }),
        (.identical, { $0.setting("basis", to: .text("guessed")) }),
        (.identical, { $0.setting("subject", to: .text("both")) }),
        (.identical, { $0.setting("builds", "left", "digest", to: .record([:])) }),
        (.identical, { $0.setting("builds", "left", "builder", to: .text("me")) }),
        (.identical, { $0.setting("inputs", to: .text("declared")) }),
        (.identical, { $0.setting("hashedAgain", to: nil) }),
        (.different, { $0.setting("findings", "roots", to: .integer(2)) }),
        (.different, { $0.setting("findings", "listed", to: .array([])) }),
        (.different, { $0.setting("findings", "roots", to: .integer(0)) }),
        (.inconclusive, { $0.setting("unread", "count", to: .integer(0)) }),
        (
            .equivalent,
            { json in
                let rule = json["normalizations"]?.array?.first ?? .null
                return json.setting("normalizations", to: .array([rule, rule]))
            }
        ),
    ]

    @Test(arguments: predicates.indices)
    func `a predicate that contradicts itself is refused`(number: Int) throws {
        let (verdict, edit) = PredicateTests.predicates[number]
        let json = edit(try Fixture.predicate(Fixture.report(verdict)).json)
        #expect(throws: AttestationError.self) { try Predicate(json) }
    }

    @Test func `fields that are not known are ignored and never signed`() throws {
        let claims = try #require(Fixture.claims)
        let report = Fixture.report(.different).json.setting("future", to: .bool(true))
            .setting("findings", "0", "future", to: .bool(true))
        let predicate = try Predicate(report: report, claims: claims)
        #expect(predicate == (try Fixture.predicate(Fixture.report(.different))))
        #expect(try Predicate(predicate.json.setting("future", to: .bool(true))) == predicate)
    }
}
