import Bytes
internal import CIsal

/// The Adler-32 of zlib streams (RFC 1950, section 8.2), by isa-l.
public struct Adler32: Sendable {
    /// The checksum so far.
    public private(set) var value: UInt32 = 1

    /// The checksum of nothing, which is 1.
    public init() {}

    /// Adds bytes.
    public mutating func update(_ bytes: Chunk) {
        value = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe isal_adler32(value, buffer.baseAddress, UInt64(buffer.count))
        }
    }
}
