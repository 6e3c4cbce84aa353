import Bytes

/// Whether bytes are text that can be shown line by line.
enum Text {
    /// Whether text may begin like this: no control characters but those that text has.
    static func mayBe(_ start: Chunk) -> Bool {
        !start.isEmpty && start.allSatisfy { isTextByte($0) }
    }

    /// Whether all of the bytes are text.
    static func isText(_ bytes: [UInt8]) -> Bool { mayBe(bytes[...]) }

    private static func isTextByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7f : (0x09...0x0d).contains(byte) || byte == 0x1b
    }
}
