/// A name as the bytes it is: a path, a member's name, a JSON key, a key identifier.
///
/// Equality, order and hashing are those of the bytes. Swift's `String` compares by canonical
/// equivalence (NFC equals NFD, the Kelvin sign equals K), which would merge names that a file
/// system or an archive keeps apart.
public struct ByteString: Hashable, Sendable, Comparable {
    /// The bytes, in no encoding in particular.
    public let bytes: [UInt8]

    /// A name of the given bytes.
    @inlinable public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// A name of the UTF-8 bytes of `text`.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The number of bytes.
    public var count: Int { bytes.count }

    /// Whether there are no bytes.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Orders names byte by byte.
    public static func < (left: ByteString, right: ByteString) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// Whether the name begins with the bytes of `prefix`.
    public func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }

    /// Whether the bytes of `text` occur in it, at any place. Takes time by the product of both
    /// lengths at worst, and by this one's as a rule.
    public func contains(_ text: String) -> Bool {
        let mark = Array(text.utf8)
        guard let first = mark.first else { return true }
        return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: mark) }
    }

    /// Whether the name ends with the bytes of `suffix`.
    public func hasSuffix(_ suffix: String) -> Bool {
        bytes.count >= suffix.utf8.count
            && bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// The name as text, every byte shown: see ``Escape/visible(_:)``.
    public var escaped: String { Escape.visible(bytes) }
}

extension ByteString: ExpressibleByStringLiteral {
    /// The UTF-8 bytes of the literal.
    public init(stringLiteral value: String) { self.init(value) }
}
