/// Damage done to bytes.
public struct Mutation: Hashable, Sendable, CustomStringConvertible {
    /// What is done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// One bit is another.
        case flip
        /// One byte is gone.
        case delete
        /// One byte is new.
        case insert
        /// All from here on is gone.
        case truncate
        /// One byte is new at the end.
        case append
    }

    /// What is done.
    public let kind: Kind
    /// Where it is done.
    public let offset: Int
    /// The bits flipped, or the byte inserted.
    public let value: UInt8

    /// Damage at a place.
    public init(_ kind: Kind, at offset: Int, _ value: UInt8 = 1) {
        self.kind = kind
        self.offset = offset
        self.value = value
    }

    /// Some damage to `bytes`, which must not be empty.
    public init(to bytes: [UInt8], _ random: inout SeededGenerator) {
        kind = random.pick(Kind.allCases)
        offset = kind == .append ? bytes.count : random.below(bytes.count)
        value = kind == .flip ? 1 << UInt8(random.below(8)) : UInt8(random.below(256))
    }

    /// `bytes` with the damage done.
    public func applied(to bytes: [UInt8]) -> [UInt8] {
        var damaged = bytes
        switch kind {
        case .flip: damaged[offset] ^= value
        case .delete: damaged.remove(at: offset)
        case .insert, .append: damaged.insert(value, at: offset)
        case .truncate: damaged.removeSubrange(offset...)
        }
        return damaged
    }

    /// The damage in a few words.
    public var description: String { "\(kind.rawValue) \(value) at \(offset)" }
}
