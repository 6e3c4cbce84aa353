import Attestation
import Bytes
import Findings
import Hashing
import Signing
import Testing

/// Reports, subjects and keys that are the same in every run.
enum Fixture {
    static let claims = Timestamp("2026-01-31T12:00:00Z").map { Predicate.Claims(time: $0) }

    static func digest(_ content: String) -> Digest { SHA256.digest(of: Array(content.utf8)) }

    static func subject(_ content: String, name: ByteString = "tool.tar") throws -> Subject {
        // Any 64 bytes will do: nothing here has the artifact itself.
        try Subject(
            name: name, sha256: digest(content),
            sha512: digest(content).bytes + digest(content + "2").bytes)
    }

    /// A key from a secret of 32 equal bytes.
    static func key(_ byte: UInt8) throws -> PrivateKey {
        let prefix = try #require(Hex.decode("302e020100300506032b657004220420".utf8))
        let der = prefix + [UInt8](repeating: byte, count: 32)
        let body = Base64.encode(der)
        return try PrivateKey(
            pem: Array("-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n".utf8))
    }

    static func side(_ path: ByteString, _ content: String, kind: Side.Kind = .file) -> Side {
        Side(path: path, kind: kind, digest: digest(content), size: UInt64(content.utf8.count))
    }

    /// A report that agrees with itself: the left is "A", the right is "A" or "B".
    static func report(_ verdict: Verdict, kind: Side.Kind = .file) -> Report {
        var report = Report(
            verdict: verdict, complete: verdict != .inconclusive,
            left: side("a/tool.tar", "A", kind: kind),
            right: side("b/tool.tar", verdict == .identical ? "A" : "B", kind: kind),
            view: "portable", profile: .init(name: "archive", digest: digest("profile")),
            tool: .init(name: "tally", version: "0.1.0"))
        switch verdict {
        case .identical: break
        case .equivalent:
            report.left.normalForm = digest("N")
            report.right.normalForm = digest("N")
            report.normalizations = [normalization(count: 1)]
        case .different:
            report.findings = [finding(0), follower(of: 0)]
            report.firstDifference = 0
        case .inconclusive:
            report.unread = [
                Unread(
                    side: .both, location: Location(["data.tar"], offset: 7), reason: "truncated",
                    message: "the data ends at 7")
            ]
        }
        return report
    }

    static func normalization(count: UInt64) -> Normalization {
        let entry = Tolerated(
            rule: "tar.mtime", version: 1, location: Location(["./a"], field: "tar.header.mtime"),
            left: "1", right: "2")
        return Normalization(
            rule: "tar.mtime", version: 1, count: count,
            first: Array(repeating: entry, count: min(Int(count), Normalization.listed)),
            listDigest: digest("list"))
    }

    static func finding(_ number: Int) -> Finding {
        var finding = Finding(
            id: "root-\(number)", path: [ByteString("./\(number)")], kind: .content)
        finding.left = Extent(ByteRange(start: 0, length: 1), sha256: digest("A"))
        finding.right = Extent(ByteRange(start: 0, length: 2))
        return finding
    }

    static func follower(of root: Int) -> Finding {
        var finding = Finding(id: "derived-\(root)", path: ["./x"], field: "crc", kind: .field)
        finding.role = .derived
        finding.rootID = "root-\(root)"
        return finding
    }

    static func predicate(_ report: Report) throws -> Predicate {
        try Predicate(report: report.json, claims: try #require(claims))
    }

    /// An envelope for the left of a report, signed by each key.
    static func envelope(_ verdict: Verdict, keys: [PrivateKey]) throws -> Envelope {
        var envelope = Envelope(
            try Statement(try predicate(report(verdict)), subjects: [try subject("A")]))
        for key in keys { try envelope.sign(with: key) }
        return envelope
    }
}

extension JSON {
    /// The value with what stands at `path` replaced, added, or taken away by `nil`.
    func setting(_ path: String..., to value: JSON?) -> JSON { setting(path[...], to: value) }

    private func setting(_ path: ArraySlice<String>, to value: JSON?) -> JSON {
        guard let key = path.first else { return value ?? .null }
        if case .array(var values) = self, let index = Int(key), values.indices.contains(index) {
            values[index] = values[index].setting(path.dropFirst(), to: value)
            return .array(values)
        }
        let name = ByteString(key)
        var entries = object ?? []
        let index = entries.firstIndex { $0.key == name }
        let old = index.map { entries[$0].value } ?? .null
        if path.count == 1, value == nil {
            if let index { entries.remove(at: index) }
            return .object(entries)
        }
        let entry = Entry(name, old.setting(path.dropFirst(), to: value))
        if let index { entries[index] = entry } else { entries.append(entry) }
        return .object(entries)
    }

    /// The compact text.
    var compact: [UInt8] { text(pretty: false) }
}
