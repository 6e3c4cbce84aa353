import Bytes

/// Under which circumstances a job is built. What a reproducible build puts out does not depend on
/// any of them.
public struct Conditions: Hashable, Sendable {
    /// The order in which the inputs are put into folders, which is that of readdir(3) in reverse.
    public enum Order: Hashable, Sendable {
        /// By the bytes of their names, descending: readdir(3) yields them ascending.
        case sorted
        /// readdir(3) yields them descending.
        case reversed
    }

    /// The build folder; `nil` for the job's own.
    public var folder: ByteString?
    /// The home of the user.
    public var home: ByteString = "/home/build"
    /// Whether the home exists.
    public var hasHome = true
    /// The user and the group that the build runs as.
    public var user: UInt32 = 1000, group: UInt32 = 1000
    /// The name of that user.
    public var userName: ByteString = "build"
    /// What uname(2) says of the machine.
    public var hostName: ByteString = "tally", domainName: ByteString = "(none)"
    /// `TZ`.
    public var timeZone: ByteString = "UTC"
    /// `LC_ALL`, and `LANGUAGE` if it is not empty.
    public var locale: ByteString = "C.UTF-8", language: ByteString = ""
    /// The mask of modes, as of umask(2).
    public var modeMask: UInt32 = 0o022
    /// More variables.
    public var variables: [BuildJob.Variable] = []
    /// One more folder at the end of `PATH`; empty for none.
    public var pathTail: ByteString = ""
    /// The order of files in folders.
    public var order = Order.sorted
    /// How many processors the build may use; `nil` for all.
    public var processors: Int?
    /// Flags of personality(2): the kernel's version, the machine, where memory is laid out.
    /// Addresses are not random, so that what depends on them shows when they are varied.
    public var personality: UInt64 = Conditions.fixedAddresses
    /// Processes that have come and gone before the first command.
    public var skippedProcesses: UInt32 = 0
    /// Texts in place of files of the system, by their absolute paths.
    public var replacedFiles: [ByteString: ByteString] = [:]
    /// `TMPDIR`; `nil` for none.
    public var temporaryFolder: ByteString?
    /// Bytes that are free in the build folder; `nil` for as many as the limit allows.
    public var freeSpace: UInt64?

    /// More of this machine that is mounted.
    public var inputs: [BuildJob.Input] = []

    /// `ADDR_NO_RANDOMIZE`, and `UNAME26` of personality(2).
    static let fixedAddresses: UInt64 = 0x0004_0000, oldKernel: UInt64 = 0x0002_0000

    /// What every build has that is not varied.
    public init() {}
}
