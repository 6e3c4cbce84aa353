/// What a build may use. Who goes beyond is stopped.
public struct SandboxLimits: Hashable, Sendable {
    /// Bytes of memory, of all processes together.
    public var memory: UInt64 = 8 << 30
    /// Processes and threads at a time.
    public var processes: UInt64 = 4096
    /// Bytes of the build folder, and of `/tmp` and home together.
    public var disk: UInt64 = 4 << 30
    /// Seconds from the first command to the end of the last.
    public var seconds: UInt64 = 3600
    /// Bytes of what commands print that are kept, half of them from the beginning.
    public var log: Int = 16 << 20

    /// The defaults.
    public init() {}
}

/// What holds a build to a limit.
public struct LimitMeans: Hashable, Sendable {
    /// Which limit, as `memory`.
    public var limit: String
    /// What holds it: `cgroup`, `rlimit`, `tmpfs`, or the `watchdog`, which looks five times a
    /// second.
    public var means: String

    /// A means.
    public init(_ limit: String, _ means: String) {
        self.limit = limit
        self.means = means
    }
}
