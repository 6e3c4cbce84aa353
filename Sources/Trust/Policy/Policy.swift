import Attestation
import Bytes
import Findings
import Hashing
import Signing

/// What a verifier demands: `Docs/Policy.md`.
///
/// A value of this type does not contradict itself: groups have the operators that their thresholds
/// need, no key stands in it twice, and no builder vouches for builds.
public struct Policy: Hashable, Sendable {
    /// What a key may be counted for.
    public enum Role: String, Sendable, CaseIterable {
        /// Signs provenance of what it built.
        case builder
        /// Signs comparisons with what it built again.
        case rebuilder
        /// Signs approvals.
        case approver
    }

    /// What verifies signatures.
    public enum Material: Hashable, Sendable {
        /// A key that is used here.
        case plain(PublicKey)
        /// A certificate that gpgv or sqv uses.
        case openPGP(OpenPGPKey)
    }

    /// A key, who holds it, and since when.
    public struct Key: Hashable, Sendable {
        /// What the policy calls it.
        public let name: String
        /// The key.
        public let material: Material
        /// Who holds it; two keys of one operator count once.
        public let holder: String
        /// What it may be counted for.
        public let roles: [Role]
        /// The first and the last moment at which it may have signed.
        public let from, until: Timestamp?
        /// From when on nothing that it ever signed counts.
        public let revoked: Timestamp?
    }

    /// Some keys of which a number is demanded.
    public struct Quorum: Hashable, Sendable {
        /// The group's name; `root` for those who sign the policy.
        public let group: String
        /// Its keys, by their places in ``Policy/keys``.
        public let members: [Int]
        /// How many operators, from 1.
        public let threshold: Int
    }

    /// The name, of lowercase letters, digits, dots and hyphens.
    public let name: String
    /// The version, from 1.
    public let version: Int64
    /// The moment after which nothing is accepted under it.
    public let expires: Timestamp
    /// What it is for, in its author's words.
    public let summary: ByteString?
    /// Whether each operator who is counted must have signed with a classical and a post-quantum
    /// key.
    public let postQuantum: Bool
    /// The keys in the order of their names.
    public let keys: [Key]
    /// Who signs this version, and the next one.
    public let root: Quorum
    /// What is demanded, in the order written within each kind.
    public let demands: [Clause]
    /// The SHA-256 of the text.
    public let digest: Digest

    /// The value of `format`.
    public static let format = "tallystick/policy/v1"
    /// The payload type of a signed policy.
    public static let payloadType: ByteString = "application/vnd.tallystick.policy+toml"

    /// Whether gpgv or sqv is needed to judge by it.
    public var hasOpenPGP: Bool { keys.contains { $0.certificate != nil } }

    /// How a policy is named in results.
    public var title: String { "\(name) version \(version)" }

    /// The operators among some keys, each once, in order.
    func operators(of keys: some Sequence<Int>) -> [String] {
        Set(keys.map { self.keys[$0].holder }).sorted()
    }
}

/// One demand of a policy: what has to be said, by how many of whom.
public struct Clause: Hashable, Sendable {
    /// What kind of statement is demanded.
    public enum Kind: Hashable, Sendable {
        /// Comparisons with a build of one's own.
        case agreement(Agreement)
        /// Provenance by who built.
        case provenance(Origin)
        /// Approvals, for an environment or for any.
        case approval(environment: ByteString?, relies: Bool)
    }

    /// What comparisons must say.
    public struct Agreement: Hashable, Sendable {
        /// The rules, as `tar.mtime/1`, under which `equivalent` will do; `nil` for `identical`.
        public let rules: [ByteString]?
        /// What the verdict may rest on, where the evidence says.
        public let basis: [Predicate.Basis]
        /// The kinds of evidence that are taken.
        public let evidence: [EvidenceKind]
        /// Whether the artifacts must have been hashed again before signing.
        public let hashedAgain: Bool
    }

    /// What provenance must say.
    public struct Origin: Hashable, Sendable {
        /// The build types that are taken; `nil` for any.
        public let buildTypes: [ByteString]?
        /// The repository and revision that must be among the dependencies.
        public let source: Source?
    }

    /// A revision of a source repository.
    public struct Source: Hashable, Sendable {
        /// The repository, as `git+https://example.org/repo`.
        public let repository: ByteString
        /// The revision: 40 or 64 lowercase hexadecimal digits; `nil` for any.
        public let revision: ByteString?
    }

    /// An input that is pinned.
    public struct Pin: Hashable, Sendable {
        /// What it is called.
        public let name: ByteString
        /// The SHA-256 it must have.
        public let sha256: Digest
    }

    /// Where it stands in the policy, as `agreement[0]`.
    public let place: String
    /// What kind of statement is demanded.
    public let kind: Kind
    /// Of whom.
    public let quorum: Policy.Quorum
    /// The most seconds between a statement's time and the judgement; `nil` for no limit.
    public let maxAge: Int64?
    /// The builders that a key may speak for, by its place; `nil` for any.
    public let builders: [Int: [ByteString]]?
    /// The inputs that must have gone into the build.
    public let inputs: [Pin]
}

extension Policy.Key {
    /// The key, where it is used here.
    var key: PublicKey? {
        guard case .plain(let key) = material else { return nil }
        return key
    }

    /// The certificate, where it is one of OpenPGP.
    var certificate: OpenPGPKey? {
        guard case .openPGP(let certificate) = material else { return nil }
        return certificate
    }

    /// Whether both have a key in common, in whatever form: nobody may count twice by that.
    func shares(_ other: Policy.Key) -> Bool {
        if let certificate, certificate.fingerprint == other.certificate?.fingerprint {
            return true
        }
        return !plainKeys.isDisjoint(with: other.plainKeys)
    }

    private var plainKeys: Set<PublicKey> {
        switch material {
        case .plain(let key): [key]
        case .openPGP(let certificate): Set(certificate.plainKeys)
        }
    }

    /// What kind of key it is, and which, in words.
    var words: String {
        switch material {
        case .plain(let key): "\(key.algorithm.rawValue) \(key.keyID)"
        case .openPGP(let certificate): "OpenPGP \(certificate.fingerprint)"
        }
    }
}
