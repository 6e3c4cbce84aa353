/// The little of DER (X.690) that key files are made of.
///
/// Read strictly: one text per value, so that what is read is what would be written.
public enum DER {
    /// A tag with its class and form, as one byte.
    public enum Tag: UInt8, Sendable {
        /// INTEGER.
        case integer = 0x02
        /// BIT STRING.
        case bitString = 0x03
        /// OCTET STRING.
        case octetString = 0x04
        /// NULL.
        case null = 0x05
        /// OBJECT IDENTIFIER.
        case objectIdentifier = 0x06
        /// SEQUENCE.
        case sequence = 0x30
        /// [0] IMPLICIT over a string.
        case first = 0x80
    }

    /// A value with tag and length in front of its content.
    public static func encode(_ tag: Tag, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        if content.count < 0x80 {
            return [tag.rawValue, UInt8(content.count)] + content
        }
        return [tag.rawValue, 0x80 | UInt8(length.count)] + length + content
    }

    /// A non-negative INTEGER.
    public static func encode(_ number: UInt32) -> [UInt8] {
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
        bytes.removeFirst(bytes.prefix(3).prefix { $0 == 0 }.count)
        return encode(.integer, (bytes[0] >= 0x80 ? [0] : []) + bytes)
    }

    /// Takes values off the front of a text; `nil` is anything but the value asked for.
    public struct Reader {
        /// What was not taken yet.
        private var rest: ArraySlice<UInt8>

        /// A reader of `bytes`.
        public init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

        /// Whether everything was taken.
        public var isAtEnd: Bool { rest.isEmpty }

        /// The content of the next value, which must have the tag, a definite length in its
        /// shortest form of at most three bytes, and end inside the text.
        public mutating func take(_ tag: Tag) -> [UInt8]? {
            guard rest.first == tag.rawValue, let (length, header) = length() else { return nil }
            let content = rest.dropFirst(header).prefix(length)
            guard content.count == length else { return nil }
            rest = rest.dropFirst(header + length)
            return Array(content)
        }

        /// The length after the tag, and the bytes of both.
        private func length() -> (length: Int, header: Int)? {
            guard let first = rest.dropFirst().first else { return nil }
            guard first >= 0x80 else { return (Int(first), 2) }
            let bytes = rest.dropFirst(2).prefix(Int(first & 0x7f))
            guard (1...3).contains(Int(first & 0x7f)), bytes.count == Int(first & 0x7f),
                bytes.first != 0
            else { return nil }
            let length = bytes.reduce(0) { $0 << 8 | Int($1) }
            return length < 0x80 ? nil : (length, 2 + bytes.count)
        }

        /// A reader of the next value's content, which is a SEQUENCE.
        public mutating func open() -> Reader? { take(.sequence).map { Reader($0) } }

        /// The bytes of a non-negative INTEGER, big-endian, without leading zeros.
        public mutating func takeUnsigned() -> [UInt8]? {
            guard let bytes = take(.integer), let first = bytes.first, first < 0x80 else {
                return nil
            }
            guard first == 0, bytes.count > 1 else { return first == 0 ? [] : bytes }
            return bytes[1] < 0x80 ? nil : Array(bytes.dropFirst())
        }

        /// A non-negative INTEGER below 2^32.
        public mutating func takeNumber() -> UInt32? {
            guard let bytes = takeUnsigned(), bytes.count <= 4 else { return nil }
            return bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
