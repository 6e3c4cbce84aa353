internal import CDeflate

/// Deflate by zlib, in memory.
public enum Deflate {
    /// A raw deflate stream (RFC 1951).
    ///
    /// - Parameters:
    ///   - level: 0 to 9.
    ///   - strategy: 0 for the default, 2 for Huffman codes alone, 4 for fixed codes.
    public static func encode(_ bytes: [UInt8], level: Int32 = 6, strategy: Int32 = 0) -> [UInt8] {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let begun = unsafe deflateInit2_(
            &stream, level, Z_DEFLATED, -MAX_WBITS, 8, strategy, ZLIB_VERSION, size)
        precondition(begun == Z_OK, "zlib cannot begin")
        defer { unsafe deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        var input = bytes
        let written = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                let result = unsafe deflate(&stream, Z_FINISH)
                precondition(result == Z_STREAM_END, "zlib cannot end")
                return unsafe target.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(written))
    }

    /// What a raw stream at the beginning of `bytes` yields, and how long the stream is; `nil` if
    /// there is none.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> (content: [UInt8], used: Int)? {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
            return nil
        }
        defer { unsafe inflateEnd(&stream) }
        var input = Array(bytes)
        var output = [UInt8](repeating: 0, count: 1 << 20)
        var made = 0
        let result = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                let result = unsafe inflate(&stream, Z_FINISH)
                unsafe made = target.count - Int(stream.avail_out)
                return result
            }
        }
        guard result == Z_STREAM_END else { return nil }
        return unsafe (Array(output.prefix(made)), bytes.count - Int(stream.avail_in))
    }

    /// The CRC-32 of RFC 1952, section 8, from its definition, bit by bit.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { word, _ in
                word & 1 == 1 ? word >> 1 ^ 0xedb8_8320 : word >> 1
            }
        }
    }
}
