import Bytes
import Hashing

/// One build of a job, done.
public struct BuildRun: Sendable {
    /// Under which circumstances.
    public let conditions: Conditions
    /// What came of it.
    public let result: SandboxResult
    /// The folder of this machine that has the outputs.
    public let folder: ByteString
    /// The SHA-256 of the listing of all outputs (`Docs/NormalForm.md`, view `portable`).
    public let digest: Digest
}

/// Builds a job, again and again, each time in a sandbox of its own.
public final class BuildSeries {
    /// What is built.
    public let job: BuildJob
    private let limits: SandboxLimits
    /// A folder of this machine that nobody else uses; each build gets one in it.
    private let work: ByteString
    private let clock: @Sendable () -> UInt64
    private let isCancelled: () -> Bool
    /// Whether sockets may be made that reach nobody.
    public var allowsLoopback = false
    /// Whether files that are opened are taken note of.
    public var watchesFiles = false
    /// Called when a build begins, with its number from 1.
    public var onBegin: (Int) -> Void = { _ in }
    /// Called with what a build printed, whether it succeeded or not.
    public var onEnd: (BuildLog) throws(RebuildError) -> Void = { _ in }
    /// Builds that were begun.
    public private(set) var count = 0

    /// A series with nothing built yet.
    public init(
        _ job: BuildJob, _ limits: SandboxLimits, work: ByteString,
        clock: @escaping @Sendable () -> UInt64, isCancelled: @escaping () -> Bool
    ) {
        self.job = job
        self.limits = limits
        self.work = work
        self.clock = clock
        self.isCancelled = isCancelled
    }

    /// Builds once.
    ///
    /// - Throws: ``RebuildError``; with code `build` if the build itself failed, with its last words.
    public func build(_ conditions: Conditions) throws(RebuildError) -> BuildRun {
        count += 1
        onBegin(count)
        let place = work.appending(ByteString("build-\(count)"))
        do throws(RebuildError) {
            return try build(conditions, in: place)
        } catch {
            if let log = error.log { try onEnd(log) }
            throw error
        }
    }

    private func build(
        _ conditions: Conditions, in place: ByteString
    ) throws(RebuildError) -> BuildRun {
        let start = clock()
        let (result, folder) = try run(conditions, in: place, isWatched: watchesFiles)
        let isShort = clock() - start < BuildSeries.shortTime
        do throws(RebuildError) {
            try check(result) { () throws(RebuildError) in
                if result.trace != nil { return BuildSeries.missing(result) }
                guard isShort else { return "; to see what files it asked for, add --trace" }
                return try explanation(of: result, conditions, in: place.appending("again"))
            }
        } catch {
            throw error.after(result.log)
        }
        try onEnd(result.log)
        return BuildRun(
            conditions: conditions, result: result, folder: folder,
            digest: try BuildSeries.digest(of: folder))
    }

    /// Builds in a folder that is made for it.
    private func run(
        _ conditions: Conditions, in place: ByteString, isWatched: Bool
    ) throws(RebuildError) -> (SandboxResult, folder: ByteString) {
        let parts = [place, place.appending("work"), place.appending("out")]
        for part in parts { try Files.makeFolder(part, mode: 0o700) }
        var sandbox = Sandbox(job, conditions, limits, work: parts[1], clock: clock)
        sandbox.allowsLoopback = allowsLoopback
        sandbox.watchesFiles = isWatched
        return (try sandbox.run(into: parts[2], isCancelled: isCancelled), parts[2])
    }

    /// Nanoseconds after which a build that failed is not built again to see why.
    private static let shortTime: UInt64 = 60_000_000_000

    /// What a build asked for that failed without being watched: it is built once more, watched. Empty
    /// if that shows nothing, or fails otherwise.
    private func explanation(
        of failure: SandboxResult, _ conditions: Conditions, in place: ByteString
    ) throws(RebuildError) -> String {
        do throws(RebuildError) {
            let (result, _) = try run(conditions, in: place, isWatched: true)
            return result.ending == failure.ending ? BuildSeries.missing(result) : ""
        } catch {
            if isCancelled() { throw error }
            return ""
        }
    }

    /// The digest of all that is in a folder.
    private static func digest(of folder: ByteString) throws(RebuildError) -> Digest {
        do {
            return try TreeListing.digests(of: try Tree(root: folder), view: .portable).sha256
        } catch {
            throw RebuildError(.io, error.message)
        }
    }

    /// Makes an error of a build that did not succeed, or asked for the network.
    ///
    /// - Parameter missing: says which files one that failed asked for.
    private func check(
        _ result: SandboxResult, missing: () throws(RebuildError) -> String
    ) throws(RebuildError) {
        let tried = result.attempts.map { "\($0.what) by \($0.program.escaped)" }
        let suffix = tried.isEmpty ? "" : "; it asked for " + tried.joined(separator: ", ")
        let last = result.log.lastLines(1).first.map { ", its last line: \($0)" } ?? ""
        switch result.ending {
        case .succeeded:
            guard tried.isEmpty else {
                throw RebuildError(
                    .build,
                    "the build asked for " + tried.joined(separator: ", ")
                        + ", which no declared build needs")
            }
        case .failed(let index, let status):
            throw RebuildError(
                .build,
                "\(command(index)) ended with status \(status)\(suffix)\(try missing())\(last)")
        case .killed(let index, let signal):
            throw RebuildError(
                .build,
                "\(command(index)) was ended by signal \(signal)\(suffix)\(try missing())\(last)")
        case .stopped(let reason):
            throw RebuildError(.build, "the build was stopped: \(reason)\(suffix)\(last)")
        }
    }

    /// Files that are told of when a build fails: the last are those that it may have failed for.
    private static let shownMissing = 3

    /// What a build tried to use and could not.
    private static func missing(_ result: SandboxResult) -> String {
        let files = result.trace?.lastUndeclared(shownMissing) ?? []
        return files.isEmpty ? "" : "; it tried " + files.map(\.text).joined(separator: ", and ")
    }

    /// A command, for people.
    private func command(_ index: Int) -> String {
        guard job.commands.indices.contains(index) else { return "a command" }
        let words = job.commands[index].words.map(\.escaped).joined(separator: " ")
        let shown = words.count > 60 ? words.prefix(60) + "…" : words
        return "command \(index + 1) (\(shown))"
    }
}
