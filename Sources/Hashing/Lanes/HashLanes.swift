import Bytes
internal import CKernels

/// The lanes of a kernel, kept busy: as soon as one message ends, the next begins in its lane.
///
/// Used by one thread. Memory: ``pieceSize`` and two blocks per lane.
@safe
struct HashLanes<Input: LaneInput>: ~Copyable {
    /// What became of a message; `nil` if it was given up.
    typealias Outcome = Result<Digest?, Input.Failure>

    /// A message in a lane.
    private struct Message {
        /// Its number among all messages.
        let index: Int
        var input: Input
        /// Bytes that were not read yet.
        var left: UInt64
        /// Whether the padding was handed to the kernel, and with it all there is.
        var isPadded = false
    }

    /// Bytes that are read at a time: what all lanes hold stays in a core's second-level cache.
    private static var pieceSize: Int { 64 << 10 }
    /// The bytes of a lane's buffer: a piece and the padding behind it.
    private static var stride: Int { pieceSize + 2 * 64 }

    private let kernel: SHA256Kernel
    private var messages: [Message?]
    /// As the kernel has them: see `tally_sha256_step`.
    private var state: [UInt32]
    private var next: [UnsafePointer<UInt8>?]
    private var blocks: [Int]
    private let buffer: UnsafeMutablePointer<UInt8>

    /// Lanes of a kernel that this processor supports.
    init(_ kernel: SHA256Kernel) {
        self.kernel = kernel
        messages = Array(repeating: nil, count: kernel.width)
        state = Array(repeating: 0, count: 8 * kernel.width)
        unsafe next = Array(repeating: nil, count: kernel.width)
        blocks = Array(repeating: 0, count: kernel.width)
        unsafe buffer = .allocate(capacity: kernel.width * Self.stride)
    }

    deinit { unsafe buffer.deallocate() }

    /// Hashes all messages that `next` has, and hands each outcome to `done`.
    mutating func run(
        next input: () -> (index: Int, input: Result<Input, Input.Failure>)?,
        done: (Int, Outcome) -> Void
    ) {
        while true {
            for lane in messages.indices where blocks[lane] == 0 {
                while let outcome = fill(lane, input) { done(outcome.index, outcome.result) }
            }
            guard blocks.contains(where: { $0 > 0 }) else { return }
            unsafe tally_sha256_step(kernel.number, &state, &next, &blocks)
        }
    }

    /// Goes on with a lane whose blocks are used up, or begins the next message there. Returns what
    /// became of a message that is over; `nil` if the lane has blocks again, or nothing is left.
    private mutating func fill(
        _ lane: Int, _ next: () -> (index: Int, input: Result<Input, Input.Failure>)?
    ) -> (index: Int, result: Outcome)? {
        if messages[lane] == nil {
            guard let (index, input) = next() else { return nil }
            switch input {
            case .failure(let error): return (index, .failure(error))
            case .success(let input):
                messages[lane] = Message(index: index, input: input, left: input.size)
                unsafe tally_sha256_begin(kernel.number, &state, lane)
            }
        }
        guard var message = messages[lane] else { return nil }
        messages[lane] = nil
        do throws(Input.Failure) {
            if message.isPadded {
                try message.input.finish()
                return (message.index, .success(digest(lane)))
            }
            guard try read(lane, &message) else { return (message.index, .success(nil)) }
        } catch {
            return (message.index, .failure(error))
        }
        messages[lane] = message
        return nil
    }

    /// Reads the next piece of a lane's message, with the padding if it is the last one; `false` if
    /// the message was given up.
    private mutating func read(_ lane: Int, _ message: inout Message) throws(Input.Failure) -> Bool
    {
        let count = Int(min(message.left, UInt64(Self.pieceSize)))
        let start = unsafe buffer + lane * Self.stride
        let piece = unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
        guard try unsafe message.input.read(into: piece) else { return false }
        message.left -= UInt64(count)
        unsafe next[lane] = UnsafePointer(start)
        blocks[lane] = count / 64
        if message.left == 0 {
            message.isPadded = true
            let rest = count % 64
            unsafe blocks[lane] += tally_sha256_pad(
                start + (count - rest), rest, message.input.size)
        }
        return true
    }

    /// The digest of the message in a lane, all of which went through the kernel.
    private func digest(_ lane: Int) -> Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        unsafe tally_sha256_end(kernel.number, state, lane, &bytes)
        guard let digest = Digest(bytes) else { preconditionFailure("SHA-256 has 32 bytes") }
        return digest
    }
}
