import Bytes
internal import CDeflate

/// zlib's decoder of raw deflate data, from the beginning of a stream or of any block in it.
@safe
final class ZlibInflater {
    // zlib keeps a pointer back to the structure, so its address must stay the same.
    private let state: UnsafeMutablePointer<z_stream>
    /// Bytes that one call may yield. zlib takes a distance past its window as long as it reaches
    /// into what the same call has yielded; with one byte per call its window is exact.
    private let stride: Int

    /// Traps if zlib has no memory left.
    init(windowBits: Int32) {
        stride = windowBits < MAX_WBITS ? 1 : .max
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: z_stream())
        let result = unsafe inflateInit2_(
            state, -windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib cannot begin: out of memory")
    }

    /// Takes over what ``copy()`` has made.
    private init(_ state: UnsafeMutablePointer<z_stream>, stride: Int) {
        unsafe self.state = unsafe state
        self.stride = stride
    }

    /// Another decoder in the same state. Traps if zlib has no memory left.
    func copy() -> ZlibInflater {
        let place = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe place.initialize(to: z_stream())
        let result = unsafe inflateCopy(place, state)
        precondition(result == Z_OK, "zlib cannot be copied: out of memory")
        return unsafe ZlibInflater(place, stride: stride)
    }

    /// Frees zlib's window, whether the stream has ended or not.
    deinit {
        unsafe inflateEnd(state)
        unsafe state.deallocate()
    }

    /// Goes on at a block that begins inside a byte, of which `bits` bits are left, with what came
    /// before. Only before the first ``run(_:_:_:)``. Traps if zlib has no memory left.
    func resume(window: UnsafeBufferPointer<UInt8>, bits: Int, value: UInt8) {
        var result = unsafe inflateSetDictionary(
            state, window.baseAddress, UInt32(window.count))
        precondition(result == Z_OK, "zlib cannot go on: out of memory")
        guard bits > 0 else { return }
        result = unsafe inflatePrime(state, Int32(bits), Int32(value))
        precondition(result == Z_OK, "zlib takes no bits")
    }

    /// Calls `inflate`, for a full window once; no progress (`Z_BUF_ERROR`) is no failure.
    func run(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe state.pointee.avail_in = UInt32(input.count)
        unsafe state.pointee.next_out = output.baseAddress?.advanced(by: filled)
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
        unsafe step.consumed = input.count - Int(state.pointee.avail_in)
        switch result {
        case Z_STREAM_END: step.isFinished = true
        case Z_OK, Z_BUF_ERROR: break
        default:
            step.failure = (.malformed, "the deflate data is corrupt; get an intact copy")
        }
        return step
    }
}
