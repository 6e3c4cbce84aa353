import Anatomy
import ArgumentParser
import Bytes
import Glibc

/// What artifacts may demand, and where bytes are kept.
struct LimitOptions: ParsableArguments {
    @Option(help: "Layers inside each other.")
    var maxDepth = Limits().depth

    @Option(help: "Members of one container.")
    var maxMembers = Limits().members

    @Option(help: "Bytes of a member's name.")
    var maxName = Limits().nameLength

    @Option(help: "Bytes of one header.")
    var maxHeader = Limits().headerSize

    @Option(help: "Bytes that decoders may yield in all, per side.")
    var maxExpanded = Limits().expandedBytes

    @Option(help: "How many times its own size an artifact may decode to.")
    var maxRatio = Limits().ratio

    @Option(help: "Bytes of a text that is searched for changed lines.")
    var maxText = Limits().textSize

    @Option(help: "Differences that are listed; more are counted.")
    var maxFindings = Limits().findings

    @Option(help: "Differing runs that one difference lists; more are counted.")
    var maxRanges = Limits().ranges

    @Option(help: "Seconds that decoding may go on; without it, as long as it takes.")
    var maxTime: UInt64?

    @Option(help: "Seconds that a confined reader may compute, and be silent.")
    var maxReaderTime = Limits().readerSeconds

    @Option(help: "Bytes that may be kept aside at a time.")
    var spool: UInt64 = 4 << 30

    @Option(help: "Bytes that buffers may take in memory; what decoders need comes on top.")
    var memory: UInt64 = 64 << 20

    @Option(help: "The folder for unnamed temporary files.")
    var work: Path?

    /// Zero would refuse everything, which nobody means.
    func validate() throws {
        guard maxDepth > 0, maxMembers > 0, maxHeader > 0, maxRatio > 0, maxName > 0,
            maxFindings > 0, maxRanges > 0, maxReaderTime > 0, memory > 0
        else {
            throw ValidationError("A limit is a positive number.")
        }
    }

    /// The limits as one value.
    var limits: Limits {
        var limits = Limits()
        limits.depth = maxDepth
        limits.members = maxMembers
        limits.headerSize = maxHeader
        limits.expandedBytes = maxExpanded
        limits.ratio = maxRatio
        limits.textSize = maxText
        limits.nameLength = maxName
        limits.findings = maxFindings
        limits.ranges = maxRanges
        limits.seconds = maxTime
        limits.readerSeconds = maxReaderTime
        return limits
    }

    /// Seconds since this was asked for, by a clock that nobody sets.
    var clock: @Sendable () -> UInt64 {
        let start = MonotonicClock.nanoseconds
        return { (MonotonicClock.nanoseconds - start) / 1_000_000_000 }
    }

    /// So many threads that their buffers fit into the memory, and at least one.
    func threads(_ jobs: Int) -> Int {
        max(1, min(jobs, Int(clamping: memory / LimitOptions.memoryOfThread)))
    }

    /// About what a thread that compares files holds: the lanes of a kernel or the chunks of two
    /// queues.
    private static let memoryOfThread: UInt64 = 4 << 20

    /// Where bytes wait that are needed again.
    var keeper: Spool {
        let folder = Console.environment("TMPDIR") ?? "/var/tmp"
        return Spool(folder: work?.name ?? ByteString(folder), budget: spool, memory: memory)
    }
}
