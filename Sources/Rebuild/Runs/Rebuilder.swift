import Bytes
import Findings

/// Builds what was declared, and compares what comes out: with what was shipped, or with itself
/// under other conditions.
public struct Rebuilder {
    /// Compares two folders of this machine; the names are what reports call them.
    public typealias Compare = (
        _ left: ByteString, _ right: ByteString
    ) throws(RebuildError) -> Report

    private let build: PreparedBuild
    private let series: BuildSeries
    /// Where what is compared lies; each folder is kept for the caller.
    private let work: ByteString
    private let compare: Compare

    /// A rebuilder that has built nothing yet.
    ///
    /// - Parameter work: a folder of this machine that nobody else uses.
    public init(
        _ build: PreparedBuild, _ series: BuildSeries, work: ByteString,
        compare: @escaping Compare
    ) {
        self.build = build
        self.series = series
        self.work = work
        self.compare = compare
        series.allowsLoopback = build.allowsLoopback
    }

    /// Builds once, and compares with what was shipped or declared.
    ///
    /// - Parameter shipped: a folder with the artifacts; `nil` where there are digests alone.
    public func reproduce(shipped: ByteString?) throws(RebuildError) -> RebuildRecord {
        let run = try series.build(build.conditions)
        let folder = work.appending("official")
        try Files.makeFolder(folder, mode: 0o755)
        // Where no digest was declared, whatever has the name of an output is taken.
        let expected =
            build.expected.isEmpty
            ? run.result.outputs.map { OfficialFiles.Expected(name: $0) }
            : build.expected.map { OfficialFiles.Expected(name: $0.name, sha256: $0.sha256) }
        let notes = try OfficialFiles(expected: expected, shipped: shipped)
            .gather(rebuilt: run.folder, into: folder)
        var record = RebuildRecord(build, runs: [RebuildRecord.Run(run, variations: [])])
        record.left = folder
        record.right = run.folder
        record.comparison = try compare(folder, run.folder)
        record.comparison?.notes += notes
        record.origins = try DifferingFiles.origins(run, beside: folder)
        return record
    }

    /// Builds twice, the second time under varied conditions, and compares the two.
    public func buildTwice(_ plan: VariationPlan?) throws(RebuildError) -> RebuildRecord {
        let varied = plan?.conditions(with: plan?.applied ?? []) ?? Conditions()
        let runs = try series.build(all: [Conditions(), varied], apart: true)
        let (first, second) = (runs[0], runs[1])
        var record = RebuildRecord(
            build,
            runs: [
                RebuildRecord.Run(first, variations: []),
                RebuildRecord.Run(second, variations: plan?.applied ?? []),
            ])
        record.plan = plan
        record.left = first.folder
        record.right = second.folder
        record.comparison = try compare(first.folder, second.folder)
        record.origins = try DifferingFiles.origins(second, beside: first.folder)
        return record
    }

    /// Finds out which variations make a difference, and what each changes.
    ///
    /// - Parameter repeats: builds under the same conditions, to begin with.
    public func bisect(
        _ plan: VariationPlan, repeats: Int
    ) throws(RebuildError) -> RebuildRecord {
        let found = try Bisection.run(series, plan, repeats: repeats)
        let control = found.controls[0]
        var record = RebuildRecord(
            build, runs: found.controls.map { RebuildRecord.Run($0, variations: []) })
        record.plan = plan
        if found.hasClock {
            record.notes.append(
                "the clock alone makes builds under equal conditions differ; other causes were looked "
                    + "for with a clock that begins anew in each process")
        }
        let (one, other) = found.unequal ?? (control, found.widest ?? control)
        record.left = one.folder
        record.right = other.folder
        record.isFlaky = found.isFlaky
        record.isConfirmed = found.isConfirmed
        record.builds = found.builds
        for cause in found.causes {
            let report = try compare(cause.control.folder, cause.run.folder)
            record.causes.append(
                RebuildRecord.Cause(
                    variations: cause.variations, comparison: report,
                    origins: try DifferingFiles.origins(cause.run, beside: cause.control.folder)))
        }
        record.comparison = try compare(record.left, record.right)
        record.origins = try DifferingFiles.origins(other, beside: one.folder)
        return record
    }
}
