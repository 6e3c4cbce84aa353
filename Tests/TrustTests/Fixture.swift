import Attestation
import Bytes
import Findings
import Hashing
import Signing
import Testing
import Trust

/// Signed comparisons that are the same in every run. The artifact's bytes are the text "A".
enum Fixture {
    static func digest(_ content: String) -> Digest { SHA256.digest(of: Array(content.utf8)) }

    static func long(_ content: String) -> [UInt8] {
        digest(content).bytes + digest(content + "2").bytes
    }

    static func artifact(_ content: String, name: ByteString = "tool.tar") -> Artifact {
        Artifact(name: name, sha256: digest(content), sha512: long(content))
    }

    static func key(_ byte: UInt8 = 1) throws -> PrivateKey {
        let prefix = try #require(Hex.decode("302e020100300506032b657004220420".utf8))
        let body = Base64.encode(prefix + [UInt8](repeating: byte, count: 32))
        return try PrivateKey(
            pem: Array("-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n".utf8))
    }

    static func report(_ verdict: Verdict, left: String = "A") -> Report {
        let right = verdict == .identical ? left : left + " other"
        func side(_ content: String) -> Side {
            Side(path: "tool.tar", kind: .file, digest: digest(content), size: 1)
        }
        var report = Report(
            verdict: verdict, complete: verdict != .inconclusive, left: side(left),
            right: side(right), view: "portable",
            profile: .init(name: "archive", digest: digest("profile")),
            tool: .init(name: "tally", version: "0.1.0"))
        switch verdict {
        case .identical: break
        case .equivalent:
            report.left.normalForm = digest("N")
            report.right.normalForm = digest("N")
            let entry = Tolerated(
                rule: "tar.mtime", version: 1, location: Location(["a"]), left: "1", right: "2")
            report.normalizations = [
                Normalization(
                    rule: "tar.mtime", version: 1, count: 1, first: [entry],
                    listDigest: digest("list"))
            ]
        case .different:
            report.findings = [Finding(id: "1", path: ["a"], kind: .content)]
        case .inconclusive:
            report.unread = [
                Unread(side: .both, location: Location(), reason: "limit", message: "too deep")
            ]
        }
        return report
    }

    static func predicate(_ verdict: Verdict, left: String = "A") throws -> Predicate {
        let time = try #require(Timestamp("2026-01-31T12:00:00Z"))
        return try Predicate(
            report: report(verdict, left: left).json, claims: Predicate.Claims(time: time))
    }

    static func envelope(
        _ verdict: Verdict, of content: String = "A", by signers: [UInt8] = [1]
    ) throws -> Envelope {
        let subject = try Subject(
            name: "tool.tar", sha256: digest(content), sha512: long(content))
        return try signed(
            Envelope(
                try Statement(try predicate(verdict, left: content), subjects: [subject])),
            by: signers)
    }

    /// An envelope around any statement at all.
    static func envelope(
        type: ByteString, predicate: JSON, of content: String = "A", by signers: [UInt8] = [1]
    ) throws -> Envelope {
        let subject = try Subject(
            name: "tool.tar", sha256: digest(content), sha512: long(content))
        let statement = try Statement(
            subjects: [subject], predicateType: type, predicate: predicate)
        return try signed(Envelope(statement), by: signers)
    }

    static func signed(_ envelope: Envelope, by signers: [UInt8]) throws -> Envelope {
        var envelope = envelope
        for signer in signers { try envelope.sign(with: try key(signer)) }
        return envelope
    }

    static func demand(
        keys: [UInt8] = [1], acceptsEquivalent: Bool = false, at: ByteString? = nil
    ) throws -> Demand {
        try Demand(
            keys: try keys.map { try key($0).publicKey }, acceptsEquivalent: acceptsEquivalent,
            at: try at.map { try #require(Timestamp($0)) })
    }

    static func evidence(_ envelopes: Envelope...) -> [Evidence] {
        envelopes.enumerated().map { index, envelope in
            Evidence(name: ByteString("\(index).intoto.json"), .bytes(envelope.text()))
        }
    }
}
