/// A SHA-256 digest: 32 bytes, kept without a heap allocation (FIPS 180-4, section 6.2).
public struct Digest: Hashable, Sendable, Comparable {
    /// The digest as four big-endian words, most significant first.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The number of bytes in a digest.
    public static let length = 32

    /// A digest from its 32 bytes; `nil` if `bytes` has another length.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest.length else { return nil }
        func word(_ index: Int) -> UInt64 {
            bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// A digest from 64 lowercase hexadecimal digits; `nil` for anything else, capitals included.
    public init?(hex: some Collection<UInt8>) {
        guard hex.count == 2 * Digest.length, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Digest.length)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }

    /// The digest as 64 lowercase hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// Whether two digests are the same bytes.
    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    /// Orders digests by their bytes.
    public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    /// Feeds the 32 bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
