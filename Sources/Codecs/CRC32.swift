import Bytes
internal import CIsal

/// The CRC-32 of gzip, zip and png (RFC 1952, section 8), by isa-l.
public struct CRC32: Sendable {
    /// The checksum so far.
    public private(set) var value: UInt32 = 0

    /// The checksum of nothing.
    public init() {}

    /// Adds bytes.
    public mutating func update(_ bytes: Chunk) {
        value = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe crc32_gzip_refl(value, buffer.baseAddress, UInt64(buffer.count))
        }
    }

    /// The checksum of bytes in memory.
    public static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes[...])
        return crc.value
    }
}
