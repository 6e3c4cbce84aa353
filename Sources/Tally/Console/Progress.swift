import Bytes
import Glibc

/// A line on the terminal that says how far the work is, once it has lasted half a second.
final class Progress: Sendable {
    /// Shared by all threads that read.
    private struct State {
        /// Bytes read so far, of both sides.
        var done: UInt64 = 0
        /// When the line may be written next, in nanoseconds of the monotonic clock.
        var nextShown: UInt64
        /// Whether there is a line to take away.
        var isShown = false
    }

    /// Bytes of the first pass over both sides; what is read again later is not in it.
    private let total: UInt64
    private let state: Guarded<State>

    /// Nanoseconds before the first line.
    private static let delay: UInt64 = 500_000_000
    /// Nanoseconds between two lines.
    private static let interval: UInt64 = 100_000_000

    /// Progress through `total` bytes; `nil` unless standard error is a terminal.
    init?(total: UInt64, isQuiet: Bool) {
        guard !isQuiet, Console.isTerminal(2) else { return nil }
        self.total = total
        state = Guarded(State(nextShown: MonotonicClock.nanoseconds + Progress.delay))
    }

    /// Takes note of bytes read.
    func add(_ bytes: UInt64) {
        let line: String? = state.withLock { state in
            state.done += bytes
            let now = MonotonicClock.nanoseconds
            guard now >= state.nextShown else { return nil }
            state.nextShown = now + Progress.interval
            state.isShown = true
            let share = total > 0 ? min(100, state.done * 100 / total) : 100
            return "\r\u{1b}[Kread \(state.done >> 20) of \(total >> 20) MiB, \(share) %"
        }
        if let line { try? Console.write(Array(line.utf8), to: 2, "standard error") }
    }

    /// Takes the line away.
    func finish() {
        let isShown = state.withLock { $0.isShown }
        if isShown { try? Console.write(Array("\r\u{1b}[K".utf8), to: 2, "standard error") }
    }
}
