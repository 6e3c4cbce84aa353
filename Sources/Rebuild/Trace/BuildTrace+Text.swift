import Bytes

extension BuildTrace {
    /// Files that are shown as missing.
    private static let shown = 10

    /// What is to be said of the build besides what it wrote.
    var lines: [String] {
        var lines: [String] = []
        if !isComplete {
            lines.append(
                "  trace        not complete: of \(calls) calls, \(unread) could not be read"
                    + (seen.isFull ? ", and there were more than are kept" : ""))
        }
        // Programs are looked for all along PATH.
        let missing = undeclared.filter { $0.reason != .looked && !BuildTrace.isUsual($0.path) }
        lines += missing.prefix(BuildTrace.shown).map {
            "  tried        \($0.text) (\($0.program.escaped))"
        }
        let more = missing.count - BuildTrace.shown
        return lines + (more > 0 ? ["  tried        \(more) more"] : [])
    }
}

extension [BuildTrace.File] {
    /// Files that are shown.
    private static var limit: Int { 10 }

    /// Who wrote the outputs, for people. What they had written before is in the record alone.
    var shownLines: [String] {
        let outputs = filter(\.isOutput)
        let lines = outputs.prefix(Self.limit).flatMap(\.lines)
        let more = outputs.count - Self.limit
        return lines + (more > 0 ? ["and \(more) more"] : [])
    }
}

extension BuildTrace.File {
    /// Writers of a file, and files that they read, which are shown.
    private static let shownWriters = 3, shownFiles = 8

    /// Who wrote it and what they read, a line each, for people.
    var lines: [String] {
        let name = path.escaped
        guard !writers.isEmpty else { return ["\(name): nobody was seen to write it"] }
        // A shell that opens a file for what it starts is named behind that.
        let writers = writers.filter { writer in
            !writer.program.read.isEmpty
                || !self.writers.contains { $0.ancestors.contains(writer.program) }
        }
        let shown = writers.suffix(BuildTrace.File.shownWriters).map { writer in
            "\(name) was written by \(writer.name)\(writer.reading)"
        }
        let more = writers.count - shown.count
        return shown + (more > 0 ? ["\(name) was written by \(more) more"] : [])
    }

    /// The names of files, of which the first are shown.
    static func list(_ files: [ByteString], omitted: Int) -> String {
        let shown = files.prefix(shownFiles).map { $0.hasPrefix("pipe:[") ? "a pipe" : $0.escaped }
        let more = files.count - shown.count + omitted
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

extension BuildTrace.Writer {
    /// Which program it is, which process, and what that comes from.
    fileprivate var name: String {
        let from = ancestors.first.map { ", from \($0.path.escaped)" } ?? ""
        return "\(program.path.escaped) (pid \(program.process)\(from))"
    }

    fileprivate var reading: String {
        guard !program.read.isEmpty else { return "" }
        return ": it read \(BuildTrace.File.list(program.read, omitted: program.omitted))"
    }
}
