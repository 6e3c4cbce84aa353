import Bytes
internal import CLzma

/// One .xz stream, decoded by liblzma.
///
/// Every check is verified; a check that liblzma does not know is refused.
@safe
public final class Unxz: Decoder {
    /// On the heap, since liblzma keeps a pointer to it.
    private let state: UnsafeMutablePointer<lzma_stream>

    /// Bytes of memory for the dictionary: `xz -9` takes 65 MiB.
    private static let memoryLimit: UInt64 = 256 << 20

    // A macro with a cast does not reach Swift: LZMA_TELL_UNSUPPORTED_CHECK.
    private static let tellUnsupportedCheck: UInt32 = 0x02

    /// A decoder of the stream that `reader` is about to yield. Traps if liblzma has no memory left.
    public init(_ reader: ByteReader) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: lzma_stream())
        let flags = Unxz.tellUnsupportedCheck
        let result = unsafe lzma_stream_decoder(state, Unxz.memoryLimit, flags)
        precondition(result == LZMA_OK, "liblzma cannot begin: out of memory")
        super.init(reader, name: "xz")
    }

    /// Frees what liblzma holds, whether the stream has ended or not.
    deinit {
        unsafe lzma_end(state)
        unsafe state.deallocate()
    }

    /// One call of `lzma_code`. Without input the end is announced, so that a stream that is cut
    /// off fails and does not wait; `LZMA_BUF_ERROR` is no failure, only no progress.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        unsafe state.pointee.next_in = bytes.baseAddress
        unsafe state.pointee.avail_in = bytes.count
        unsafe state.pointee.next_out = output.baseAddress
        unsafe state.pointee.avail_out = output.count
        let result = unsafe lzma_code(state, bytes.isEmpty ? LZMA_FINISH : LZMA_RUN)
        unsafe filled = output.count - state.pointee.avail_out
        var step = DecodeStep()
        unsafe step.consumed = bytes.count - state.pointee.avail_in
        switch result {
        case LZMA_OK, LZMA_BUF_ERROR: break
        case LZMA_STREAM_END: step.isFinished = true
        default: step.failure = Unxz.failure(result)
        }
        return step
    }

    /// What liblzma refuses, and what can be done about it. Bytes behind a stream that begin no
    /// other one show as a format error.
    private static func failure(_ result: lzma_ret) -> (SourceError.Code, String) {
        switch result {
        case LZMA_MEMLIMIT_ERROR:
            (.limit, "the xz data needs more than \(memoryLimit >> 20) MiB to decode")
        case LZMA_UNSUPPORTED_CHECK, LZMA_OPTIONS_ERROR:
            (.unsupported, "the xz data uses a check or filter that liblzma does not have")
        case LZMA_FORMAT_ERROR:
            (.trailing, "what follows is no xz stream; cut it off or get an intact copy")
        default: (.malformed, "the xz data is corrupt; get an intact copy")
        }
    }
}
