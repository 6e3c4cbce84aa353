/// A message of protocol buffers in the making, in its one canonical form: fields in the order of
/// their numbers, defaults left out (protobuf.dev, "Encoding").
struct ProtocolBuffer {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    /// A field of bytes, text or a message; an empty one is written, too.
    mutating func add(_ field: UInt64, _ content: some Collection<UInt8>) {
        add(varint: field << 3 | 2)
        add(varint: UInt64(content.count))
        bytes += content
    }

    /// A field of a number or truth value; left out where it is zero.
    mutating func add(_ field: UInt64, _ number: UInt64) {
        guard number > 0 else { return }
        add(varint: field << 3)
        add(varint: number)
    }

    private mutating func add(varint number: UInt64) {
        var rest = number
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
