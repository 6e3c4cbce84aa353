import Bytes
import Findings

/// The entries of lists, the same in a report and in a predicate: each is read strictly and written
/// again with the fields that the predicate has, so that nothing unknown is ever signed.
extension Predicate {
    /// What a side is; nothing else can be attested.
    static func kind(_ fields: Fields) throws(AttestationError) -> Side.Kind {
        let text = try fields.text("kind")
        for kind in [Side.Kind.file, .tree, .set, .stated] where ByteString(kind.rawValue) == text {
            return kind
        }
        throw fields.failure("kind", "\"file\", \"tree\", \"set\" or \"stated\"")
    }

    /// A tolerated difference.
    static func tolerated(_ fields: Fields) throws(AttestationError) -> JSON {
        .record([
            "path": try path(fields),
            "field": try optionalText(fields, "field"),
            "left": try optionalText(fields, "left"),
            "right": try optionalText(fields, "right"),
        ])
    }

    /// A root difference.
    static func root(_ fields: Fields) throws(AttestationError) -> JSON {
        .record([
            "id": .string(try fields.text("id")),
            "path": try path(fields),
            "field": try optionalText(fields, "field"),
            "kind": .text(try fields.choice("kind", Finding.Kind.self).rawValue),
            "left": try extent(fields, "left"),
            "right": try extent(fields, "right"),
            "leftValue": try optionalText(fields, "leftValue"),
            "rightValue": try optionalText(fields, "rightValue"),
            "note": try optionalText(fields, "note"),
            "cause": try optionalText(fields, "cause"),
            "risk": try optionalText(fields, "risk"),
        ])
    }

    /// Something unread.
    static func gap(_ fields: Fields) throws(AttestationError) -> JSON {
        let offset = try fields.optional("offset")?.count("offset")
        return .record([
            "side": .string(try side(fields)),
            "path": try path(fields),
            "offset": offset.map { .count($0) },
            "reason": .string(try fields.text("reason")),
            "message": .string(try fields.text("message")),
        ])
    }

    /// Which side could not be read, or both.
    private static func side(_ fields: Fields) throws(AttestationError) -> ByteString {
        let side = try fields.text("side")
        guard ["left", "right", "both"].contains(side) else {
            throw fields.failure("side", "\"left\", \"right\" or \"both\"")
        }
        return side
    }

    /// A chain of members, at most ``pathLimit`` of them.
    private static func path(_ fields: Fields) throws(AttestationError) -> JSON {
        .array(try fields.texts("path", atMost: pathLimit).map { .string($0) })
    }

    /// A text, or nothing where it is missing or null.
    private static func optionalText(
        _ fields: Fields, _ name: String
    ) throws(AttestationError) -> JSON? {
        guard let text = try fields.optional(name)?.text(name) else { return nil }
        return .string(text)
    }

    /// An extent with offset, length and, where it was made, a digest; nothing where it is missing
    /// or null.
    private static func extent(
        _ fields: Fields, _ name: String
    ) throws(AttestationError) -> JSON? {
        guard let extent = try fields.optional(name)?.fields(name) else { return nil }
        let digest = try extent.optional("sha256")?.digest("sha256")
        return .record([
            "offset": .count(try extent.count("offset")),
            "length": .count(try extent.count("length")),
            "sha256": digest.map { .text($0.hex) },
        ])
    }
}
