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

    /// Another decoder in the same state: it holds no pointer but those that each run sets.
    func copy() -> IsalInflater {
        let copy = IsalInflater()
        if let state = unsafe state {
            let place = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
            unsafe place.initialize(from: state, count: 1)
            unsafe copy.state = unsafe place
        }
        copy.isFinished = isFinished
        copy.isRefused = isRefused
        copy.isAtEnd = isAtEnd
        copy.left = left
        return copy
    }

    /// Begins a block whose first `bits` bits are the lowest of `first`: at least one, its mark of
    /// the last block.
    ///
    /// - Parameter window: the content before the block, as far as a match may reach.
    func begin(window: UnsafeBufferPointer<UInt8>, first: UInt8, bits: Int) {
        let state = unsafe self.state ?? .allocate(capacity: 1)
        unsafe self.state = unsafe state
        unsafe isal_inflate_init(state)
        // It copies the window, and only its declaration says that it might write to it.
        _ = unsafe isal_inflate_set_dict(
            state, UnsafeMutablePointer(mutating: window.baseAddress), UInt32(window.count))
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
        // After a refusal it may say that more is left than it was given.
        isRefused = unsafe result != ISAL_DECOMP_OK || Int(state.pointee.avail_in) > given
        guard !isRefused else { return 0 }
        unsafe filled = output.count - Int(state.pointee.avail_out)
        // It counts in 32 bits, and takes a match for too long a reach where the count begins anew.
        if unsafe state.pointee.total_out > 1 << 30 { unsafe state.pointee.total_out = 1 << 20 }
        let used = unsafe given - Int(state.pointee.avail_in)
        return unsafe used - giveBack(state, used)
    }

    /// Takes from isa-l the whole bytes that it has read and not used, notes the end of the block,
    /// and returns how many bytes those are.
    ///
    /// Where it waits for more input it keeps them, since they are too few for the next code: so
    /// all that it has behind the end of a block is from the present call.
    private func giveBack(_ state: UnsafeMutablePointer<inflate_state>, _ used: Int) -> Int {
        let stage = unsafe state.pointee.block_state
        isFinished = stage == ISAL_BLOCK_FINISH
        let ends = isFinished || stage == ISAL_BLOCK_INPUT_DONE
        let isFull = unsafe state.pointee.avail_out == 0
        guard ends || isFull, !isAtEnd else { return 0 }
        let count = unsafe min(used, Int(max(0, state.pointee.read_in_length)) / 8)
        let bits = unsafe Int(max(0, state.pointee.read_in_length)) - 8 * count
        unsafe state.pointee.read_in &= bits < 64 ? 1 << UInt64(bits) - 1 : .max
        unsafe state.pointee.read_in_length = Int32(bits)
        guard ends else { return count }
        isAtEnd = true
        // Never seen, and then the place of the next header would be lost.
        if bits >= 8 { isRefused = true }
        left = unsafe (UInt8(truncatingIfNeeded: state.pointee.read_in), bits % 8)
        return count
    }
}
