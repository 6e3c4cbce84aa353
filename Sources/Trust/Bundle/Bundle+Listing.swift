import Attestation
import Bytes
import Hashing
import Signing

/// What is in a bundle, for people and programs. Nothing of it is verified, and both say so.
extension Bundle {
    /// The most subjects that are listed of one statement as text.
    private static let listed = 3

    /// The contents in lines, names escaped.
    public var lines: [String] {
        var counts = [
            Bundle.count(envelopes.count, "envelope"), Bundle.count(keys.count, "public key"),
            Bundle.count(references.count, "reference"),
        ]
        if !materials.isEmpty {
            counts.append(Bundle.count(materials.count, "statement") + " that no plain key signed")
        }
        var lines = [counts.joined(separator: ", ") + "; nothing of it was verified"]
        for envelope in envelopes { lines += Bundle.lines(envelope) }
        for key in keys {
            lines.append("public key \(key.keyID) (\(key.algorithm.rawValue)), not trusted for it")
        }
        for reference in references {
            lines.append(
                "reference \(reference.name.escaped) (\(reference.mediaType.escaped)) "
                    + "sha256:\(reference.sha256.hex)")
        }
        for material in materials {
            lines.append(material.words)
            lines += Bundle.lines(material.statement.subjects)
        }
        if skipped > 0 { lines.append("\(skipped) lines are not known here") }
        return lines
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func lines(_ envelope: Envelope) -> [String] {
        let statement = try? Statement(of: envelope)
        let type = statement?.predicateType ?? envelope.payloadType
        var lines = ["envelope \(SHA256.digest(of: envelope.payload).hex)"]
        lines.append("  says: \(type.escaped)")
        lines += Bundle.lines(statement?.subjects ?? [])
        for signature in envelope.signatures {
            let keyID = signature.keyID?.escaped ?? ""
            lines.append("  signature that names \(keyID.isEmpty ? "no key" : "key \(keyID)")")
        }
        if envelope.signatures.isEmpty { lines.append("  not signed") }
        return lines
    }

    private static func lines(_ subjects: [Subject]) -> [String] {
        var lines = subjects.prefix(listed).map { subject in
            let digest = subject.sha256.map { "sha256:\($0.hex)" } ?? "no sha256"
            return "  of: \(subject.name.escaped) \(digest)"
        }
        if subjects.count > listed { lines.append("  of: \(subjects.count - listed) more") }
        return lines
    }

    /// The contents as JSON (`Docs/schemas/bundle-listing-v1.schema.json`).
    public var json: JSON {
        .record([
            "schema": .text("tallystick/bundle-listing/v1"),
            "verified": .bool(false),
            "envelopes": .array(envelopes.map(Bundle.json)),
            "publicKeys": .array(
                keys.map {
                    .record([
                        "keyid": .text($0.keyID), "algorithm": .text($0.algorithm.rawValue),
                    ])
                }),
            "references": .array(references.map(\.json)),
            "materials": .array(
                materials.map {
                    .record([
                        "predicateType": .string($0.statement.predicateType),
                        "subjects": .array($0.statement.subjects.map(Bundle.json)),
                        "keyless": .bool($0.isKeyless),
                    ])
                }),
            "unknownLines": .count(UInt64(skipped)),
        ])
    }

    private static func json(_ envelope: Envelope) -> JSON {
        let statement = try? Statement(of: envelope)
        return .record([
            "payloadSHA256": .text(SHA256.digest(of: envelope.payload).hex),
            "payloadType": .string(envelope.payloadType),
            "predicateType": statement.map { .string($0.predicateType) },
            "subjects": statement.map { .array($0.subjects.map(Bundle.json)) },
            "keyids": .array(envelope.signatures.map { .string($0.keyID ?? "") }),
        ])
    }

    private static func json(_ subject: Subject) -> JSON {
        .record([
            "name": .string(subject.name),
            "digest": .record([
                "sha256": subject.sha256.map { .text($0.hex) },
                "sha512": subject.sha512.map { .text(Hex.encode($0)) },
            ]),
        ])
    }
}
