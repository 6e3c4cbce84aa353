import Attestation
import Bytes

/// One signed thing that may be counted, in whatever format it came.
///
/// It is read once for all artifacts and all demands. What it says is believed only of ``proven``.
public struct Claim: Hashable, Sendable {
    /// What it says of its subjects.
    public enum Body: Hashable, Sendable {
        /// How they compare with another build.
        case comparison(Predicate)
        /// How they were built.
        case provenance(Provenance)
        /// That they are approved.
        case approval(Approval)
        /// That these are the bytes, in the form of another program.
        case endorsement(Endorsement)
    }

    /// The file that it stands in.
    public let source: ByteString
    /// The SHA-256 of the bytes that are signed: an approval names what it relies on by it.
    public let payload: Digest
    /// The policy's keys by which a signature verifies, by their places.
    public let proven: Set<Int>
    /// The policy's keys that a signature claims to be by, and is not. They are never counted: they
    /// tell *not trusted* from *would pass if its signature were good*.
    public let alleged: Set<Int>
    /// What it speaks of.
    public let subjects: [Subject]
    /// When it was said, as the signer says; `nil` if it does not.
    public let time: Timestamp?
    /// What it says.
    public let body: Body
}

/// A file of evidence, read when its turn comes.
public struct EvidenceFile: Sendable {
    /// Its name, for messages only.
    public let name: ByteString
    /// Whether the user named this very file. One that lay in a folder may be anything.
    public let isNamed: Bool
    /// Its bytes, or why there are none.
    public let load: @Sendable () -> Evidence.Content
    /// The bytes of the file that this one is a detached signature over, if it is one: that of the
    /// same name without the last extension.
    public let signed: @Sendable () -> Evidence.Content

    /// A file.
    public init(
        name: ByteString, isNamed: Bool = true, load: @escaping @Sendable () -> Evidence.Content,
        signed: @escaping @Sendable () -> Evidence.Content = { .unreadable("it is not there") }
    ) {
        self.name = name
        self.isNamed = isNamed
        self.load = load
        self.signed = signed
    }

    /// The name of the file that a detached signature is over; `nil` for a name without an
    /// extension.
    public static func signedName(_ name: ByteString) -> ByteString? {
        let dot = UInt8(ascii: ".")
        guard let end = name.bytes.lastIndex(of: dot), end > 0,
            name.bytes[end - 1] != UInt8(ascii: "/"),
            !name.bytes[end...].contains(UInt8(ascii: "/"))
        else { return nil }
        return ByteString(name.bytes[..<end])
    }

    /// A file whose bytes are there.
    public init(_ evidence: Evidence, isNamed: Bool = true) {
        self.init(name: evidence.name, isNamed: isNamed) { evidence.content }
    }
}

/// All that can be counted, and what cannot and why.
public struct ClaimSet: Sendable {
    /// In the order of the files, and in each in the order written.
    public private(set) var claims: [Claim] = []
    /// What was passed over.
    public private(set) var problems: [VerificationResult.Problem] = []

    /// What the files claim, under the keys of a policy.
    ///
    /// - Parameters:
    ///   - jobs: threads that read and verify.
    ///   - openPGP: what checks OpenPGP signatures; needed where ``Policy/hasOpenPGP``.
    /// - Complexity: linear in the signatures, as long as their key IDs are true.
    public init(
        _ files: [EvidenceFile], policy: Policy, jobs: Int, openPGP: OpenPGPVerifier? = nil
    ) {
        let keyring = Keyring(policy)
        let readings = Worker.map(files.count, jobs: jobs) {
            EvidenceReader(file: files[$0], keyring: keyring, openPGP: openPGP).read()
        }
        for reading in readings {
            claims += reading.claims
            problems += reading.problems
        }
    }
}
