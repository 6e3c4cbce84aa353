import Anatomy
import ArgumentParser
import Bytes
import Findings
import Formats
import Hashing

/// Typed as `portable` or `full`.
extension TreeView: ExpressibleByArgument {}

/// Verdicts that may be accepted besides `identical`.
enum Acceptance: String, ExpressibleByArgument, CaseIterable {
    /// Equal bytes only: the default, so that a gate which asks for nothing lets nothing else
    /// through.
    case identical
    /// Equal bytes, or differences that named rules cover.
    case equivalent
    /// A digest that a statement gives, in place of the other build.
    case digestOnly = "digest-only"
}

/// What counts as a difference, and what is accepted.
struct JudgingOptions: ParsableArguments {
    @Option(
        name: .customLong("profile"), help: "A set of normalizations: archive, packaging or none.")
    var profileName: String?

    @Option(
        name: .customLong("allow"), parsing: .singleValue,
        help: "A normalization to allow besides, also where a profile would refuse it.")
    var allowed: [String] = []

    @Option(
        help: """
            The least that exits 0: identical, equivalent, or digest-only, which takes a statement \
            for the other build.
            """)
    var accept = Acceptance.identical

    @Option(name: .customLong("tree"), help: "Which facts about folders count: portable or full.")
    var treeView: TreeView?

    @Flag(help: "Profile none, view full, access times left alone.")
    var forensic = false

    /// `--forensic` is a whole set of choices; one that contradicts it must not win silently.
    func validate() throws {
        guard !forensic || (profileName == nil && treeView == nil) else {
            throw ValidationError("--forensic says itself which profile and view to use.")
        }
    }

    /// The view of trees.
    var view: TreeView { treeView ?? (forensic ? .full : .portable) }

    /// The profile with the rules that were named.
    func profile() throws -> Profile {
        try JudgingOptions.profile(
            profileName ?? (forensic ? "none" : "archive"), allowing: allowed)
    }

    /// A profile by its name, with rules by theirs.
    static func profile(_ name: String, allowing allowed: [String]) throws -> Profile {
        let rules = try allowed.map { name in
            guard let rule = Rule.all.first(where: { $0.name == name }) else {
                let known = Rule.all.map(\.name).joined(separator: ", ")
                throw ValidationError(
                    "There is no normalization named '\(ByteString(name).escaped)'. There are: "
                        + "\(known).")
            }
            return rule
        }
        guard let profile = Profile.named(name, allowing: rules) else {
            throw ValidationError(
                "There is no profile named '\(ByteString(name).escaped)'. There are: "
                    + "\(Profile.names.joined(separator: ", ")).")
        }
        return profile
    }

    /// The exit status for a report. By digest alone nothing is identical enough, unless that was
    /// said to be.
    func status(of report: Report) -> Int32 {
        let isByDigest = report.verdict == .identical && report.basis == .digestOnly
        return isByDigest && accept != .digestOnly ? 3 : status(of: report.verdict)
    }

    /// The exit status for a verdict on two artifacts that were read.
    func status(of verdict: Verdict) -> Int32 {
        switch verdict {
        case .identical: 0
        case .different: 1
        case .equivalent: accept == .equivalent ? 0 : 3
        case .inconclusive: 4
        }
    }
}

/// What the user says of where the sides come from.
struct OriginOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: "Declared inputs: a lock, .buildinfo, SHA256SUMS or provenance.")
    var inputs: [Path] = []

    @Option(help: "The left side's build provenance.")
    var leftProvenance: Path?

    @Option(help: "The right side's build provenance.")
    var rightProvenance: Path?

    @Option(help: "Who or what built the left side.")
    var leftBuilder: Path?

    @Option(help: "Who or what built the right side.")
    var rightBuilder: Path?

    /// Adds what was said to a report.
    func complete(_ report: inout Report) throws {
        report.inputs = try inputs.map { try OriginOptions.named($0) }
        report.left.origin.builder = leftBuilder?.name
        report.right.origin.builder = rightBuilder?.name
        try OriginOptions.complete(&report.left, leftProvenance)
        try OriginOptions.complete(&report.right, rightProvenance)
    }

    /// Adds a side's provenance. A statement is its own.
    private static func complete(_ side: inout Side, _ provenance: Path?) throws {
        guard let provenance else { return }
        guard side.kind != .stated else {
            throw Trouble("\(side.path.escaped) is itself what is known of its build")
        }
        side.origin.provenance = try named(provenance)
    }

    /// A file's name as typed, with the digest of its bytes; what is in it is not read.
    private static func named(_ path: Path) throws -> NamedDigest {
        let file = try FileSource(path: path.name)
        return NamedDigest(
            name: path.name, digest: try SHA256.digest(of: RangeSource(file)))
    }
}
