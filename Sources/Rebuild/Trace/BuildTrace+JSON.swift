import Bytes
import Findings

extension BuildTrace {
    /// How much was seen, and what the build tried to use and could not.
    var json: JSON {
        .record([
            "complete": .bool(isComplete), "calls": .count(UInt64(calls)),
            "unread": .count(UInt64(unread)), "undeclared": .array(undeclared.map(\.json)),
        ])
    }
}

extension BuildTrace.Undeclared {
    fileprivate var json: JSON {
        .record([
            "path": .string(path), "reason": .text(reason.rawValue), "program": .string(program),
        ])
    }
}

extension BuildTrace.File {
    var json: JSON {
        .record([
            "file": .string(path), "output": .bool(isOutput),
            "writers": .array(
                writers.map { $0.program.json(ancestors: $0.ancestors) }),
        ])
    }
}

extension BuildTrace.Program {
    /// - Parameter ancestors: what it comes from; `nil` where that is told elsewhere.
    fileprivate func json(ancestors: [BuildTrace.Program]?) -> JSON {
        .record([
            "process": .integer(Int64(process)), "program": .string(path),
            "arguments": .array(arguments.map { .string($0) }),
            "read": .array(read.map { .string($0) }), "omitted": .count(UInt64(omitted)),
            "ancestors": ancestors.map { .array($0.map { $0.json(ancestors: nil) }) },
        ])
    }
}
