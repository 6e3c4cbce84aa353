internal import CBzip2
internal import CLzma
internal import CZstd

/// xz by liblzma, in memory.
public enum XzCodec {
    /// What protects the content of a block.
    public enum Check: UInt32, Sendable, CaseIterable {
        /// Nothing.
        case none = 0
        /// CRC-32.
        case crc32 = 1
        /// CRC-64, the default of `xz`.
        case crc64 = 4
        /// SHA-256.
        case sha256 = 10
    }

    /// A filter before LZMA2, by its ID.
    public enum Filter: UInt64, Sendable, CaseIterable {
        /// Differences of bytes.
        case delta = 3
        /// Addresses in code for x86.
        case x86 = 4
    }

    /// One stream of one block, its content filtered.
    public static func encode(_ bytes: [UInt8], filter: Filter, check: Check = .crc64) -> [UInt8] {
        var options = unsafe lzma_options_lzma()
        var delta = unsafe lzma_options_delta()
        unsafe delta.dist = 4
        precondition(unsafe lzma_lzma_preset(&options, 6) == 0, "liblzma knows no such level")
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        var written = 0
        let result = unsafe withUnsafeMutablePointer(to: &options) { last in
            unsafe withUnsafeMutablePointer(to: &delta) { first in
                // LZMA_FILTER_LZMA2 and LZMA_VLI_UNKNOWN are macros that do not reach Swift.
                var filters = unsafe [
                    lzma_filter(id: filter.rawValue, options: filter == .delta ? first : nil),
                    lzma_filter(id: 0x21, options: last), lzma_filter(id: .max, options: nil),
                ]
                return unsafe lzma_stream_buffer_encode(
                    &filters, lzma_check(check.rawValue), nil, bytes, bytes.count, &output,
                    &written, output.count)
            }
        }
        precondition(result == LZMA_OK, "liblzma cannot encode")
        return Array(output.prefix(written))
    }

    /// One stream.
    ///
    /// - Parameter blockSize: bytes of content per block; 0 for one block.
    public static func encode(
        _ bytes: [UInt8], level: UInt32 = 6, check: Check = .crc64, blockSize: UInt64 = 0
    ) -> [UInt8] {
        var stream = unsafe lzma_stream()
        defer { unsafe lzma_end(&stream) }
        var begun: lzma_ret
        if blockSize > 0 {
            var options = unsafe lzma_mt()
            unsafe options.threads = 1
            unsafe options.block_size = blockSize
            unsafe options.preset = level
            unsafe options.check = lzma_check(check.rawValue)
            begun = unsafe lzma_stream_encoder_mt(&stream, &options)
        } else {
            begun = unsafe lzma_easy_encoder(&stream, level, lzma_check(check.rawValue))
        }
        precondition(begun == LZMA_OK, "liblzma cannot begin")
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 65_536)
        let written = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = source.count
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = target.count
                begun = LZMA_OK
                while begun == LZMA_OK { unsafe begun = lzma_code(&stream, LZMA_FINISH) }
                return unsafe target.count - stream.avail_out
            }
        }
        precondition(begun == LZMA_STREAM_END, "liblzma cannot end")
        return Array(output.prefix(written))
    }

    /// The content of one stream that is all of `bytes`; `nil` for anything else.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var limit: UInt64 = 256 << 20
        var read = 0
        var written = 0
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let result = unsafe lzma_stream_buffer_decode(
            &limit, 0, nil, bytes, &read, bytes.count, &output, &written, output.count)
        return result == LZMA_OK && read == bytes.count ? Array(output.prefix(written)) : nil
    }
}

/// zstd by libzstd, in memory.
public enum ZstdCodec {
    /// One frame.
    public static func encode(
        _ bytes: [UInt8], level: Int32 = 3, hasChecksum: Bool = true
    ) -> [UInt8] {
        guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("no memory") }
        defer { unsafe ZSTD_freeCCtx(context) }
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = unsafe ZSTD_compress2(context, &output, output.count, bytes, bytes.count)
        precondition(ZSTD_isError(count) == 0, "libzstd cannot encode")
        return Array(output.prefix(count))
    }

    /// The content of the frames that `bytes` are; `nil` for anything else.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe ZSTD_decompress(&output, output.count, bytes, bytes.count)
        return ZSTD_isError(count) == 0 ? Array(output.prefix(count)) : nil
    }
}

/// bzip2 by libbz2, in memory.
public enum Bzip2Codec {
    /// One stream; `level` is the block size in units of 100,000 bytes.
    public static func encode(_ bytes: [UInt8], level: Int32 = 9) -> [UInt8] {
        var source = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 1024)
        var count = UInt32(output.count)
        let result = unsafe BZ2_bzBuffToBuffCompress(
            &output, &count, &source, UInt32(source.count), level, 0, 0)
        precondition(result == BZ_OK, "libbz2 cannot encode")
        return output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
    }

    /// The content of the stream that `bytes` begin with; `nil` if there is none.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var source = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 1 << 20)
        var count = UInt32(output.count)
        let result = unsafe BZ2_bzBuffToBuffDecompress(
            &output, &count, &source, UInt32(source.count), 0, 0)
        return result == BZ_OK ? output.prefix(Int(count)).map { UInt8(bitPattern: $0) } : nil
    }
}
