import Bytes

/// Patterns of paths: `*` and `?` within one component, `**` across components.
///
/// A pattern without a slash matches the last component at any depth; matching a folder leaves out
/// all that is in it.
public enum Glob {
    /// Whether `path` matches `pattern`, byte by byte.
    public static func matches(_ pattern: ByteString, _ path: ByteString) -> Bool {
        let slash = UInt8(ascii: "/")
        let wanted = pattern.bytes.split(separator: slash)
        let parts = path.bytes.split(separator: slash)
        if !pattern.bytes.contains(slash) {
            guard let name = parts.last, let only = wanted.first else { return false }
            return matches(only, name)
        }
        return matches(wanted[...], parts[...])
    }

    /// Component by component. `**` stands for any number of them, none too; each one multiplies
    /// the time by the number of components.
    private static func matches(
        _ pattern: ArraySlice<ArraySlice<UInt8>>, _ path: ArraySlice<ArraySlice<UInt8>>
    ) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first.elementsEqual("**".utf8) {
            return (path.startIndex...path.endIndex).contains {
                matches(pattern.dropFirst(), path[$0...])
            }
        }
        guard let name = path.first, matches(first, name) else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }

    /// One component, in linear space and quadratic time: a star remembers only its last place.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var p = pattern.startIndex
        var n = name.startIndex
        var star: (pattern: Int, name: Int)?
        while n < name.endIndex {
            if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
                star = (p + 1, n)
                p += 1
            } else if p < pattern.endIndex, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n]
            {
                p += 1
                n += 1
            } else if let last = star {
                p = last.pattern
                n = last.name + 1
                star = (last.pattern, n)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
