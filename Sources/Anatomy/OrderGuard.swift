import Bytes

/// Whether the order of a container's members may be disregarded.
///
/// It may where names are unique (as bytes, and under case and Unicode folding), no member's path
/// runs, under the same folding, through a member that is no directory (a symlink, a file), each
/// hard link follows its target, and each directory precedes what it holds. Then every order of the same members unpacks to the same files.
public struct OrderGuard: Sendable {
    private var names: Set<ByteString> = []
    private var folded: Set<String> = []
    private var directories: Set<ByteString> = []
    private var parents: Set<ByteString> = []
    /// Parents and everything that holds nothing, folded as names are.
    private var foldedParents: Set<String> = []
    private var leaves: Set<String> = []
    private var targets: Set<ByteString> = []
    private var isBroken = false
    /// The first member's name, as it is written.
    public private(set) var first: ByteString?

    /// No members yet.
    public init() {}

    /// Takes the next member into account.
    public mutating func add(name: ByteString, kind: Member.Kind, link: ByteString?) {
        let path = OrderGuard.canonical(name)
        if first == nil { first = name }
        let text = OrderGuard.folded(path)
        if !names.insert(path).inserted || !folded.insert(text).inserted { isBroken = true }
        for parent in OrderGuard.parents(of: path) where parents.insert(parent).inserted {
            foldedParents.insert(OrderGuard.folded(parent))
        }
        if kind != .directory { leaves.insert(text) }
        switch kind {
        case .directory:
            // A directory after what it holds would change what unpacking makes of its mode.
            if parents.contains(path) { isBroken = true }
            directories.insert(path)
        case .hardlink:
            guard let link else { break }
            let target = OrderGuard.canonical(link)
            if !names.contains(target) { isBroken = true }
            targets.insert(target)
        case .file, .symlink, .other: break
        }
    }

    /// Whether the order may be disregarded, now that all members have been added.
    public var permitsAnyOrder: Bool {
        !isBroken && leaves.isDisjoint(with: foldedParents)
            && !names.contains {
                OrderGuard.components(of: $0).contains { $0.elementsEqual("..".utf8) }
            }
    }

    /// A path without `.` components and doubled or trailing slashes, so that `./a` is `a`.
    public static func canonical(_ path: ByteString) -> ByteString {
        let slash = UInt8(ascii: "/")
        let parts = components(of: path).filter { !$0.elementsEqual(".".utf8) }
        return ByteString(Array(parts.joined(separator: [slash])))
    }

    /// One text for all names that some file systems take for one.
    private static func folded(_ path: ByteString) -> String {
        // Swift's strings are equal when they are canonically equivalent, which is wanted here.
        String(decoding: path.bytes, as: UTF8.self).uppercased().lowercased()
    }

    private static func components(of path: ByteString) -> [ArraySlice<UInt8>] {
        path.bytes.split(separator: UInt8(ascii: "/"))
    }

    private static func parents(of path: ByteString) -> [ByteString] {
        path.bytes.indices.filter { path.bytes[$0] == UInt8(ascii: "/") }
            .map { ByteString(path.bytes[..<$0]) }
    }
}
