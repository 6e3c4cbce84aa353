import Attestation
import Bytes
import Findings
import Signing

/// An artifact under test, by its digests; the caller hashes it.
public struct Artifact: Hashable, Sendable {
    /// Its name, for messages only.
    public let name: ByteString
    /// The SHA-256 of its bytes, or of its listing.
    public let sha256: Digest
    /// The SHA-512 of its bytes. Where a subject has one, it must agree too.
    public let sha512: [UInt8]

    /// An artifact.
    public init(name: ByteString, sha256: Digest, sha512: [UInt8]) {
        self.name = name
        self.sha256 = sha256
        self.sha512 = sha512
    }
}

/// A file that was given as an attestation.
public struct Evidence: Hashable, Sendable {
    /// What came of reading the file.
    public enum Content: Hashable, Sendable {
        /// Its bytes: one envelope, or JSON Lines of them.
        case bytes([UInt8])
        /// Nothing, and why: one sentence without a full stop.
        case unreadable(String)
    }

    /// The file's name, for messages only.
    public let name: ByteString
    /// What came of reading it.
    public let content: Content

    /// Evidence.
    public init(name: ByteString, _ content: Content) {
        self.name = name
        self.content = content
    }
}

/// The short form of a policy: whom to believe and what they must say.
public struct Demand: Sendable {
    /// The keys, of which any one suffices; each once.
    public let keys: [PublicKey]
    /// Whether `equivalent` will do as well as `identical`.
    public let acceptsEquivalent: Bool
    /// Whether a comparison by digest alone will do, of which one side was not read.
    public let acceptsDigestOnly: Bool
    /// The moment to judge as of, as the operator gives it; without one, times are not judged.
    public let at: Timestamp?

    /// How far a statement's time may be ahead of ``at``, in seconds: clocks disagree.
    public static let skew: Int64 = 300

    /// A demand.
    ///
    /// - Throws: ``TrustError`` without a key, since then anything would do.
    public init(
        keys: [PublicKey], acceptsEquivalent: Bool = false, acceptsDigestOnly: Bool = false,
        at: Timestamp? = nil
    ) throws(TrustError) {
        guard !keys.isEmpty else {
            throw TrustError("there is no key to believe; give the signer's with --key NAME.pub")
        }
        self.keys = keys.enumerated().filter { !keys[..<$0].contains($1) }.map(\.element)
        self.acceptsEquivalent = acceptsEquivalent
        self.acceptsDigestOnly = acceptsDigestOnly
        self.at = at
    }

    /// `different` and `inconclusive` are accepted under no demand.
    func accepts(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .identical: true
        case .equivalent: acceptsEquivalent
        case .different, .inconclusive: false
        }
    }

    /// Judges each artifact by all of the evidence.
    ///
    /// An artifact is accepted if any one envelope meets every demand. Whatever else the evidence
    /// holds can neither undo that nor help an envelope that does not.
    /// - Throws: ``TrustError`` without an artifact or without evidence.
    public func judge(
        _ artifacts: [Artifact], by evidence: [Evidence]
    ) throws(TrustError) -> VerificationResult {
        guard !artifacts.isEmpty else { throw TrustError("there is no artifact to verify") }
        guard !evidence.isEmpty else {
            throw TrustError("there is no attestation; give one with --attestation FILE")
        }
        var readings: [Reading] = []
        var problems: [VerificationResult.Problem] = []
        for file in evidence {
            let outcome = read(file)
            readings += outcome.readings
            problems += outcome.problems
        }
        return VerificationResult(
            artifacts: artifacts.map { judge($0, by: readings) }, problems: problems,
            terms: .demand(self))
    }
}
