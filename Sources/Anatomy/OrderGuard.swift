import Bytes

/// Whether the order of a container's members may be disregarded.
///
/// It may where names are unique (as bytes, and under case and Unicode folding), no member's path
/// runs through a member that is no folder, each hard link follows its target and is its only one,
/// each directory precedes what it holds, and no member's place has a meaning of its own. Then every
/// order of the same members unpacks to the same files.
public struct OrderGuard: Sendable {
    /// Components of a path beyond which nobody's software is; a longer one ends the tolerance.
    private static let depthLimit = 256

    /// Folded beginnings of names, as ``init(marks:)`` takes them.
    private let marks: [String]
    /// Canonical paths of all members, as bytes.
    private var names: Set<ByteString> = []
    /// Folded names; Swift's strings are equal when they are canonically equivalent, as is wanted.
    private var folded: Set<String> = []
    /// Folded paths of all folders that some member is in.
    private var parents: Set<String> = []
    /// Folded paths of all members that are no folders.
    private var solids: Set<String> = []
    /// Canonical targets of hard links.
    private var targets: Set<ByteString> = []
    /// Whether something was met by which order matters; nothing after it is looked at.
    private var isBroken = false

    /// No members yet.
    ///
    /// - Parameter marks: folded beginnings of names whose presence gives order a meaning.
    public init(marks: [String] = []) { self.marks = marks }

    /// Takes the next member into account.
    public mutating func add(name: ByteString, kind: Member.Kind, link: ByteString?) {
        guard !isBroken else { return }
        let path = OrderGuard.canonical(name)
        let text = OrderGuard.fold(path.bytes[...])
        let components = OrderGuard.components(of: path)
        guard names.insert(path).inserted, folded.insert(text).inserted, isPlain(text),
            components.count <= OrderGuard.depthLimit,
            !components.contains(where: { $0.elementsEqual("..".utf8) }),
            !marks.contains(where: { text.utf8.starts(with: $0.utf8) })
        else { return isBroken = true }
        // A directory after what it holds would change what unpacking makes of its mode.
        if parents.contains(text) { isBroken = true }
        if kind != .directory { solids.insert(text) }
        addParents(of: path)
        if kind == .hardlink { addLink(link) }
    }

    /// Notes the folders that a member is in; one that is a member of another kind breaks the
    /// tolerance.
    private mutating func addParents(of path: ByteString) {
        for index in path.bytes.indices.reversed() where path.bytes[index] == UInt8(ascii: "/") {
            let parent = OrderGuard.fold(path.bytes[..<index])
            if solids.contains(parent) { isBroken = true }
            // A folder that is known has all its own parents known.
            guard parents.insert(parent).inserted else { break }
        }
    }

    /// Two links to one target may differ in mode or owner, and the last one unpacked wins.
    private mutating func addLink(_ link: ByteString?) {
        guard let link else { return isBroken = true }
        let target = OrderGuard.canonical(link)
        if !names.contains(target) || !targets.insert(target).inserted { isBroken = true }
    }

    /// Whether every file system keeps the name as it is.
    private func isPlain(_ text: String) -> Bool {
        let parts = text.unicodeScalars.split(separator: "/")
        return !text.unicodeScalars.contains {
            $0 == "\\" || $0.properties.isDefaultIgnorableCodePoint
        }
            && parts.allSatisfy { $0.last != "." && $0.last != " " }
    }

    /// Whether the order may be disregarded, now that all members have been added.
    public var permitsAnyOrder: Bool { !isBroken }

    /// By way of capitals, so that letters with more than one small form fall together. Bytes that
    /// are no UTF-8 all fold to U+FFFD, which can only make names clash that do not.
    private static func fold(_ path: ArraySlice<UInt8>) -> String {
        String(decoding: path, as: UTF8.self).uppercased().lowercased()
    }

    /// A path without `.` components and doubled or trailing slashes, so that `./a` is `a`.
    public static func canonical(_ path: ByteString) -> ByteString {
        let parts = components(of: path).filter { !$0.elementsEqual(".".utf8) }
        return ByteString(Array(parts.joined(separator: [UInt8(ascii: "/")])))
    }

    /// Empty components left out.
    private static func components(of path: ByteString) -> [ArraySlice<UInt8>] {
        path.bytes.split(separator: UInt8(ascii: "/"))
    }
}
