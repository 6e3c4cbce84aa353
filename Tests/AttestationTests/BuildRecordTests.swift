import Attestation
import Bytes
import Findings
import Testing

struct BuildRecordTests {
    /// A record with everything in it.
    private var full: BuildRecord {
        var record = BuildRecord(
            builder: "https://builder.example/1", buildType: "https://builder.example/type",
            parameters: .record(["target": .text("all"), "jobs": .integer(2)]))
        record.components = [
            .init(name: "gcc", version: "12.2"), .init(name: "tally", version: "1"),
        ]
        record.internalParameters = .record(["cpu": .text("x86")])
        record.dependencies = [
            .init(
                uri: "git+https://example.org/app",
                gitCommit: "0123456789abcdef0123456789abcdef01234567"),
            .init(name: "gcc.deb", sha256: Fixture.digest("gcc")), .init(name: "nothing known"),
        ]
        record.byproducts = [.init(name: "log", sha256: Fixture.digest("log"))]
        record.invocation = "run 7"
        record.started = 1_769_860_800
        record.finished = 1_769_860_860
        return record
    }

    @Test func `a record is written and read again, with all in it and with nothing`() throws {
        let bare = BuildRecord(builder: "b:1", buildType: "t:1", parameters: .record([:]))
        for record in [full, bare] {
            #expect(try BuildRecord(provenance: record.provenance) == record)
            let statement = try Statement(record, subjects: [try Fixture.subject("A")])
            let read = try Statement(of: Envelope(statement))
            #expect(read.predicateType == "https://slsa.dev/provenance/v1")
            #expect(try BuildRecord(provenance: read.predicate) == record)
        }
        #expect(
            String(decoding: bare.provenance.text(pretty: false), as: UTF8.self)
                == #"{"buildDefinition":{"buildType":"t:1","externalParameters":{}},"#
                + #""runDetails":{"builder":{"id":"b:1"}}}"#)
    }

    @Test func `the fields are those of SLSA, and a policy reads them`() throws {
        let json = full.provenance
        func names(_ json: JSON?) -> [String] { (json?.object ?? []).map(\.key.escaped) }
        #expect(names(json) == ["buildDefinition", "runDetails"])
        #expect(
            names(json["buildDefinition"]) == [
                "buildType", "externalParameters", "internalParameters", "resolvedDependencies",
            ])
        #expect(names(json["runDetails"]) == ["builder", "metadata", "byproducts"])
        #expect(
            names(json["runDetails"]?["metadata"]) == ["invocationId", "startedOn", "finishedOn"])
        let provenance = try Provenance(json)
        #expect(provenance.builder == full.builder)
        #expect(provenance.buildType == full.buildType)
        #expect(provenance.dependencies.count == 3)
        #expect(provenance.time?.seconds == full.finished)
    }

    @Test(arguments: [
        ("\"buildType\"", "\"other\""), ("\"id\"", "\"other\""),
        ("\"externalParameters\":{", "\"externalParameters\":[],\"x\":{"),
        ("\"startedOn\":\"2026", "\"startedOn\":\"26"), ("\"version\":{", "\"version\":{\"x\":1,"),
        ("\"sha256\":\"", "\"sha256\":\"A"),
        ("\"resolvedDependencies\":[", "\"resolvedDependencies\":[1,"),
    ])
    func `what is missing or of the wrong kind is refused`(old: String, new: String) throws {
        let text = String(decoding: full.provenance.text(pretty: false), as: UTF8.self)
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        let json = try JSON(parsing: Array(changed.utf8))
        #expect(throws: AttestationError.self) { try BuildRecord(provenance: json) }
    }
}
