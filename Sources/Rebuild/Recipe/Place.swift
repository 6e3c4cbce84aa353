import Bytes

/// Where the build sees something: names between slashes.
struct Place: Hashable {
    /// The names; none for the root or the folder itself.
    let names: [ByteString]

    /// Folders that the sandbox makes itself.
    private static let reserved: [ByteString] = ["proc", "dev", "sys", "tmp"]

    /// A path of plain names, absolute or relative; `nil` for an empty one and for empty names, `.`
    /// and `..` in it. A dot alone is the folder itself.
    init?(_ path: ByteString, isAbsolute: Bool) {
        let slash = UInt8(ascii: "/")
        guard !path.isEmpty, (path.bytes.first == slash) == isAbsolute else { return nil }
        if path == "." || path == "/" {
            names = []
            return
        }
        let parts = path.bytes.dropFirst(isAbsolute ? 1 : 0)
            .split(separator: slash, omittingEmptySubsequences: false).map { ByteString($0) }
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
        names = parts
    }

    /// Whether it is that place, or below it.
    func isWithin(_ other: Place) -> Bool { names.starts(with: other.names) }

    /// Whether the sandbox has something of its own there.
    var isReserved: Bool { names.first.map { Place.reserved.contains($0) } ?? true }

    /// The path with a slash before each name; empty for none.
    var path: ByteString { ByteString(names.flatMap { [UInt8(ascii: "/")] + $0.bytes }) }
}
