import LibCrypto

/// What a key file is encrypted under. Its bytes are overwritten when the last owner goes.
public final class Passphrase {
    /// Never handed out of this room, so that no copy outlives the owner.
    private(set) var bytes: [UInt8]

    /// The most bytes of a passphrase.
    public static let limit = 1_024

    /// A passphrase of 1 to ``limit`` bytes, taken as they are; `nil` for any other length.
    public init?(_ bytes: consuming [UInt8]) {
        guard (1...Passphrase.limit).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    deinit { Library.wipe(&bytes) }

    /// Whether two are the same, byte by byte.
    public func isSame(as other: Passphrase) -> Bool { bytes == other.bytes }
}

extension Passphrase {
    /// The passphrases of a text, one per line, which is overwritten; `nil` if a line is empty or
    /// too long. A final line feed is no line of its own.
    public static func lines(of text: inout [UInt8]) -> [Passphrase]? {
        defer { Library.wipe(&text) }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let found = lines.compactMap { Passphrase(Array($0)) }
        return found.count == lines.count ? found : nil
    }
}
