/// zlib streams (RFC 1950), in memory.
public enum ZlibCodec {
    /// One stream.
    ///
    /// - Parameters:
    ///   - flevel: what the header says of the level, 0 to 3.
    ///   - window: the binary logarithm of the window that the header announces; the data may use a
    ///     larger one.
    public static func encode(
        _ bytes: [UInt8], level: Int32 = 6, flevel: UInt8 = 2, window: UInt8 = 15
    ) -> [UInt8] {
        header(flevel: flevel, window: window) + Deflate.encode(bytes, level: level)
            + little(UInt64(adler32(bytes)), 4).reversed()
    }

    /// The two bytes before the data, their check bits put right.
    public static func header(flevel: UInt8 = 2, window: UInt8 = 15) -> [UInt8] {
        let first = 8 | (window - 8) << 4
        let rest = (UInt16(first) << 8 | UInt16(flevel) << 6) % 31
        return [first, flevel << 6 | UInt8((31 - rest) % 31)]
    }

    /// The content of the one stream that `bytes` are; `nil` for anything else.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 6, bytes[0] & 0x0f == 8,
            (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
            let body = Deflate.decode(bytes[2...]), bytes.count == body.used + 6,
            bytes.suffix(4).elementsEqual(little(UInt64(adler32(body.content)), 4).reversed())
        else { return nil }
        return body.content
    }

    /// The checksum of RFC 1950, section 8.2, from its definition.
    public static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var sums: (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            sums.0 = (sums.0 + UInt32(byte)) % 65521
            sums.1 = (sums.1 + sums.0) % 65521
        }
        return sums.1 << 16 | sums.0
    }
}
