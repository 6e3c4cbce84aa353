/// Whole numbers from their bytes.
public enum ByteOrder {
    /// The number of at most eight bytes, least significant first.
    public static func little(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The number of at most eight bytes, most significant first.
    public static func big(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension ByteOrder {
    /// The lowest `count` bytes of a number, least significant first.
    public static func littleBytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}
