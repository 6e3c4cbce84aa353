import Glibc

/// The system's clock that nobody can set, back or forth.
enum MonotonicClock {
    /// Nanoseconds since some moment.
    static var nanoseconds: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
