import Bytes
internal import CLzma

/// A decoder by liblzma of one of the file formats that it knows.
@safe
public class LzmaDecoder: Decoder {
    /// On the heap, since liblzma keeps a pointer to it.
    private let state: UnsafeMutablePointer<lzma_stream>
    /// The format's name, for messages.
    private let format: String

    /// Bytes of memory for the dictionary: `xz -9` takes 65 MiB.
    private static let memoryLimit: UInt64 = 256 << 20

    /// What begins a decoder, from its state, the limit of its memory and its flags.
    typealias Begin = (UnsafeMutablePointer<lzma_stream>, UInt64, UInt32) -> lzma_ret

    /// A decoder that `begin` makes. Traps if liblzma has no memory left.
    init(_ reader: ByteReader, format: String, flags: UInt32, _ begin: Begin) {
        self.format = format
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: lzma_stream())
        let result = unsafe begin(state, LzmaDecoder.memoryLimit, flags)
        precondition(result == LZMA_OK, "liblzma cannot begin: out of memory")
        super.init(reader, name: format)
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
        default: step.failure = failure(result)
        }
        return step
    }

    /// What liblzma refuses, and what can be done about it. Bytes behind a stream that begin no
    /// other one show as a format error.
    private func failure(_ result: lzma_ret) -> (SourceError.Code, String) {
        switch result {
        case LZMA_MEMLIMIT_ERROR:
            (
                .limit,
                "the \(format) data needs more than \(LzmaDecoder.memoryLimit >> 20) MiB to decode; "
                    + "compress it again with a smaller dictionary"
            )
        case LZMA_UNSUPPORTED_CHECK, LZMA_OPTIONS_ERROR:
            (
                .unsupported,
                "the \(format) data uses an option, check or filter that liblzma does not have"
            )
        case LZMA_FORMAT_ERROR:
            (.trailing, "what follows is no \(format) stream; cut it off or get an intact copy")
        default: (.malformed, "the \(format) data is corrupt; get an intact copy")
        }
    }
}
