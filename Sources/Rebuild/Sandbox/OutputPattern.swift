import Bytes

/// Which outputs there are: a path in which `*` stands for any bytes of one name and `?` for one.
struct OutputPattern {
    /// The names between the slashes.
    let components: [ByteString]

    /// A pattern. `..` and an absolute path are refused.
    init(_ text: ByteString) throws(RebuildError) {
        components = text.components
        guard !components.isEmpty, !components.contains(".."), text.bytes.first != 0x2f else {
            throw RebuildError(
                .declaration,
                "the output \(text.escaped) is no path below the build folder; write it relative, "
                    + "without ..")
        }
    }

    /// The paths below `folder` that match, ascending. Links are not followed.
    func matches(in folder: Folder) throws(RebuildError) -> [ByteString] {
        try OutputPattern.matches(components[...], in: folder, below: "")
    }

    private static func matches(
        _ rest: ArraySlice<ByteString>, in folder: Folder, below path: ByteString
    ) throws(RebuildError) -> [ByteString] {
        guard let first = rest.first else { return [] }
        var found: [ByteString] = []
        for name in try folder.names() where isMatch(name.bytes[...], first.bytes[...]) {
            let place = path.appending(name)
            if rest.count == 1 {
                found.append(place)
            } else if let status = folder.status(name), Folder.kind(status) == .folder {
                found += try matches(rest.dropFirst(), in: try folder.folder(name), below: place)
            }
        }
        return found
    }

    /// Whether a name matches; linear in both but for the latest `*`, to which it goes back.
    static func isMatch(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var name = name
        var pattern = pattern
        var star: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
        while !name.isEmpty {
            if pattern.first == UInt8(ascii: "*") {
                pattern.removeFirst()
                star = (name, pattern)
            } else if let byte = pattern.first, byte == name.first || byte == UInt8(ascii: "?") {
                name.removeFirst()
                pattern.removeFirst()
            } else if let latest = star {
                name = latest.name.dropFirst()
                pattern = latest.pattern
                star = (name, pattern)
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
