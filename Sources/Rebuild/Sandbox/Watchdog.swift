import Glibc

/// Looks now and then whether a build is within the limits that the kernel does not hold.
struct Watchdog {
    private let limits: SandboxLimits
    private let process: pid_t
    /// When the build began, and when memory was last counted, in nanoseconds.
    private let start: UInt64
    private var lastCount: UInt64
    private let watchesMemory: Bool

    /// - Parameter watchesMemory: whether no control group does.
    init(_ limits: SandboxLimits, _ process: pid_t, start: UInt64, watchesMemory: Bool) {
        self.limits = limits
        self.process = process
        self.start = start
        lastCount = start
        self.watchesMemory = watchesMemory
    }

    /// Why the build has to end; `nil` while it may go on.
    mutating func reason(now: UInt64) -> String? {
        if now - start > limits.seconds * 1_000_000_000 {
            return "it took more than \(limits.seconds) seconds"
        }
        guard watchesMemory, now - lastCount > 200_000_000 else { return nil }
        lastCount = now
        if ProcessTree.memory(below: process) > limits.memory {
            return "it took more than \(limits.memory) bytes of memory"
        }
        return nil
    }
}
