import Bytes
internal import CDeflate

/// A raw deflate stream (RFC 1951), decoded by zlib.
@safe
public final class Inflate: Decoder {
    // zlib keeps a pointer back to the structure, so its address must stay the same.
    private let state: UnsafeMutablePointer<z_stream>
    /// Bytes that one call may yield. zlib takes a distance past its window as long as it reaches
    /// into what the same call has yielded; with one byte per call its window is exact.
    private let stride: Int

    /// A decoder of what `reader` is about to yield. Traps if zlib has no memory left.
    ///
    /// - Parameter windowBits: the binary logarithm of the largest distance that the data may use, 8
    /// to 15. Below 15 decoding is slow.
    public init(_ reader: ByteReader, windowBits: Int32 = 15) {
        stride = windowBits < MAX_WBITS ? 1 : .max
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: z_stream())
        let result = unsafe inflateInit2_(
            state, -windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib cannot begin: out of memory")
        super.init(reader, name: "deflate")
    }

    /// Frees zlib's window, whether the stream has ended or not.
    deinit {
        unsafe inflateEnd(state)
        unsafe state.deallocate()
    }

    /// Calls `inflate`, for a full window once; no progress (`Z_BUF_ERROR`) is no failure.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe state.pointee.avail_in = UInt32(bytes.count)
        unsafe state.pointee.next_out = output.baseAddress
        var result = Z_OK
        var made = 0
        repeat {
            let room = min(stride, output.count - filled)
            unsafe state.pointee.avail_out = UInt32(room)
            unsafe result = inflate(state, Z_NO_FLUSH)
            unsafe made = room - Int(state.pointee.avail_out)
            filled += made
        } while result == Z_OK && made > 0 && stride < output.count - filled
        var step = DecodeStep()
        unsafe step.consumed = bytes.count - Int(state.pointee.avail_in)
        switch result {
        case Z_STREAM_END: step.isFinished = true
        case Z_OK, Z_BUF_ERROR: break
        default:
            step.failure = (.malformed, "the deflate data is corrupt; get an intact copy")
        }
        return step
    }
}
