internal import CIsal

/// isa-l's decoder of deflate data, for one block at a time.
///
/// A block is given to it as a stream of its own, with the bit set that marks the last block: so it
/// stops behind the block, and the caller looks at the next header. What came before is its
/// dictionary.
@safe
final class IsalInflater {
    /// On the heap, since it has 85 KiB; made for the first block.
    private var state: UnsafeMutablePointer<inflate_state>?
    /// Whether the block has ended and all of it was given out.
    private(set) var isFinished = false
    /// Whether the data is refused.
    private(set) var isRefused = false
    /// Whether ``left`` is known.
    private var isAtEnd = false
    /// The bits behind the block that are left of its last byte, the lowest first.
    private(set) var left: (bits: UInt8, count: Int) = (0, 0)

    deinit { unsafe state?.deallocate() }

    /// Begins a block whose first `bits` bits are the lowest of `first`: at least one, its mark of
    /// the last block.
    ///
    /// - Parameter window: the content before the block, as far as a match may reach.
    func begin(window: [UInt8], first: UInt8, bits: Int) {
        let state = unsafe self.state ?? .allocate(capacity: 1)
        unsafe self.state = unsafe state
        unsafe isal_inflate_init(state)
        var window = window
        _ = unsafe window.withUnsafeMutableBufferPointer {
            unsafe isal_inflate_set_dict(state, $0.baseAddress, UInt32($0.count))
        }
        unsafe state.pointee.read_in = UInt64(first | 1)
        unsafe state.pointee.read_in_length = Int32(bits)
        isFinished = false
        isRefused = false
        isAtEnd = false
    }

    /// Decodes some of `input` to `filled` bytes of `output` on, and returns how many bytes it used
    /// up: once the block has ended, none that begins behind it.
    func run(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> Int {
        guard let state = unsafe state, !isRefused, !isFinished else { return 0 }
        let given = isAtEnd ? 0 : input.count
        unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe state.pointee.avail_in = UInt32(given)
        unsafe state.pointee.next_out = output.baseAddress?.advanced(by: filled)
        unsafe state.pointee.avail_out = UInt32(output.count - filled)
        let result = unsafe isal_inflate(state)
        unsafe filled = output.count - Int(state.pointee.avail_out)
        isRefused = result != ISAL_DECOMP_OK
        // It counts in 32 bits, and takes a match for too long a reach where the count begins anew.
        if unsafe state.pointee.total_out > 1 << 30 { unsafe state.pointee.total_out = 1 << 20 }
        let used = unsafe given - Int(state.pointee.avail_in)
        return unsafe used - endBlock(state)
    }

    /// Notes the end of the block, and returns how many whole bytes behind it were read.
    private func endBlock(_ state: UnsafeMutablePointer<inflate_state>) -> Int {
        let stage = unsafe state.pointee.block_state
        isFinished = stage == ISAL_BLOCK_FINISH
        guard isFinished || stage == ISAL_BLOCK_INPUT_DONE, !isAtEnd else { return 0 }
        isAtEnd = true
        let bits = unsafe Int(max(0, state.pointee.read_in_length))
        let count = bits % 8
        left = unsafe (UInt8(state.pointee.read_in & (1 << UInt64(count) - 1)), count)
        return bits / 8
    }
}
