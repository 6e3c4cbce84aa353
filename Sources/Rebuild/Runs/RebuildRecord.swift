import Bytes
import Findings
import Hashing

/// What was built, and what came of it: the whole outcome of `tally rebuild`.
public struct RebuildRecord: Sendable {
    /// One build.
    public struct Run: Sendable {
        /// The variations that it had.
        public var variations: [String]
        /// The SHA-256 of the listing of its outputs.
        public var digest: Digest
        /// What came of it.
        public var result: SandboxResult

        init(_ run: BuildRun, variations: [String]) {
            self.variations = variations
            digest = run.digest
            result = run.result
        }
    }

    /// Variations that make a difference, and what they change.
    public struct Cause: Sendable {
        /// Their names; several make it only together.
        public var variations: [String]
        /// The build without variations on the left, the one with these on the right.
        public var comparison: Report
        /// Where the outputs come from that differ with them; empty if the build was not watched.
        public var origins: [BuildTrace.File]
    }

    /// What was built.
    public var build: PreparedBuild
    /// The builds that are told of, the control first.
    public var runs: [Run]
    /// What was varied; `nil` for nothing.
    public var plan: VariationPlan?
    /// The folders that were compared.
    public var left: ByteString = "", right: ByteString = ""
    /// What the comparison gave.
    public var comparison: Report?
    /// Where the outputs of the right side come from that differ; empty if that build was not
    /// watched.
    public var origins: [BuildTrace.File] = []
    /// Whether equal conditions gave different outputs.
    public var isFlaky = false
    /// What was found by bisecting, in the order of the plan.
    public var causes: [Cause] = []
    /// Whether a build without the causes gave what the control did; `nil` if none was looked for.
    public var isConfirmed: Bool?
    /// Builds in all.
    public var builds: Int
    /// What a reader has to know, one sentence each without a full stop.
    public var notes: [String]

    /// What a reader has to know of a build that was done.
    private static func notes(_ run: Run) -> [String] {
        var notes = run.result.looseLinks.map {
            "the output \($0.escaped) is a link, and what it leads to is no output, which nobody compared"
        }
        if run.result.leftover > 0 {
            notes.append(
                "processes that were still there when the last command had ended, and were ended: "
                    + "\(run.result.leftover)")
        }
        return notes
    }

    init(_ build: PreparedBuild, runs: [Run]) {
        self.build = build
        self.runs = runs
        builds = runs.count
        notes = build.notes + (runs.last.map(RebuildRecord.notes) ?? [])
    }
}
