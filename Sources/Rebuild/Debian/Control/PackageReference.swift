import Bytes

/// A binary package in one version.
public struct PackageReference: Hashable, Sendable, Comparable {
    /// Its name.
    public var name: ByteString
    /// Its version, as written.
    public var version: ByteString
    /// Its architecture; `nil` for that of the build or `all`.
    public var architecture: ByteString?

    /// A package.
    public init(name: ByteString, version: ByteString, architecture: ByteString? = nil) {
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    /// Ordered by name, then version, then architecture, as bytes.
    public static func < (left: PackageReference, right: PackageReference) -> Bool {
        (left.name, left.version, left.architecture ?? "")
            < (right.name, right.version, right.architecture ?? "")
    }

    /// As `name=version` or `name:architecture=version`, fit to be shown.
    public var shown: String {
        name.escaped + (architecture.map { ":" + $0.escaped } ?? "") + "=" + version.escaped
    }
}

extension PackageReference {
    /// Reads `name (= version)` or `name:architecture (= version)`, as `Installed-Build-Depends`
    /// has them; `nil` for anything else.
    init?(installed text: ByteString) {
        let words = text.bytes.split(separator: 0x20).map { ByteString($0) }
        guard words.count == 3, words[1] == "(=", words[2].hasSuffix(")") else { return nil }
        let version = ByteString(words[2].bytes.dropLast())
        let parts = words[0].split(at: ":")
        guard parts.count < 3, let name = parts.first, name.isPackageName,
            DebianVersion(version) != nil
        else { return nil }
        let architecture = parts.count == 2 ? parts[1] : nil
        if let architecture, !architecture.isArchitecture { return nil }
        self.init(name: name, version: version, architecture: architecture)
    }
}

extension ByteString {
    /// Whether it may name a package (Debian Policy, section 5.6.7).
    var isPackageName: Bool {
        count > 1 && bytes[0] != UInt8(ascii: "-") && isPlain(besides: "+-.")
            && bytes[0].isLetterOrDigit
    }

    /// Whether it may name an architecture.
    var isArchitecture: Bool { !isEmpty && isPlain(besides: "-") && bytes[0].isLetterOrDigit }

    /// Whether it has nothing but lowercase letters, digits and `others`.
    private func isPlain(besides others: String) -> Bool {
        bytes.allSatisfy { $0.isLetterOrDigit || others.utf8.contains($0) }
    }
}

extension UInt8 {
    /// Whether it is a lowercase letter or a digit of ASCII.
    fileprivate var isLetterOrDigit: Bool {
        (0x61...0x7a).contains(self) || (0x30...0x39).contains(self)
    }
}
