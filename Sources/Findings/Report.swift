import Bytes

/// One of the two artifacts of a comparison, as it was found.
public struct Side: Hashable, Sendable {
    /// What an artifact can be.
    public enum Kind: String, Sendable {
        /// A file, or what came on standard input.
        case file
        /// A directory tree.
        case tree
        /// A list of files, with the files that it names.
        case set
        /// A build that was not read: a statement gives its digest.
        case stated
    }

    /// The path as typed; `-` for standard input.
    public var path: ByteString
    /// What it is.
    public let kind: Kind
    /// The SHA-256 of a file, of a set's list, or of a tree's listing (`Docs/NormalForm.md`), or
    /// the one that a statement gives; `nil` without digests.
    public var digest: Digest?
    /// The size in bytes; for a tree or set, that of all files in it; `nil` where it is not known.
    public var size: UInt64?
    /// The SHA-256 of the normal form, where it was made.
    public var normalForm: Digest?
    /// What the user says of where it comes from.
    public var origin = Origin()

    /// A side.
    public init(path: ByteString, kind: Kind, digest: Digest?, size: UInt64?) {
        self.path = path
        self.kind = kind
        self.digest = digest
        self.size = size
    }
}

/// What the user says of where an artifact comes from; all of it is stated, none of it is checked.
public struct Origin: Hashable, Sendable {
    /// Who or what built it.
    public var builder: ByteString?
    /// The build's provenance, by name and digest.
    public var provenance: NamedDigest?

    /// Nothing declared.
    public init() {}
}

/// A file by name and SHA-256.
public struct NamedDigest: Hashable, Sendable {
    /// The name as given.
    public let name: ByteString
    /// The SHA-256 of the file's bytes.
    public let digest: Digest

    /// A named digest.
    public init(name: ByteString, digest: Digest) {
        self.name = name
        self.digest = digest
    }
}

/// Something that could not be read or judged, and why.
public struct Unread: Hashable, Sendable {
    /// Which side it is on.
    public enum Place: String, Sendable {
        /// The left.
        case left
        /// The right.
        case right
        /// Both.
        case both
    }

    /// Which side it is on.
    public let side: Place
    /// Where.
    public let location: Location
    /// A word for the reason, as `truncated`, `ambiguous`, `limit`.
    public let reason: String
    /// What happened and what to do, as one sentence without a full stop.
    public let message: String

    /// Something unread.
    public init(side: Place, location: Location, reason: String, message: String) {
        self.side = side
        self.location = location
        self.reason = reason
        self.message = message
    }
}

/// The verdict on one file that a list names.
public struct FileVerdict: Hashable, Sendable {
    /// The file's name.
    public let name: ByteString
    /// What became of it; a file that one list names and the other does not is `different`.
    public let verdict: Verdict

    /// A verdict on a file.
    public init(name: ByteString, verdict: Verdict) {
        self.name = name
        self.verdict = verdict
    }
}

/// What was compared, and what came of it: the whole outcome of `tally compare`.
public struct Report: Hashable, Sendable {
    /// The program that made it.
    public struct Tool: Hashable, Sendable {
        /// Its name, `tally`.
        public let name: String
        /// Its version.
        public let version: String

        /// A tool.
        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// A named set of normalizations, and the digest of what it says.
    public struct Profile: Hashable, Sendable {
        /// The profile's name, with the rules added by `--allow` behind a plus sign.
        public let name: String
        /// The SHA-256 of the profile's text (`Docs/NormalForm.md`).
        public let digest: Digest

        /// A profile.
        public init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    /// What a verdict rests on.
    public enum Basis: String, Hashable, Sendable, CaseIterable {
        /// Both artifacts were read and compared.
        case compared
        /// One was built again from declared inputs.
        case rebuilt
        /// Only digests were compared.
        case digestOnly = "digest-only"
    }

    /// The schema of the JSON form.
    public static let schema = "tallystick/report/v1"
    /// The note of a report whose every root difference is in a signature.
    public static let onlySignatures = "differs only in signatures"

    /// The verdict.
    public var verdict: Verdict
    /// What it rests on.
    public var basis = Basis.compared
    /// Whether everything was read.
    public var complete: Bool
    /// The two sides.
    public var left, right: Side
    /// The tree view, `portable` or `full`.
    public var view: String
    /// The profile.
    public var profile: Profile
    /// What was tolerated, by rule, in order of the rules' names.
    public var normalizations: [Normalization] = []
    /// The differences, roots first.
    public var findings: [Finding] = []
    /// Findings past the limit, counted but not listed.
    public var omittedFindings: UInt64 = 0
    /// The first offset at which the outer files differ, where both are files.
    public var firstDifference: UInt64?
    /// What could not be read.
    public var unread: [Unread] = []
    /// The verdict on each file of a set, in the order of the left list.
    public var files: [FileVerdict] = []
    /// Patterns that were left out of trees.
    public var excluded: [ByteString] = []
    /// The declared inputs; empty when undeclared.
    public var inputs: [NamedDigest] = []
    /// Whether both sides are one and the same file.
    public var isSameFile = false
    /// Things the reader should know, as sentences without a full stop.
    public var notes: [String] = []
    /// The program that made it.
    public var tool: Tool

    /// A report with nothing found yet.
    public init(
        verdict: Verdict, complete: Bool, left: Side, right: Side, view: String, profile: Profile,
        tool: Tool
    ) {
        self.verdict = verdict
        self.complete = complete
        self.left = left
        self.right = right
        self.view = view
        self.profile = profile
        self.tool = tool
    }

    /// The root differences.
    public var roots: [Finding] { findings.filter { $0.role == .root } }
}
