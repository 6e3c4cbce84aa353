import Bytes
import Hashing

/// An rpm, every tag settable; digests are made to fit unless told otherwise.
public struct RpmBuilder: Sendable {
    /// One tag with its value.
    public struct Tag: Sendable {
        /// The number.
        public var tag: Int
        /// The type: 4 numbers of 32 bits, 6 text, 7 bytes, 8 texts.
        public var type: Int
        /// How many values there are.
        public var count: Int
        /// The value, with its NULs.
        public var value: [UInt8]

        /// A tag of any type.
        public init(_ tag: Int, type: Int, count: Int, _ value: [UInt8]) {
            self.tag = tag
            self.type = type
            self.count = count
            self.value = value
        }

        /// A number of 32 bits.
        public init(_ tag: Int, _ number: Int) {
            self.init(tag, type: 4, count: 1, RpmBuilder.big(number))
        }

        /// A text, or a list of one.
        public init(_ tag: Int, _ text: String, isList: Bool = false) {
            self.init(tag, type: isList ? 8 : 6, count: 1, Array(text.utf8) + [0])
        }
    }

    /// The first 96 bytes.
    public var lead: [UInt8]
    /// Tags of the main header, without its region and payload digest.
    public var tags: [Tag] = [Tag(1000, "tool"), Tag(1001, "1.0"), Tag(1006, 7), Tag(1007, "host")]
    /// Tags of the signature header besides size and digest.
    public var signatures: [Tag] = []
    /// Bytes that are left for signatures.
    public var space = [UInt8](repeating: 0, count: 40)
    /// The payload, as it is stored.
    public var payload: [UInt8]
    /// Changes what the package says of itself, digests included, before it is put together.
    public var size: Int?
    /// The digest of the header, if it is to be another than the right one.
    public var headerDigest: String?
    /// The digest of the payload, likewise.
    public var payloadDigest: String?
    /// What fills up the signature header.
    public var filler: UInt8 = 0

    /// A package of `payload`.
    public init(_ payload: [UInt8]) {
        self.payload = payload
        lead = [0xed, 0xab, 0xee, 0xdb, 3, 0] + [UInt8](repeating: 0, count: 72) + [0, 5]
        lead += [UInt8](repeating: 0, count: 16)
    }

    static func big(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// A header structure with its region.
    public static func header(_ region: Int, _ tags: [Tag]) -> [UInt8] {
        var store: [UInt8] = []
        var lines: [UInt8] = []
        for tag in tags.sorted(by: { $0.tag < $1.tag }) {
            while tag.type == 4, !store.count.isMultiple(of: 4) { store.append(0) }
            lines += [tag.tag, tag.type, store.count, tag.count].flatMap(big)
            store += tag.value
        }
        let count = tags.count + 1
        let first = [region, 7, store.count, 16].flatMap(big)
        store += [region, 7, -16 * count, 16].flatMap(big)
        return [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0] + big(count) + big(store.count) + first + lines
            + store
    }

    /// The bytes.
    public func build() -> [UInt8] {
        let digest = payloadDigest ?? SHA256.digest(of: payload).hex
        let main = RpmBuilder.header(63, tags + [Tag(5092, digest, isList: true), Tag(5093, 8)])
        var extra = signatures
        if !space.isEmpty { extra.append(Tag(1008, type: 7, count: space.count, space)) }
        var front =
            lead
            + RpmBuilder.header(
                62,
                extra + [
                    Tag(273, headerDigest ?? SHA256.digest(of: main).hex),
                    Tag(1000, size ?? main.count + payload.count),
                ])
        while !front.count.isMultiple(of: 8) { front.append(filler) }
        return front + main + payload
    }
}

extension RpmBuilder {
    /// Two builds that differ only in what the default profile tolerates: in the payload.
    static func pair(_ random: inout SeededGenerator) -> ArtifactKind.Pair {
        let inner = CpioBuilder.pair(.newc, &random)
        var gzip = GzipBuilder()
        gzip.level = 1
        var later = gzip
        later.mtime = 5
        return ArtifactKind.Pair(
            first: RpmBuilder(gzip.build(inner.first)).build(),
            second: RpmBuilder(later.build(inner.second)).build(),
            rules: inner.rules.union(["gzip.mtime", "gzip.compression"]))
    }
}
