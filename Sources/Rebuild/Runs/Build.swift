import Bytes
import Hashing

/// A build that is still to be done, in a sandbox and a folder of its own: on any thread, beside
/// others.
struct Build: Sendable {
    let job: BuildJob
    let conditions: Conditions
    let limits: SandboxLimits
    /// A folder of this machine that is made for it.
    let place: ByteString
    let allowsLoopback: Bool
    let watchesFiles: Bool
    let clock: @Sendable () -> UInt64
    let isCancelled: @Sendable () -> Bool

    /// Nanoseconds after which a build that failed is not built again to see why.
    private static let shortTime: UInt64 = 60_000_000_000

    /// Builds.
    ///
    /// - Throws: ``RebuildError``; with code `build` if the build itself failed, with its last
    ///   words.
    func run() throws(RebuildError) -> BuildRun {
        let start = clock()
        let (result, folder) = try run(in: place, isWatched: watchesFiles)
        let isShort = clock() - start < Build.shortTime
        do throws(RebuildError) {
            try check(result) { () throws(RebuildError) in
                if result.trace != nil { return Build.missing(result) }
                guard isShort else { return "; to see what files it asked for, add --trace" }
                return try explanation(of: result)
            }
        } catch {
            throw error.after(result.log)
        }
        return BuildRun(
            conditions: conditions, result: result, folder: folder,
            digest: try Build.digest(of: folder))
    }

    /// Builds in a folder that is made for it.
    private func run(
        in place: ByteString, isWatched: Bool
    ) throws(RebuildError) -> (SandboxResult, folder: ByteString) {
        let parts = [place, place.appending("work"), place.appending("out")]
        for part in parts { try Files.makeFolder(part, mode: 0o700) }
        var sandbox = Sandbox(job, conditions, limits, work: parts[1], clock: clock)
        sandbox.allowsLoopback = allowsLoopback
        sandbox.watchesFiles = isWatched
        return (try sandbox.run(into: parts[2], isCancelled: isCancelled), parts[2])
    }

    /// What a build asked for that failed without being watched: it is built once more, watched.
    /// Empty if that shows nothing, or fails otherwise.
    private func explanation(of failure: SandboxResult) throws(RebuildError) -> String {
        do throws(RebuildError) {
            let (result, _) = try run(in: place.appending("again"), isWatched: true)
            return result.ending == failure.ending ? Build.missing(result) : ""
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
        let last = result.log.reason.map { "; it printed: \($0)" } ?? ""
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
        case .incomplete(let outputs):
            let names = outputs.map(\.escaped).joined(separator: ", no ")
            throw RebuildError(
                .build,
                "the build made no \(names)\(suffix)\(try missing()); see what it printed (--log)")
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
