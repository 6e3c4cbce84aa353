import Bytes

/// Whether the order of a container's members may be disregarded.
///
/// It may where names are unique (as bytes, and under case and Unicode folding), no member's path
/// runs through a member that is no folder, each hard link follows its target and is its only one,
/// and each directory precedes what it holds. Then every order of the same members unpacks to the
/// same files. Members whose place has a meaning of its own must be the first, and stay there.
///
/// It costs about 60 bytes per path, however long it is, a member's or a folder's above one.
public struct OrderGuard: Sendable {
    /// What is known of a path.
    private struct Path: OptionSet {
        let rawValue: UInt8
        /// Some member has it.
        static let member = Path(rawValue: 1)
        /// A member has it that is no folder.
        static let solid = Path(rawValue: 2)
        /// Some member is in it.
        static let parent = Path(rawValue: 4)
        /// A hard link has it for its target.
        static let target = Path(rawValue: 8)
    }

    /// Components of a path beyond which nobody's software is; a longer one ends the tolerance.
    private static let depthLimit = 256

    /// Paths beyond which the tolerance ends, so that memory is bounded: about 120 MB.
    private static let pathLimit = 1 << 21

    /// Folded beginnings of names, as ``init(marks:)`` takes them.
    private let marks: [String]
    /// By folded path.
    private var paths: [PathKey: Path] = [:]
    /// The names of the first members, whose place has a meaning.
    private var pinned: [ByteString] = []
    /// Whether a member was met that may stand elsewhere.
    private var hasMovable = false
    /// Folders at the top, as many as were seen, up to two; and whether one holds a `package.json`:
    /// npm unpacks all of them into one.
    private var tops: Set<PathKey> = []
    private var hasPackage = false
    /// Whether something was met by which order matters; nothing after it is looked at.
    private var isBroken = false

    /// No members yet.
    ///
    /// - Parameter marks: folded beginnings of names whose presence gives order a meaning.
    public init(marks: [String] = []) { self.marks = marks }

    /// Takes the next member into account.
    public mutating func add(_ member: Member) {
        add(
            name: member.name, kind: member.kind, link: member.link,
            keepsPlace: member.traits.contains(.keepsPlace))
    }

    /// Takes the next member into account.
    ///
    /// - Parameter keepsPlace: whether its place has a meaning.
    public mutating func add(
        name: ByteString, kind: Member.Kind, link: ByteString?, keepsPlace: Bool = false
    ) {
        guard !isBroken else { return }
        pin(name, keepsPlace)
        let components = OrderGuard.components(of: name).map { OrderGuard.fold($0) }
        guard components.count <= OrderGuard.depthLimit, paths.count < OrderGuard.pathLimit,
            components.allSatisfy({ $0 != ".." && OrderGuard.isPlain($0) }), !isMarked(components)
        else { return isBroken = true }
        noteTop(components)
        var folders: [PathKey] = []
        let path = components.reduce(PathKey.root) { folder, component in
            folders.append(folder)
            return PathKey(folder, component)
        }
        let known = paths[path] ?? []
        // A directory after what it holds would change what unpacking makes of its mode.
        guard known.isDisjoint(with: [.member, .parent]) else { return isBroken = true }
        paths[path] = kind == .directory ? .member : [.member, .solid]
        addParents(folders.dropFirst())
        if kind == .hardlink { addLink(link) }
    }

    /// Notes the folder at the top that a member is in.
    private mutating func noteTop(_ components: [String]) {
        guard let top = components.first, components.count > 1 else { return }
        if tops.count < 2 { tops.insert(PathKey(.root, top)) }
        if components.count == 2, components[1] == "package.json" { hasPackage = true }
    }

    /// Whether a path begins with a mark.
    private func isMarked(_ components: [String]) -> Bool {
        guard !marks.isEmpty else { return false }
        let text = components.joined(separator: "/")
        return marks.contains { text.utf8.starts(with: $0.utf8) }
    }

    /// Notes a member whose place has a meaning. One behind a member that may stand elsewhere has
    /// no place to keep.
    private mutating func pin(_ name: ByteString, _ keepsPlace: Bool) {
        if !keepsPlace {
            hasMovable = true
        } else if hasMovable {
            isBroken = true
        } else {
            pinned.append(name)
        }
    }

    /// Notes the folders that a member is in; one that is a member of another kind breaks the
    /// tolerance.
    private mutating func addParents(_ folders: ArraySlice<PathKey>) {
        for folder in folders.reversed() {
            let known = paths[folder] ?? []
            if known.contains(.solid) { isBroken = true }
            // A folder that is known has all its own parents known.
            guard !known.contains(.parent) else { break }
            paths[folder] = known.union(.parent)
        }
    }

    /// The target must have come before, or be the link itself. Two links to one target may differ
    /// in mode or owner, and the last one unpacked wins; what they say is not looked at here.
    private mutating func addLink(_ link: ByteString?) {
        guard let link else { return isBroken = true }
        let target = PathKey(link)
        guard let known = paths[target], known.contains(.member), !known.contains(.target) else {
            return isBroken = true
        }
        paths[target] = known.union(.target)
    }

    /// Whether every file system keeps a folded component as it is, and no reader makes another
    /// name or a command of it: a control, or the name of what a layer of an image takes away.
    private static func isPlain(_ text: String) -> Bool {
        guard let last = text.utf8.last, last != UInt8(ascii: "."), last != UInt8(ascii: " "),
            !text.hasPrefix(".wh."), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else { return false }
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\\") }
        return isASCII
            || !text.unicodeScalars.contains {
                $0 == "\\" || $0.properties.isDefaultIgnorableCodePoint
            }
    }

    /// How many of the first members keep their place, now that all have been added, where the
    /// order of the others may be disregarded; `nil` where the order of all matters.
    public var pinnedCount: Int? { matters ? nil : pinned.count }

    private var matters: Bool { isBroken || (hasPackage && tops.count > 1) }

    /// Whether the order may be disregarded on both sides, as far as it differs: the members that
    /// keep their place are the same.
    public func permitsOrder(of other: OrderGuard) -> Bool {
        !matters && !other.matters && pinned == other.pinned
    }

    /// A canonical path as file systems may fold it, so that names are equal which are one
    /// somewhere.
    public static func folded(_ name: ByteString) -> String {
        components(of: name).map { fold($0) }.joined(separator: "/")
    }

    /// By way of capitals, so that letters with more than one small form fall together. Bytes that
    /// are no UTF-8 all fold to U+FFFD, which can only make names clash that do not. What Windows
    /// has no names with becomes `_`, as some readers write it, and a version (`;1`) goes.
    static func fold(_ path: ArraySlice<UInt8>) -> String {
        let digits = path.reversed().prefix { (0x30...0x39).contains($0) }.count
        let isVersioned = digits > 0 && path.dropLast(digits).last == UInt8(ascii: ";")
        let bytes = path.dropLast(isVersioned ? digits + 1 : 0).map { byte in
            reserved.contains(byte) ? UInt8(ascii: "_") : byte
        }
        guard bytes.contains(where: { $0 >= 0x80 }) else {
            return String(
                decoding: bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
        return String(decoding: bytes, as: UTF8.self).uppercased().lowercased()
    }

    private static let reserved = Array(":*?\"<>|".utf8)

    /// A path without `.` components and doubled or trailing slashes, so that `./a` is `a`.
    public static func canonical(_ path: ByteString) -> ByteString {
        ByteString(Array(components(of: path).joined(separator: [UInt8(ascii: "/")])))
    }

    /// The components of the canonical path.
    static func components(of path: ByteString) -> [ArraySlice<UInt8>] {
        path.bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }
}
