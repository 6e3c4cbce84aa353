import Bytes
internal import CBzip2

/// One bzip2 stream, decoded by libbz2, the checksums of all blocks and of the stream verified.
@safe
public final class Unbzip2: Decoder {
    /// On the heap, since libbz2 keeps a pointer back to it.
    private let state: UnsafeMutablePointer<bz_stream>

    /// A decoder of the stream that `reader` is about to yield. Traps if libbz2 has no memory left.
    public init(_ reader: ByteReader) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: bz_stream())
        let result = unsafe BZ2_bzDecompressInit(state, 0, 0)
        precondition(result == BZ_OK, "libbz2 cannot begin: out of memory")
        super.init(reader, name: "bzip2")
    }

    /// Frees libbz2's blocks, whether the stream has ended or not.
    deinit {
        unsafe BZ2_bzDecompressEnd(state)
        unsafe state.deallocate()
    }

    /// One call of `BZ2_bzDecompress`, which ends with the stream: another one behind it is for the
    /// caller.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        let bytes = unsafe input.bindMemory(to: CChar.self)
        unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe state.pointee.avail_in = UInt32(bytes.count)
        unsafe state.pointee.avail_out = UInt32(output.count)
        let result = unsafe output.withMemoryRebound(to: CChar.self) { target in
            unsafe state.pointee.next_out = target.baseAddress
            return unsafe BZ2_bzDecompress(state)
        }
        unsafe filled = output.count - Int(state.pointee.avail_out)
        var step = DecodeStep()
        unsafe step.consumed = bytes.count - Int(state.pointee.avail_in)
        switch result {
        case BZ_STREAM_END: step.isFinished = true
        case BZ_OK: break
        default: step.failure = (.malformed, "the bzip2 data is corrupt; get an intact copy")
        }
        return step
    }
}
