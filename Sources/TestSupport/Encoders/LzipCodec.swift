internal import CLzma

/// lzip members, in memory; the data by liblzma, the rest by hand.
public enum LzipCodec {
    // Macros with casts do not reach Swift: LZMA_FILTER_LZMA1 and LZMA_VLI_UNKNOWN.
    private static let lzma1: UInt64 = 0x4000_0000_0000_0001
    private static let end: UInt64 = .max

    /// One member.
    ///
    /// - Parameter dictionary: the coded size of the dictionary; 20 is 1 MiB.
    public static func encode(
        _ bytes: [UInt8], level: UInt32 = 6, dictionary: UInt8 = 20
    ) -> [UInt8] {
        let base = UInt32(1) << UInt32(dictionary & 0x1f)
        let size = base - base / 16 * UInt32(dictionary >> 5)
        let data = raw(bytes, level: level, dictionary: size)
        let head = Array("LZIP".utf8) + [1, dictionary] + data
        return head + little(UInt64(Deflate.crc32(bytes)), 4) + little(UInt64(bytes.count), 8)
            + little(UInt64(head.count + 20), 8)
    }

    /// LZMA data with an end mark.
    private static func raw(_ bytes: [UInt8], level: UInt32, dictionary: UInt32) -> [UInt8] {
        var options = unsafe lzma_options_lzma()
        precondition(unsafe lzma_lzma_preset(&options, level) == 0, "liblzma knows no such level")
        unsafe options.dict_size = dictionary
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        var written = 0
        let result = unsafe withUnsafeMutablePointer(to: &options) { pointer in
            let filters = unsafe [
                lzma_filter(id: lzma1, options: pointer), lzma_filter(id: end, options: nil),
            ]
            return unsafe lzma_raw_buffer_encode(
                filters, nil, bytes, bytes.count, &output, &written, output.count)
        }
        precondition(result == LZMA_OK, "liblzma cannot encode")
        return Array(output.prefix(written))
    }

    /// The content of the members that `bytes` are; `nil` for anything else.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe lzma_stream()
        defer { unsafe lzma_end(&stream) }
        // LZMA_CONCATENATED
        guard unsafe lzma_lzip_decoder(&stream, 256 << 20, 0x08) == LZMA_OK else { return nil }
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let capacity = output.count
        let result = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = source.count
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = target.count
                return unsafe lzma_code(&stream, LZMA_FINISH)
            }
        }
        guard result == LZMA_STREAM_END, unsafe stream.avail_in == 0 else { return nil }
        return Array(output.prefix(unsafe capacity - stream.avail_out))
    }
}
