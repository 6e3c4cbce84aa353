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
        let parts = [place, place.appending("work"), place.appending("out")]
        for part in parts { try Files.makeFolder(part, mode: 0o700) }
        var sandbox = Sandbox(job, conditions, limits, work: parts[1], clock: clock)
        sandbox.allowsLoopback = allowsLoopback
        sandbox.watchesFiles = watchesFiles
        let result = try sandbox.run(into: parts[2], isCancelled: isCancelled)
        try onEnd(result.log)
        try check(result)
        return BuildRun(
            conditions: conditions, result: result, folder: parts[2],
            digest: try BuildSeries.digest(of: parts[2]))
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
    private func check(_ result: SandboxResult) throws(RebuildError) {
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
                .build, "\(command(index)) ended with status \(status)\(suffix)\(last)")
        case .killed(let index, let signal):
            throw RebuildError(
                .build, "\(command(index)) was ended by signal \(signal)\(suffix)\(last)")
        case .stopped(let reason):
            throw RebuildError(.build, "the build was stopped: \(reason)\(suffix)\(last)")
        }
    }

    /// A command, for people.
    private func command(_ index: Int) -> String {
        guard job.commands.indices.contains(index) else { return "a command" }
        let words = job.commands[index].words.map(\.escaped).joined(separator: " ")
        let shown = words.count > 60 ? words.prefix(60) + "…" : words
        return "command \(index + 1) (\(shown))"
    }
}
