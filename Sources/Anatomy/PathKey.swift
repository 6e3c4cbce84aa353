import Bytes

/// Stands for a folded path in tables: 16 bytes, however long the path is.
///
/// Two paths have the same key if they fold to texts that are canonically equivalent, and otherwise
/// with a chance of 2^-128: SipHash with a key that each process draws anew, which whoever makes
/// the names cannot know. Where it does happen, names clash that do not.
struct PathKey: Hashable, Sendable {
    private let first: Int
    private let second: Int

    /// The key of the path without components.
    static let root = PathKey(first: 0, second: 0)

    private init(first: Int, second: Int) {
        self.first = first
        self.second = second
    }

    /// The key of the path that a folded component makes with the path before it. A component
    /// stands for itself: no letter is joined with a slash.
    init(_ parent: PathKey, _ component: String) {
        var hasher = Hasher()
        hasher.combine(parent)
        hasher.combine(component)
        var other = hasher
        other.combine(0)
        first = hasher.finalize()
        second = other.finalize()
    }

    /// The key of a path in its canonical form, in time in proportion to its length.
    init(_ path: ByteString) { self.init(OrderGuard.components(of: path)) }

    /// The key of a path of these components.
    init(_ components: [ArraySlice<UInt8>]) {
        self = components.reduce(.root) { PathKey($0, OrderGuard.fold($1)) }
    }
}
