import Bytes

/// Which members of a container are checked against each other by time, so that their times are
/// part of what the software does.
///
/// A timestamp-validated `.pyc` holds the time of its source (PEP 552); Emacs and Clojure compare
/// the times of a source and its compiled companion when they load one of them.
public struct Companions: Sendable {
    /// What a compiled member is checked against, and those compiled members.
    private var sources: Set<ByteString> = []
    private var present: Set<ByteString> = []
    private var pairs: [ByteString: [ByteString]] = [:]

    /// Nothing seen yet.
    public init() {}

    /// How many bytes from the beginning of a member ``add(_:start:)`` may look at.
    public static let lookahead = 16

    /// Whether ``add(_:start:)`` wants to see a member of this name.
    public static func isWanted(_ name: ByteString) -> Bool {
        isCompiled(name) || isSource(name)
    }

    private static func isCompiled(_ name: ByteString) -> Bool {
        [".pyc", ".pyo", ".elc", ".class"].contains { name.hasSuffix($0) }
    }

    /// Sources that are looked for beside a compiled file, which is then loaded only if it is newer.
    private static func isSource(_ name: ByteString) -> Bool {
        [".el", ".clj", ".cljc"].contains { name.hasSuffix($0) }
    }

    /// Whether the time of a member of this name can matter to a companion.
    public static func isTimed(_ name: ByteString) -> Bool {
        [".py", ".el", ".elc", ".clj", ".cljc", ".class"].contains { name.hasSuffix($0) }
    }

    /// Takes a member with its first bytes into account.
    public mutating func add(_ name: ByteString, start: Chunk) {
        let path = OrderGuard.canonical(name)
        if Companions.isSource(name) { present.insert(path) }
        guard Companions.isCompiled(name) else { return }
        // PEP 552: bit 0 of the second word says that the file is validated by a hash instead.
        let flags = start.dropFirst(4).prefix(4)
        let isPython = name.hasSuffix(".pyc") || name.hasSuffix(".pyo")
        if isPython, flags.count == 4, flags.first == 1 || flags.first == 3,
            flags.dropFirst().allSatisfy({ $0 == 0 })
        {
            return
        }
        let candidates = Companions.sources(of: path)
        sources.formUnion(candidates)
        if !isPython { pairs[path] = candidates }
    }

    /// Whether a companion that was added is checked against this member by time.
    public func protects(_ name: ByteString) -> Bool {
        let path = OrderGuard.canonical(name)
        return sources.contains(path) || (pairs[path] ?? []).contains { present.contains($0) }
    }

    /// The sources whose time a compiled file's is checked against.
    private static func sources(of name: ByteString) -> [ByteString] {
        let text = name.bytes
        if name.hasSuffix(".elc") {
            return [ByteString(text.dropLast(1))]
        }
        if name.hasSuffix(".class") {
            let stem = Array(text.dropLast(6))
            let bare = ByteString(stem).hasSuffix("__init") ? Array(stem.dropLast(6)) : stem
            return [stem, bare].flatMap { stem in
                [".clj", ".cljc"].map { ByteString(stem + Array($0.utf8)) }
            }
        }
        return pythonSources(of: text)
    }

    /// `d/__pycache__/m.cpython-311.opt-1.pyc` and `d/m.pyc` both belong to `d/m.py`.
    private static func pythonSources(of path: [UInt8]) -> [ByteString] {
        let slash = UInt8(ascii: "/")
        var folder = path.split(separator: slash, omittingEmptySubsequences: false)
        guard let file = folder.popLast() else { return [] }
        let cached = folder.last?.elementsEqual("__pycache__".utf8) ?? false
        if cached { folder.removeLast() }
        let stem = cached ? file.prefix { $0 != UInt8(ascii: ".") } : file.dropLast(4)
        let source = folder + [stem + Array(".py".utf8)]
        return [ByteString(Array(source.joined(separator: [slash])))]
    }
}
