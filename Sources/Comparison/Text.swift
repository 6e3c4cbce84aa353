import Bytes
import Hashing

/// Whether bytes are text that can be shown line by line.
enum Text {
    /// Whether text may begin like this: no control characters but those that text has.
    static func mayBe(_ start: Chunk) -> Bool { !start.isEmpty && start.isTextual }
}
