import Bytes
internal import CLz4

/// One LZ4 frame, decoded by liblz4, the checksums of header, blocks and content and the size of
/// the content verified, where the frame has them.
///
/// A dictionary that a frame names is not asked for: the caller must refuse such a frame.
@safe
public final class Unlz4: Decoder {
    /// The `LZ4F_dctx`, freed by the owner.
    private let state: OpaquePointer

    /// A decoder of the frame that `reader` is about to yield. Traps if liblz4 has no memory left.
    public init(_ reader: ByteReader) {
        var made: OpaquePointer?
        let result = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(result) == 0, let made = unsafe made else {
            preconditionFailure("liblz4 cannot begin: out of memory")
        }
        unsafe state = made
        super.init(reader, name: "lz4")
    }

    deinit { unsafe LZ4F_freeDecompressionContext(state) }

    /// One call of `LZ4F_decompress`; its result is 0 exactly at the end of the frame.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        var consumed = input.count
        var made = output.count
        let result = unsafe LZ4F_decompress(
            state, output.baseAddress, &made, input.baseAddress, &consumed, nil)
        var step = DecodeStep()
        guard LZ4F_isError(result) == 0 else {
            // After a failure liblz4 does not say how far it came.
            let reason = unsafe String(cString: LZ4F_getErrorName(result))
            step.failure = (.malformed, "the lz4 data cannot be decoded (\(reason))")
            return step
        }
        filled = made
        step.consumed = consumed
        step.isFinished = result == 0
        return step
    }
}
