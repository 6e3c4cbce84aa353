import Bytes
internal import CDeflate

/// The Adler-32 of zlib streams (RFC 1950, section 8.2), by zlib.
public struct Adler32: Sendable {
    /// The checksum so far.
    public private(set) var value: UInt32 = 1

    /// The checksum of nothing, which is 1.
    public init() {}

    /// Adds bytes.
    public mutating func update(_ bytes: Chunk) {
        value = unsafe bytes.withUnsafeBufferPointer { buffer in
            UInt32(
                truncatingIfNeeded: unsafe adler32_z(UInt(value), buffer.baseAddress, buffer.count))
        }
    }
}
