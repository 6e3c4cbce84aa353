import Bytes

/// What came of the commands of a job.
public struct SandboxResult: Sendable {
    /// How the commands ended.
    public enum Ending: Hashable, Sendable {
        /// All of them with status 0.
        case succeeded
        /// One of them, by its index from 0, with another status.
        case failed(command: Int, status: Int32)
        /// One of them by a signal.
        case killed(command: Int, signal: Int32)
        /// All of them with status 0, but without some outputs, by their names in the job.
        case incomplete([ByteString])
        /// All processes were ended at a limit; what it was, in words.
        case stopped(String)
    }

    /// How the commands ended.
    public var ending: Ending
    /// What was made, by the paths below the build folder, ascending. They lie in the folder that
    /// ``Sandbox/run(into:isCancelled:)`` was given.
    public var outputs: [ByteString] = []
    /// Outputs that are links to what is no output, which is therefore not looked at.
    public var looseLinks: [ByteString] = []
    /// What the commands printed.
    public var log: BuildLog
    /// What the build asked for and was not given, each once, in the order of asking.
    public var attempts: [Attempt] = []
    /// What processes did with files; `nil` if that was not watched.
    public var trace: BuildTrace?
    /// What held the build to its limits.
    public var means: [LimitMeans]
    /// Processes that were still there at the end, and were ended.
    public var leftover: Int
}

/// Something that a build asked for and did not get.
public struct Attempt: Hashable, Sendable {
    /// What it was, as `a network socket`.
    public var what: String
    /// The program that asked, by the name that the kernel has for it; not to be believed.
    public var program: ByteString
}
