import Attestation
import Bytes
import Findings
import Foundation
import Testing

struct FailedBuildTests {
    private let time = Timestamp("2026-01-31T12:00:00Z")

    private func statement(_ outcome: FailedBuild.Outcome, log: Bool = true) throws -> Statement {
        let build = FailedBuild(
            outcome, reason: "command 1 (make) ended with status 2",
            declaration: NamedDigest(name: ByteString([0x61, 0xff]), digest: Fixture.digest("d")),
            log: log ? NamedDigest(name: "log", digest: Fixture.digest("l")) : nil,
            tool: .init(name: "tally", version: "1"))
        return try Statement(build, time: try #require(time))
    }

    @Test(arguments: FailedBuild.Outcome.allCases)
    func `it speaks of the declaration, in a type that is no verdict's`(
        outcome: FailedBuild.Outcome
    ) throws {
        let statement = try statement(outcome)
        #expect(
            statement.predicateType
                == ByteString("https://tallystick.dev/attestation/\(outcome.rawValue)/v1"))
        #expect(PredicateType.verdict(statement.predicateType) == nil)
        #expect(statement.subjects.map(\.sha256) == [Fixture.digest("d")])
        // A name that is not UTF-8 stands in its escaped form, in the subject as in the predicate.
        #expect(statement.predicate["declaration"]?["name"]?.string == statement.subjects[0].name)
        #expect(try Statement(of: Envelope(statement)) == statement)
        #expect(throws: AttestationError.self) { try Predicate(statement.predicate) }
    }

    @Test(arguments: FailedBuild.Outcome.allCases, [true, false])
    func `it follows its schema`(outcome: FailedBuild.Outcome, log: Bool) throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = package.appending(path: "Docs/predicates/failed-build-v1.schema.json")
        let root = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
        func errors(_ value: JSON) -> [String] {
            Schema(root: root).errors(value, root, at: "predicate")
        }
        let predicate = try statement(outcome, log: log).predicate
        #expect(errors(predicate) == [])
        #expect(errors(predicate.setting("outcome", to: .text("different"))) != [])
        #expect(errors(predicate.setting("declaration", to: nil)) != [])
    }
}
