import Bytes
internal import CZstd

/// One zstd frame (RFC 8878, section 3.1.1), decoded by libzstd, its checksum verified.
@safe
public final class Unzstd: Decoder {
    /// The `ZSTD_DStream`, freed by the owner.
    private let state: OpaquePointer

    /// A decoder of the frame that `reader` is about to yield. Traps if libzstd has no memory left.
    public init(_ reader: ByteReader) {
        guard let state = unsafe ZSTD_createDStream() else {
            preconditionFailure("libzstd cannot begin: out of memory")
        }
        unsafe self.state = state
        super.init(reader, name: "zstd")
    }

    deinit { unsafe ZSTD_freeDStream(state) }

    /// One call of `ZSTD_decompressStream`; its result is 0 exactly at the end of the frame.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = unsafe ZSTD_decompressStream(state, &target, &source)
        unsafe filled = target.pos
        var step = DecodeStep()
        unsafe step.consumed = source.pos
        if ZSTD_isError(result) != 0 {
            let reason = unsafe String(cString: ZSTD_getErrorName(result))
            step.failure = (.malformed, "the zstd data cannot be decoded (\(reason))")
        } else {
            step.isFinished = result == 0
        }
        return step
    }
}
