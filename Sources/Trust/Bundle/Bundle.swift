import Attestation
import Bytes
import Hashing
import Signing

/// What travels together on a stick (`Docs/Bundle.md`). Nothing in it is trusted for being in it.
public struct Bundle: Hashable, Sendable {
    /// A file that does not travel inside, as an SBOM: which one it is.
    public struct Reference: Hashable, Sendable {
        /// Its name, in its escaped form.
        public let name: ByteString
        /// What it is, as `application/spdx+json`.
        public let mediaType: ByteString
        /// The SHA-256 of its bytes.
        public let sha256: Digest

        /// A reference; the name is kept in its escaped form.
        public init(name: ByteString, mediaType: String, sha256: Digest) {
            self.init(
                escaped: ByteString(name.escaped), mediaType: ByteString(mediaType), sha256: sha256)
        }

        /// A reference as it was written.
        init(escaped name: ByteString, mediaType: ByteString, sha256: Digest) {
            self.name = name
            self.mediaType = mediaType
            self.sha256 = sha256
        }
    }

    /// Attestations, approvals, provenance and policies, each as it was signed.
    public private(set) var envelopes: [Envelope]
    /// Public keys, to be compared with what is known of them from elsewhere.
    public private(set) var keys: [PublicKey]
    /// Files that belong to it.
    public private(set) var references: [Reference]
    /// Statements that no plain key signed, as they came.
    public private(set) var materials: [Material]
    /// How many lines of the text that was read are nothing that is known here.
    public internal(set) var skipped = 0

    /// The format's name.
    public static let format = "tallystick/bundle/v1"
    /// The most bytes of a bundle's text.
    public static let sizeLimit = Envelope.sizeLimit

    /// A bundle. Each thing is kept once, in an order that does not depend on the order given.
    public init(
        envelopes: [Envelope] = [], keys: [PublicKey] = [], references: [Reference] = [],
        materials: [Material] = []
    ) {
        self.envelopes = Bundle.ordered(envelopes) { $0.text(pretty: false) }
        self.keys = Bundle.ordered(keys, line: Bundle.line)
        self.references = Bundle.ordered(references, line: Bundle.line)
        self.materials = Bundle.ordered(materials, line: \.line)
    }

    /// A bundle of what is in several. What was not understood is not carried over.
    public init(joining bundles: [Bundle]) {
        self.init(
            envelopes: bundles.flatMap(\.envelopes), keys: bundles.flatMap(\.keys),
            references: bundles.flatMap(\.references),
            materials: bundles.flatMap(\.materials))
    }

    /// The envelopes that hold policies.
    public var policies: [Envelope] { envelopes.filter { $0.payloadType == Policy.payloadType } }

    /// The envelopes that hold in-toto statements.
    public var attestations: [Envelope] {
        envelopes.filter { $0.payloadType == ByteString(Statement.payloadType) }
    }

    /// Each entry once, in the order of the SHA-256 of their lines.
    private static func ordered<Entry>(_ entries: [Entry], line: (Entry) -> [UInt8]) -> [Entry] {
        var byDigest: [Digest: Entry] = [:]
        for entry in entries { byDigest[SHA256.digest(of: line(entry))] = entry }
        return byDigest.sorted { $0.key < $1.key }.map(\.value)
    }
}
