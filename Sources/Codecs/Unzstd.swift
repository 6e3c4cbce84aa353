import Bytes
internal import CZstd

/// One zstd frame (RFC 8878, section 3.1.1), decoded by libzstd, its checksum verified.
@safe
public final class Unzstd: Decoder {
    /// The `ZSTD_DStream`, freed by the owner.
    private let state: OpaquePointer
    /// The first bytes of the frame, as many as its header can have.
    private var head: [UInt8] = []
    /// Bytes of content so far.
    private var produced: UInt64 = 0

    /// The longest header of a frame (section 3.1.1.1), its magic included, in bytes.
    private static let headerSize = 18

    /// The binary logarithm of the largest window, which is held in memory: 128 MiB, which is also
    /// what `zstd -d` takes without further options.
    private static let windowLog: Int32 = 27

    /// A decoder of the frame that `reader` is about to yield. Traps if libzstd has no memory left.
    public init(_ reader: ByteReader) {
        guard let state = unsafe ZSTD_createDStream() else {
            preconditionFailure("libzstd cannot begin: out of memory")
        }
        unsafe self.state = state
        let result = unsafe ZSTD_DCtx_setParameter(
            state, ZSTD_d_windowLogMax, Unzstd.windowLog)
        precondition(ZSTD_isError(result) == 0, "libzstd takes no limit of the window")
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
        unsafe produced += UInt64(target.pos)
        if head.count < Unzstd.headerSize {
            unsafe head += input.prefix(source.pos).prefix(Unzstd.headerSize - head.count)
        }
        if ZSTD_isError(result) != 0 {
            step.failure = Unzstd.failure(result)
        } else {
            step.isFinished = result == 0
            if step.isFinished, !hasDeclaredSize {
                step.failure = (
                    .malformed, "a zstd frame has another size than it declares; get an intact copy"
                )
            }
        }
        return step
    }

    /// Whether the content is as long as the frame's header says, if it says so. libzstd does not
    /// look where the last block is empty and it is given the frame in pieces, and does where it is
    /// given the whole.
    private var hasDeclaredSize: Bool {
        let declared = unsafe head.withUnsafeBytes {
            unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count)
        }
        return declared == Unzstd.unknownSize || declared == produced
    }

    /// What libzstd says of a frame that does not declare its size: `ZSTD_CONTENTSIZE_UNKNOWN`.
    private static let unknownSize = UInt64.max

    /// What libzstd refuses, and what can be done about it.
    private static func failure(_ result: Int) -> (SourceError.Code, String) {
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_frameParameter_windowTooLarge:
            return (
                .limit,
                "the zstd data needs a window of more than \(1 << (windowLog - 20)) MiB to decode; "
                    + "compress it again without --long or with a smaller one"
            )
        case ZSTD_error_dictionary_wrong, ZSTD_error_dictionary_corrupted:
            return (
                .unsupported, "the zstd data needs a dictionary; compress it again without one"
            )
        case ZSTD_error_frameParameter_unsupported, ZSTD_error_version_unsupported:
            return (.unsupported, "the zstd data uses a feature that libzstd does not have")
        default:
            let reason = unsafe String(cString: ZSTD_getErrorName(result))
            return (.malformed, "the zstd data cannot be decoded (\(reason))")
        }
    }
}
