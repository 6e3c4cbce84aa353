internal import CLz4

/// LZ4 frames by liblz4, in memory.
public enum Lz4Codec {
    /// One frame.
    ///
    /// - Parameters:
    ///   - level: 0 for the fast encoder, up to 12.
    ///   - isDetailed: whether it has small linked blocks, all checksums and the size of the
    ///     content.
    ///   - hasChecksum: whether there is a checksum of the content.
    public static func encode(
        _ bytes: [UInt8], level: Int32 = 0, isDetailed: Bool = false, hasChecksum: Bool = true
    ) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.compressionLevel = level
        preferences.frameInfo.contentChecksumFlag =
            hasChecksum ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum
        if isDetailed {
            preferences.frameInfo.blockSizeID = LZ4F_max64KB
            preferences.frameInfo.blockMode = LZ4F_blockLinked
            preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
            preferences.frameInfo.contentSize = UInt64(bytes.count)
        } else {
            preferences.frameInfo.blockMode = LZ4F_blockIndependent
        }
        var output = [UInt8](
            repeating: 0, count: unsafe LZ4F_compressFrameBound(bytes.count, &preferences))
        let count = unsafe LZ4F_compressFrame(
            &output, output.count, bytes, bytes.count, &preferences)
        precondition(LZ4F_isError(count) == 0, "liblz4 cannot encode")
        return Array(output.prefix(count))
    }

    /// The content of the frame that `bytes` are; `nil` for anything else.
    public static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var made: OpaquePointer?
        guard unsafe LZ4F_isError(LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))) == 0
        else { return nil }
        defer { unsafe LZ4F_freeDecompressionContext(made) }
        var output = [UInt8](repeating: 0, count: 1 << 20)
        var count = output.count
        var used = bytes.count
        let result = unsafe LZ4F_decompress(made, &output, &count, bytes, &used, nil)
        return result == 0 && used == bytes.count ? Array(output.prefix(count)) : nil
    }
}
