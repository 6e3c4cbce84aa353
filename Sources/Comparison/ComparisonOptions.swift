import Anatomy
import Bytes
import Findings
import Hashing

/// What a comparison is told beside its two sides.
public struct ComparisonOptions {
    /// The formats, in the order in which they are tried.
    public var formats: [Format]
    /// The rules that may tolerate differences.
    public var profile: Profile
    /// The rule under which a folder may stand for an archive.
    public var unpackedRule: Rule?
    /// The rule under which two lists of files may have other digests and sizes, if each is right
    /// about its own files and nothing else differs.
    public var listRule: Rule?
    /// What the artifacts may demand.
    public var limits = Limits()
    /// Seconds since the beginning, for the limit on time.
    public var clock: (@Sendable () -> UInt64)?
    /// Which facts about trees count.
    public var view = TreeView.portable
    /// Whether digests are made; without them a report cannot be attested.
    public var makesDigests = true
    /// Hashes many files of a tree at once; without one libcrypto does, file by file.
    public var kernel: SHA256Kernel? = .best
    /// How many files of a tree are compared at once. The report does not depend on it.
    public var jobs = 1
    /// Where bytes wait that are needed again.
    public var spool: Spool
    /// The program, for the report.
    public var tool: Report.Tool
    /// Takes every tolerated difference as it is found.
    public var toleratedSink: ((Tolerated) -> Void)?
    /// Takes the number of bytes read since it was called last; called from several threads.
    public var progress: (@Sendable (UInt64) -> Void)?

    /// Options with the defaults.
    public init(formats: [Format], profile: Profile, spool: Spool, tool: Report.Tool) {
        self.formats = formats
        self.profile = profile
        self.spool = spool
        self.tool = tool
    }
}
