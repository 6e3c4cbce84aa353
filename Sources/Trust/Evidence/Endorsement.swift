import Attestation
import Bytes

/// What kind of evidence a claim of agreement is. A demand names those that it takes, so that each
/// counts as what it is.
public enum EvidenceKind: String, Hashable, Sendable, CaseIterable {
    /// A comparison by this program.
    case tallystick
    /// A link of rebuilderd: it built the file again and got the same bytes.
    case rebuilderd
    /// A signed list of digests: its signer had a file of these bytes. How, it does not say.
    case list
    /// oss-rebuild's statement that a rebuild is the same as the file after *its own*
    /// normalization. It never counts as identical.
    case ossRebuild = "oss-rebuild"
}

/// What somebody says of files in another program's form, as far as it can be counted.
public struct Endorsement: Hashable, Sendable {
    /// What it is.
    public let kind: EvidenceKind
    /// Who built the other build; `nil` where it does not say.
    public let builder: ByteString?
    /// What went into the build, with the SHA-256 as written.
    public let inputs: [Input]
    /// Why the signature no longer counts at this time, as the program that checked it says; `nil`
    /// if it does.
    public var ended: String?

    /// An input.
    public struct Input: Hashable, Sendable {
        /// Its name.
        public let name: ByteString
        /// The SHA-256 as written; empty if there is none.
        public let sha256: ByteString
    }
}

extension EvidenceKind {
    /// The kind of a name, as a policy has it.
    init?(name: ByteString) {
        guard let kind = EvidenceKind.allCases.first(where: { ByteString($0.rawValue) == name })
        else { return nil }
        self = kind
    }

    /// What it is, in a sentence about its signer.
    var words: String {
        switch self {
        case .tallystick: "a comparison"
        case .rebuilderd: "a link of rebuilderd"
        case .list: "a list of digests"
        case .ossRebuild: "a statement of oss-rebuild"
        }
    }
}
