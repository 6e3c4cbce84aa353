import Bytes

/// A path in a root folder: names between slashes, none at its ends; empty for the root itself.
struct RootPath: Hashable, Sendable, Comparable {
    /// As bytes.
    let text: ByteString

    /// The root itself.
    static let root = RootPath(unchecked: "")

    /// Names at the top that are links into `/usr` where that is merged.
    static let aliases: [ByteString] = [
        "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32",
    ]

    private init(unchecked text: ByteString) { self.text = text }

    /// A path as an archive has it, with or without `./` or `/` before it; `nil` if it leads
    /// upward.
    ///
    /// - Parameter isMerged: whether what lies in `/bin` and the like belongs into `/usr`.
    init?(_ name: ByteString, isMerged: Bool) {
        var names = name.split(at: "/").filter { !$0.isEmpty && $0 != "." }
        guard !names.contains(".."), !name.bytes.contains(0) else { return nil }
        if isMerged, let first = names.first, RootPath.aliases.contains(first) {
            names.insert("usr", at: 0)
        }
        text = ByteString(Array(names.map(\.bytes).joined(separator: [UInt8(ascii: "/")])))
    }

    /// The folder that it is in; `nil` for the root itself.
    var parent: RootPath? {
        guard !text.isEmpty else { return nil }
        guard let slash = text.bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return RootPath(unchecked: ByteString(text.bytes[..<slash]))
    }

    /// Its last name.
    var name: ByteString {
        guard let slash = text.bytes.lastIndex(of: UInt8(ascii: "/")) else { return text }
        return ByteString(text.bytes[(slash + 1)...])
    }

    /// As seen in the root, fit to be shown.
    var shown: String { "/" + text.escaped }

    static func < (left: RootPath, right: RootPath) -> Bool { left.text < right.text }
}
