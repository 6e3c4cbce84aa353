import Glibc
import Synchronization

/// A thread of its own for work that blocks: the cooperative thread pool has one thread per core,
/// and two blocked tasks would starve two cores.
public final class Worker: @unchecked Sendable {
    /// What the thread runs, kept alive until it has begun.
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Written by `pthread_create`.
    private var thread = pthread_t()
    /// A thread can be joined once.
    private var isJoined = false

    /// The stack of a worker, in bytes: containers nest, and each level is a few calls deep.
    private static let stackSize = 8 * 1024 * 1024

    /// Starts `body`. Traps if the system has no thread left.
    public init(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, Worker.stackSize)
        let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work)
        unsafe pthread_attr_destroy(&attributes)
        precondition(result == 0, "no thread to work on: \(errorText(result))")
    }

    /// Waits for the end. Called once; `deinit` does it where nobody did.
    public func join() {
        guard !isJoined else { return }
        isJoined = true
        pthread_join(thread, nil)
    }

    /// Waits for the thread: what it is blocked on must have been let go before.
    deinit { join() }
}

extension Worker {
    /// What `body` makes of each number below `count`, in their order, on up to `jobs` threads at
    /// once; on the calling one if `jobs` is 0.
    public static func map<Result: Sendable>(
        _ count: Int, jobs: Int, _ body: @escaping @Sendable (Int) -> Result
    ) -> [Result] {
        guard jobs > 0, count > 0 else { return (0..<count).map(body) }
        let next = Atomic(0)
        let threads = min(jobs, count)
        // Each worker hands over its results once: no lock is fought for while there is work.
        let done = BoundedQueue<[(index: Int, result: Result)]>(capacity: threads)
        let workers = (0..<threads).map { _ in
            Worker {
                var own: [(index: Int, result: Result)] = []
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < count else { break }
                    own.append((index, body(index)))
                }
                done.push(own)
            }
        }
        for worker in workers { worker.join() }
        done.close()
        var results = [Result?](repeating: nil, count: count)
        while let own = done.pop() {
            for (index, result) in own { results[index] = result }
        }
        return results.compactMap { $0 }
    }
}

/// A value handed from one thread to another, which alone uses it from then on.
public struct Handover<Value>: @unchecked Sendable {
    /// The value.
    public let value: Value

    /// Hands `value` over.
    public init(_ value: Value) { self.value = value }
}
