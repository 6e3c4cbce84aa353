import Bytes

/// Which members of a container are checked against each other by time, so that their times are
/// part of what the software does.
///
/// A timestamp-validated `.pyc` holds the time of its source (PEP 552); Emacs, Clojure, Guile and
/// zsh compare the times of a source and its compiled companion when they load one of them. Names
/// are compared as ``OrderGuard`` folds them: a source may be found under another case.
public struct Companions: Sendable {
    /// Paths that a compiled file is checked against by time; they need not be there.
    private var sources: Set<PathKey> = []
    /// Sources that are there, and the compiled files that are loaded only if newer than theirs.
    private var present: Set<PathKey> = []
    /// By compiled file: the sources that it is compared with when it is loaded.
    private var pairs: [PathKey: [PathKey]] = [:]
    /// Whether a Python file that is validated by time was seen.
    private var hasPython = false
    /// Whether a program of Guile was seen, and whether a source of one. Guile finds one from the
    /// other by its load paths, which an archive does not say.
    private var hasGuile = false, hasScheme = false
    /// Whether a compiled function of zsh was seen; its source may have any name.
    private var hasShell = false
    /// Whether a link was seen by which a source or compiled file may have another name.
    private var hasLinks = false

    /// Nothing seen yet.
    public init() {}

    /// How many bytes from the beginning of a member ``add(_:start:)`` may look at.
    public static let lookahead = 16

    /// Whether ``add(_:start:)`` wants to see a member of this name.
    public static func isCompiled(_ name: ByteString) -> Bool {
        [".pyc", ".pyo", ".elc", ".class", ".go", ".zwc"].contains { name.hasSuffix($0) }
    }

    /// Whether ``add(_:start:)`` makes something of a member of this name.
    public static func isWanted(_ name: ByteString) -> Bool { isCompiled(name) || isSource(name) }

    /// Sources that are looked for beside a compiled file, which is then loaded only if it is
    /// newer.
    private static func isSource(_ name: ByteString) -> Bool {
        [".el", ".el.gz", ".clj", ".cljc", ".scm"].contains { name.hasSuffix($0) }
    }

    /// Whether the time of a member of this name can matter to a companion.
    public static func isTimed(_ name: ByteString) -> Bool {
        let endings = [
            ".py", ".pyw", ".el", ".el.gz", ".elc", ".clj", ".cljc", ".class", ".scm", ".go",
        ]
        return endings.contains { name.hasSuffix($0) }
    }

    /// Takes a link into account: what it leads to may be a source or a compiled file under any
    /// name.
    public mutating func add(link name: ByteString) {
        let path = OrderGuard.canonical(name)
        if Companions.isCompiled(path) {
            add(path, start: [])
            hasLinks = true
        }
        let last = path.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        if Companions.isTimed(path) || last.elementsEqual("__pycache__".utf8) { hasLinks = true }
    }

    /// Takes a member with its first bytes into account.
    public mutating func add(_ name: ByteString, start: Chunk) {
        let path = OrderGuard.canonical(name)
        if Companions.isSource(path) { present.insert(PathKey(path)) }
        if path.hasSuffix(".scm") { hasScheme = true }
        if path.hasSuffix(".zwc") { return hasShell = true }
        if path.hasSuffix(".go") {
            // Guile's are ELF; those of another language are texts, and no companions.
            hasGuile = hasGuile || start.isEmpty || start.starts(with: [0x7f, 0x45, 0x4c, 0x46])
            return
        }
        guard Companions.isCompiled(name), !Companions.isValidatedByHash(name, start) else {
            return
        }
        let candidates = Companions.sources(of: path)
        sources.formUnion(candidates)
        if path.hasSuffix(".pyc") || path.hasSuffix(".pyo") {
            hasPython = true
        } else {
            pairs[PathKey(path)] = candidates
        }
    }

    /// PEP 552: from magic number 3392 on, the second word says how the file is validated; before,
    /// it is the time itself. Python 2 has magic numbers over 20000.
    private static func isValidatedByHash(_ name: ByteString, _ start: Chunk) -> Bool {
        let head = Array(start.prefix(8))
        guard name.hasSuffix(".pyc"), head.count == 8, head[2] == 0x0d, head[3] == 0x0a else {
            return false
        }
        let magic = ByteOrder.little(head[0..<2])
        return (3392..<20000).contains(magic) && [1, 3].contains(ByteOrder.little(head[4..<8]))
    }

    /// Whether a companion that was added is checked against this member by time.
    public func protects(_ name: ByteString) -> Bool {
        if isGuile, name.hasSuffix(".scm") || name.hasSuffix(".go") { return true }
        let path = PathKey(name)
        return sources.contains(path) || (pairs[path] ?? []).contains { present.contains($0) }
    }

    /// Whether a companion may be checked by time against a member of any name, as through a link.
    public var protectsAll: Bool {
        if hasShell { return true }
        guard hasLinks else { return false }
        return hasPython || isGuile || pairs.values.joined().contains { present.contains($0) }
    }

    private var isGuile: Bool { hasGuile && hasScheme }

    /// The members whose time a compiled file is checked against: in its own folder, or in the one
    /// that has the folder `__pycache__`.
    private static func sources(of path: ByteString) -> [PathKey] {
        var folder = OrderGuard.components(of: path)
        guard let file = folder.popLast() else { return [] }
        let isPython = path.hasSuffix(".pyc") || path.hasSuffix(".pyo")
        if isPython, folder.last?.elementsEqual("__pycache__".utf8) ?? false { folder.removeLast() }
        let key = PathKey(folder)
        let names =
            isPython
            ? pythonSources(of: file)
            : path.hasSuffix(".elc") ? lispSources(of: file) : clojureSources(of: file)
        return names.map { PathKey(key, OrderGuard.fold($0[...])) }
    }

    private static func lispSources(of file: ArraySlice<UInt8>) -> [[UInt8]] {
        [Array(file.dropLast()), file.dropLast() + Array(".gz".utf8)]
    }

    private static func clojureSources(of file: ArraySlice<UInt8>) -> [[UInt8]] {
        let stem = Array(file.dropLast(".class".utf8.count))
        let bare = ByteString(stem).hasSuffix("__init") ? Array(stem.dropLast(6)) : stem
        let clojure = [stem, bare].flatMap { stem in
            [".clj", ".cljc"].map { stem + Array($0.utf8) }
        }
        // Jython keeps the time of `m.py` in `m$py.class`.
        let isJython = ByteString(stem).hasSuffix("$py")
        return clojure + (isJython ? [stem.dropLast(3) + Array(".py".utf8)] : [])
    }

    /// `d/__pycache__/m.cpython-311.opt-1.pyc` and `d/m.pyc` both belong to `d/m.py`. A module's
    /// name may have dots too, so every beginning that ends before one is a candidate.
    private static func pythonSources(of file: ArraySlice<UInt8>) -> [[UInt8]] {
        file.indices.filter { file[$0] == UInt8(ascii: ".") }.suffix(8).flatMap { dot in
            [".py", ".pyw"].map { file[..<dot] + Array($0.utf8) }
        }
    }
}
