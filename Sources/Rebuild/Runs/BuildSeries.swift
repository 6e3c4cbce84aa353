import Bytes
import Glibc

/// Builds a job, again and again, each time in a sandbox of its own.
public final class BuildSeries {
    /// What is built.
    public let job: BuildJob
    private let limits: SandboxLimits
    /// A folder of this machine that nobody else uses; each build gets one in it.
    private let work: ByteString
    private let clock: @Sendable () -> UInt64
    private let isCancelled: @Sendable () -> Bool
    /// Builds that are done at a time, each of which may use all that the limits allow. What comes
    /// out is the same for any number.
    public var jobs = 1
    /// Nanoseconds by which builds begin after one another that are compared to see whether the
    /// clock makes a difference: times of files have two seconds in some formats.
    public var spacing: UInt64 = 3_000_000_000
    /// Whether sockets may be made that reach nobody.
    public var allowsLoopback = false
    /// Whether files that are opened are taken note of.
    public var watchesFiles = false
    /// Called when a build begins, with its number from 1, in their order, on any thread.
    public var onBegin: @Sendable (Int) -> Void = { _ in }
    /// Called with what a build printed, whether it succeeded or not, in their order.
    public var onEnd: (BuildLog) throws(RebuildError) -> Void = { _ in }
    /// Builds so far.
    public private(set) var count = 0

    /// A series with nothing built yet.
    public init(
        _ job: BuildJob, _ limits: SandboxLimits, work: ByteString,
        clock: @escaping @Sendable () -> UInt64, isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.job = job
        self.limits = limits
        self.work = work
        self.clock = clock
        self.isCancelled = isCancelled
    }

    /// Builds once.
    ///
    /// - Throws: as ``build(all:)``.
    public func build(_ conditions: Conditions) throws(RebuildError) -> BuildRun {
        try build(all: [conditions])[0]
    }

    /// Makes in the root what is mounted on under any of these circumstances. A build that lists
    /// the root sees the same then, whatever was built before it.
    public func prepare(_ list: [Conditions]) throws(RebuildError) {
        for conditions in list { try SandboxPlan.makePoints(job, conditions) }
    }

    /// Builds once under each of these circumstances.
    ///
    /// - Parameter apart: whether each begins ``spacing`` after the one before, so that the clock,
    ///   which cannot be held still, is another in each. Builds at once, or short ones, would else
    ///   have files of the same second.
    /// - Returns: the builds, in the same order.
    /// - Throws: ``RebuildError``, that of the first that failed by their order; with code `build`
    ///   if the build itself failed, with its last words. Those behind it are ended, or not begun.
    public func build(
        all list: [Conditions], apart: Bool = false
    ) throws(RebuildError) -> [BuildRun] {
        try prepare(list)
        let first = FirstFailure(isCancelled)
        let builds = list.enumerated().map { build($1, index: $0, first) }
        let begun = Guarded(0)
        let (before, onBegin) = (count, onBegin)
        let (start, spacing, clock) = (clock(), apart ? spacing : 0, clock)
        let outcomes = Worker.map(builds.count, jobs: jobs > 1 ? jobs : 0) { index -> Outcome in
            while clock() < start + UInt64(index) * spacing, !first.isBefore(index) {
                usleep(20_000)
            }
            guard !first.isBefore(index) else { return .failed(nil) }
            // Who begins later may get here earlier.
            begun.withLock { shown in
                while shown <= index {
                    shown += 1
                    onBegin(before + shown)
                }
            }
            do throws(RebuildError) {
                return .built(try builds[index].run())
            } catch {
                first.fail(index)
                return .failed(error)
            }
        }
        count += builds.count
        return try ended(outcomes)
    }

    /// A build of this series, which ends when one before it fails.
    private func build(_ conditions: Conditions, index: Int, _ first: FirstFailure) -> Build {
        Build(
            job: job, conditions: conditions, limits: limits,
            place: work.appending(ByteString("build-\(count + index + 1)")),
            allowsLoopback: allowsLoopback, watchesFiles: watchesFiles, clock: clock,
            isCancelled: { first.isBefore(index) })
    }

    /// Tells of each build's end, in their order.
    private func ended(_ outcomes: [Outcome]) throws(RebuildError) -> [BuildRun] {
        var runs: [BuildRun] = []
        for outcome in outcomes {
            switch outcome {
            case .built(let run):
                try onEnd(run.result.log)
                runs.append(run)
            case .failed(let error):
                if let log = error?.log { try onEnd(log) }
                throw error ?? RebuildError(.io, "the build was interrupted")
            }
        }
        return runs
    }
}

/// What came of one build; an error is missing where it was not begun.
private enum Outcome: Sendable {
    case built(BuildRun)
    case failed(RebuildError?)
}

/// The first of several builds that failed, by their order: what one after the other would have
/// met.
private final class FirstFailure: Sendable {
    private let index = Guarded(Int.max)
    private let isCancelled: @Sendable () -> Bool

    init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

    /// Takes note of a build that failed.
    func fail(_ failed: Int) {
        index.withLock { $0 = min($0, failed) }
    }

    /// Whether a build need not go on.
    func isBefore(_ build: Int) -> Bool {
        isCancelled() || index.withLock { $0 < build }
    }
}
