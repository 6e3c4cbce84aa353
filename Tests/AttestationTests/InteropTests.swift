import Attestation
import Bytes
import Findings
import Foundation
import Signing
import Testing

/// Envelopes that others check, and that others make: `Tests/interop/interop.py`, run by the Python
/// that the environment variable names (one with the packages that the script asks for).
enum Interop {
    static let python = ProcessInfo.processInfo.environment["TALLY_INTEROP_PYTHON"]

    static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "interop/interop.py")

    /// What securesystemslib signs with: it knows no ML-DSA.
    static let algorithms: [Algorithm] = [.ed25519, .ecdsaP256, .ecdsaP384, .rsaPSS]

    /// Whether the script takes the arguments.
    static func run(_ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [script.path] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

@Suite(.enabled(if: Interop.python != nil, "skipped: TALLY_INTEROP_PYTHON names no Python"))
struct InteropTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "tally-interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    @Test(arguments: Interop.algorithms, Verdict.allCases)
    func `others take our envelope, and no other`(algorithm: Algorithm, verdict: Verdict) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = try PrivateKey.generate(algorithm)
        let envelope = try Fixture.envelope(verdict, keys: [try Fixture.key(9), key])
        let file = try write(envelope.text(pretty: true), "e.json")
        let pub = try write(key.publicKey.pem, "k.pub")
        let foreign = try write(try PrivateKey.generate(algorithm).publicKey.pem, "f.pub")
        #expect(try Interop.run(["accept", file, pub]))
        #expect(try !Interop.run(["accept", file, foreign]))
        let forged = Envelope(
            payloadType: envelope.payloadType, payload: envelope.payload + [0x20],
            signatures: envelope.signatures)
        #expect(try !Interop.run(["accept", try write(forged.text(), "g.json"), pub]))
    }

    @Test(arguments: Interop.algorithms)
    func `we take what others sign`(algorithm: Algorithm) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = try PrivateKey.generate(algorithm)
        let statement = try Statement(
            try Fixture.predicate(Fixture.report(.identical)), subjects: [try Fixture.subject("A")])
        let file = try write(statement.text, "s.json")
        #expect(try Interop.run(["make", file, try write(try key.pem(), "k.key"), path("e.json")]))
        let text = [UInt8](try Data(contentsOf: URL(filePath: path("e.json"))))
        let envelope = try Envelope(parsing: text)
        #expect(envelope.signers(among: [key.publicKey]) == [key.publicKey])
        #expect(try Statement(of: envelope) == statement)
    }
}
