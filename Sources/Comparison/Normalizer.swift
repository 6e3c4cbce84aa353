import Anatomy
import Bytes
import Findings
import NormalForm

/// Writes the normal form of a file and proves it: what is written is handed out only if a
/// comparison calls it identical or equivalent to what was read.
public struct Normalizer {
    /// What came of it.
    public struct Outcome {
        /// The comparison of the file with its normal form; the left side is the file. Its digest
        /// of the normal form is there for identical files too.
        public let report: Report
        /// The normal form; `nil` unless the report is a match.
        public let output: (any RandomSource)?
        /// What has no writer and was kept as it is.
        public let kept: [NormalFormWriter.Kept]
        /// Containers inside members of archives that were written anew.
        public let rewritten: UInt64
    }

    /// As for a comparison.
    private let options: ComparisonOptions
    /// What stands for every tolerated time, in seconds since 1970.
    private let epoch: UInt64
    /// Whether what is in the members of archives is left as it is.
    private let isShallow: Bool

    /// A normalizer under the profile of `options`.
    public init(_ options: ComparisonOptions, epoch: UInt64, isShallow: Bool = false) {
        self.options = options
        self.epoch = epoch
        self.isShallow = isShallow
    }

    /// Writes the normal form of `source` into the spool and compares the two.
    ///
    /// - Throws: ``Problem`` for what cannot be read; then there is no normal form.
    public func run(_ source: any RandomSource, path: ByteString) throws(Problem) -> Outcome {
        let engine = Engine(
            formats: options.formats, limits: options.limits, spool: options.spool,
            artifactSize: source.size)
        let writer = NormalFormWriter(
            engine: engine, profile: options.profile, epoch: epoch, isShallow: isShallow)
        let output = options.spool.begin()
        try writer.write(engine.layer(source), into: output)
        var report = ArtifactComparison(
            Artifact(path: path, body: .file(source)),
            Artifact(path: "normal form", body: .file(output)), options
        ).run()
        if report.verdict == .identical {
            // The same bytes are not opened by a comparison: only now is all of them read.
            let form = try NormalForm(engine: engine, profile: options.profile)
                .digest(of: engine.layer(source))
            report.left.normalForm = form
            report.right.normalForm = form
        }
        let isMatch = report.verdict == .identical || report.verdict == .equivalent
        return Outcome(
            report: report, output: isMatch ? output : nil, kept: writer.kept,
            rewritten: writer.rewritten)
    }
}
