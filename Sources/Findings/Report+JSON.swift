import Bytes

/// Why a JSON text is no report.
public struct ReportError: Error, Hashable, Sendable {
    /// What is wrong and what to do, as one sentence without a full stop.
    public let message: String

    /// An error.
    public init(_ message: String) { self.message = message }
}

extension Report {
    /// The report as JSON (`Docs/schemas/report-v1.schema.json`). Names are escaped as in
    /// ``Escape/visible(_:)``, so that every byte of them survives.
    public var json: JSON {
        .record([
            "schema": .text(Report.schema),
            "verdict": .text(verdict.rawValue),
            "basis": .text(basis.rawValue),
            "complete": .bool(complete),
            "left": left.json,
            "right": right.json,
            "sameFile": .bool(isSameFile),
            "firstDifference": firstDifference.map { .count($0) } ?? .null,
            "view": .text(view),
            "profile": .record(["name": .text(profile.name), "sha256": .text(profile.digest.hex)]),
            "normalizations": .array(normalizations.map(\.json)),
            "findings": .array(findings.map(\.json)),
            "omittedFindings": .count(omittedFindings),
            "unread": .array(unread.map(\.json)),
            "files": .array(
                files.map {
                    .record(["name": .text($0.name.escaped), "verdict": .text($0.verdict.rawValue)])
                }),
            "excluded": .array(excluded.map { .text($0.escaped) }),
            "inputs": .array(inputs.map(\.json)),
            "notes": .array(notes.map { .text($0) }),
            "tool": .record(["name": .text(tool.name), "version": .text(tool.version)]),
        ])
    }
}

extension Side {
    /// Null where there is no digest, no normal form or nothing declared: every key is always
    /// there.
    var json: JSON {
        .record([
            "path": .text(path.escaped),
            "kind": .text(kind.rawValue),
            "sha256": .text(digest?.hex),
            "size": size.map { .count($0) } ?? .null,
            "normalForm": .text(normalForm?.hex),
            "builder": .text(origin.builder?.escaped),
            "provenance": origin.provenance?.json ?? .null,
        ])
    }
}

extension NamedDigest {
    /// A declared file by its name and SHA-256.
    var json: JSON { .record(["name": .text(name.escaped), "sha256": .text(digest.hex)]) }
}

extension Unread {
    /// The chain of members as an array, so that no separator can be forged by a name.
    var json: JSON {
        .record([
            "side": .text(side.rawValue),
            "path": .array(location.chain.map { .text($0.escaped) }),
            "offset": location.offset.map { .count($0) } ?? .null,
            "reason": .text(reason),
            "message": .text(message),
        ])
    }
}

extension Normalization {
    /// The first differences in full, and the digest of the list of all.
    public var json: JSON {
        .record([
            "rule": .text(rule),
            "version": .integer(Int64(version)),
            "count": .count(count),
            "listSHA256": .text(listDigest.hex),
            "first": .array(first.map(\.json)),
        ])
    }
}

extension Tolerated {
    /// One tolerated difference as JSON: the lines of `--tolerated`, and the entries of a report.
    public var json: JSON {
        .record([
            "rule": .text(rule),
            "version": .integer(Int64(version)),
            "path": .array(location.chain.map { .text($0.escaped) }),
            "field": .text(location.field),
            "left": .text(left),
            "right": .text(right),
        ])
    }
}

extension ByteRange {
    /// Both in bytes.
    var json: JSON { .record(["offset": .count(start), "length": .count(length)]) }
}

extension Extent {
    /// The digest is null where the bytes could not be read again, or none are made.
    var json: JSON {
        .record([
            "offset": .count(range.start), "length": .count(range.length),
            "sha256": .text(sha256?.hex),
        ])
    }
}

extension Finding {
    /// Every key is always there. Values are shown escaped and cut, so they are for people:
    /// programs have the extents.
    var json: JSON {
        .record([
            "id": .text(id),
            "path": .array(path.map { .text($0.escaped) }),
            "field": .text(field),
            "kind": .text(kind.rawValue),
            "role": .text(role.rawValue),
            "rootID": .text(rootID),
            "left": left?.json ?? .null,
            "right": right?.json ?? .null,
            "leftValue": .text(leftValue),
            "rightValue": .text(rightValue),
            "ranges": .array(
                ranges.map { .record(["left": $0.left.json, "right": $0.right.json]) }),
            "omittedRanges": .count(omittedRanges),
            "lines": lines?.json,
            "note": note.map { .text($0) },
            "cause": cause.map { .text($0) },
            "risk": risk.map { .text($0) },
        ])
    }
}

extension LineDiff {
    /// Lines in the form of a unified diff, their origin as the first character.
    var json: JSON {
        .record([
            "removed": .integer(Int64(removed)),
            "added": .integer(Int64(added)),
            "capped": .bool(isCapped),
            "omittedChanges": .integer(Int64(omitted)),
            "hunks": .array(
                hunks.map { hunk in
                    .record([
                        "leftStart": .integer(Int64(hunk.leftStart)),
                        "rightStart": .integer(Int64(hunk.rightStart)),
                        "lines": .array(
                            hunk.lines.flatMap { line -> [JSON] in
                                let text = JSON.text(line.origin.rawValue + line.text.escaped)
                                // No line of a hunk begins with a backslash, as diff has it.
                                let mark = JSON.text("\\ No newline at end of file")
                                return line.isTerminated ? [text] : [text, mark]
                            }),
                    ])
                }),
        ])
    }
}
