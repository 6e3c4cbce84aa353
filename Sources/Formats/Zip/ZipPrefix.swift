import Anatomy
import Bytes

/// What may stand before a zip's first local header and is still decided by the first bytes: the
/// four of a .jmod, or the line that starts an interpreter which reads the zip behind it.
enum ZipPrefix {
    /// `JM` and version 1.0, by which Java's module files begin.
    static let module: [UInt8] = [0x4a, 0x4d, 1, 0]
    /// What a script begins with.
    static let script: [UInt8] = [0x23, 0x21]
    /// How many bytes ``length(of:)`` looks at.
    static let lookahead: UInt64 = 512
    /// Linux reads so much of the first line (`BINPRM_BUF_SIZE`).
    private static let lineLimit = 256

    /// How many bytes stand before the zip; `nil` if `start` is no beginning of one.
    static func length(of start: Chunk) -> Int? {
        let isZip = [ZipRecord.localSignature, ZipRecord.endSignature].contains {
            start.starts(with: $0)
        }
        if isZip { return 0 }
        guard let length = bareLength(of: start),
            start.dropFirst(length).starts(with: ZipRecord.localSignature),
            !ZipRecord.holdsMark(start.prefix(length))
        else { return nil }
        return length
    }

    /// Without a look at what follows.
    private static func bareLength(of start: Chunk) -> Int? {
        if start.starts(with: module) { return module.count }
        guard start.starts(with: script) else { return nil }
        let line = start.dropFirst(script.count).prefix(lineLimit).prefix { $0 != 0x0a }
        guard start.dropFirst(script.count + line.count).first == 0x0a, readsZip(line) else {
            return nil
        }
        return script.count + line.count + 1
    }

    /// Whether the interpreter of a first line takes the file for a zip. A shell would run what
    /// follows, times and all, so that no byte of it would be a zip's alone.
    private static func readsZip(_ line: Chunk) -> Bool {
        let words = line.split { $0 == 0x20 || $0 == 0x09 }.map {
            String(decoding: $0, as: UTF8.self)
        }
        func program(_ word: String?) -> String {
            word?.split(separator: "/").last.map { String($0) } ?? ""
        }
        var rest = words.dropFirst()
        var name = program(words.first)
        if name == "env" {
            if rest.first == "-S" { rest.removeFirst() }
            name = program(rest.popFirst())
        }
        if name == "java" { return Array(rest) == ["-jar"] }
        guard name.hasPrefix("python") || name.hasPrefix("pypy") else { return false }
        // Options without an argument; -c, -m and -x would make something else of the file.
        return rest.allSatisfy { option in
            option.first == "-" && option.dropFirst().allSatisfy { "BEIOPSbdiqsuv".contains($0) }
        }
    }
}
