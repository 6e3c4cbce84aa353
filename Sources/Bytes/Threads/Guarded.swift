import Glibc

/// A value that one thread at a time may touch.
///
/// `Mutex` of Synchronization does the same; but its slow path lies in a library that the thread
/// sanitizer does not see into, so that it takes every wait for a race. This one it understands.
@safe
public final class Guarded<Value>: @unchecked Sendable {
    /// On the heap: a mutex must not move while threads use it.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Guards `value` from now on.
    public init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    /// Nobody holds the mutex any more: whoever does holds this object.
    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` alone. It must not come back here: that waits for ever.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body(&value)
    }

    private func lock() {
        unsafe pthread_mutex_lock(mutex)
    }

    private func unlock() {
        unsafe pthread_mutex_unlock(mutex)
    }
}
