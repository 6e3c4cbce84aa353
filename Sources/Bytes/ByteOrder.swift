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
