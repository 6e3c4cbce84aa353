import Glibc

/// A first-in first-out queue between two threads that holds at most `capacity` elements: who adds
/// waits while it is full, who takes waits while it is empty.
@safe
public final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    /// Elements that may wait.
    private let capacity: Int
    /// On the heap: a mutex must not move while threads use it.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    /// Signalled on each change, to all who wait.
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    /// Oldest first.
    private var elements: [Element] = []
    /// Whether ``close()`` was called.
    private var isClosed = false

    /// An empty queue. Traps if `capacity` is not positive.
    public init(capacity: Int) {
        precondition(capacity > 0, "a queue holds at least one element")
        self.capacity = capacity
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    /// Nobody waits any more: whoever does holds the queue.
    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Adds an element, waiting for room; `false` if the queue is closed and the element dropped.
    @discardableResult
    public func push(_ element: Element) -> Bool {
        withLock {
            while elements.count >= capacity, !isClosed { wait() }
            if !isClosed { elements.append(element) }
            return !isClosed
        }
    }

    /// Takes the oldest element, waiting for one; `nil` once the queue is closed and empty.
    public func pop() -> Element? {
        withLock {
            while elements.isEmpty, !isClosed { wait() }
            return elements.isEmpty ? nil : elements.removeFirst()
        }
    }

    /// Ends the queue: nothing more goes in, what is in it can still be taken.
    public func close() {
        withLock { isClosed = true }
    }

    /// Lets go of the mutex until something changes. Only inside `withLock`.
    private func wait() {
        unsafe pthread_cond_wait(changed, mutex)
    }

    /// Runs `body` alone, and wakes all who wait.
    private func withLock<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body()
    }
}
