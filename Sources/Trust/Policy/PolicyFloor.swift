import Attestation
import Bytes

/// The newest version seen of each policy: what an older one is measured against.
public struct PolicyFloor: Hashable, Sendable {
    /// A version seen.
    private struct Entry: Hashable, Sendable {
        let version: Int64
        let digest: Digest
    }

    private var entries: [ByteString: Entry] = [:]

    /// The first line of the file.
    private static let head = "tallystick/floor/v1"
    /// The most bytes of the file.
    public static let sizeLimit: UInt64 = 1 << 20

    /// Nothing seen yet.
    public init() {}

    /// A floor from its text: the head, then a line per policy with name, version and SHA-256.
    ///
    /// - Throws: ``PolicyError`` for any other text: what was remembered must not be lost silently.
    public init(text: [UInt8]) throws(PolicyError) {
        var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.first?.elementsEqual(PolicyFloor.head.utf8) == true, lines.last?.isEmpty == true
        else { throw PolicyFloor.malformed }
        lines.removeLast()
        for line in lines.dropFirst() {
            let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
            guard parts.count == 3,
                let version = Int64(String(decoding: parts[1], as: UTF8.self)), version > 0,
                let digest = Digest(hex: parts[2]),
                entries.updateValue(
                    Entry(version: version, digest: digest), forKey: ByteString(parts[0])) == nil
            else { throw PolicyFloor.malformed }
        }
    }

    private static let malformed = PolicyError(
        "the floor file is malformed; restore it, since without it a rollback goes unseen")

    /// The floor as text.
    public var text: [UInt8] {
        let lines = entries.sorted { $0.key < $1.key }.map {
            "\($0.key.escaped) \($0.value.version) \($0.value.digest.hex)"
        }
        return Array(([PolicyFloor.head] + lines).map { $0 + "\n" }.joined().utf8)
    }

    /// Whether a policy is at or above the floor.
    public func check(_ policy: Policy) -> VerificationResult.Check {
        guard let entry = entries[ByteString(policy.name)] else {
            return .init(
                .rollback, .notChecked,
                "rollback not checked: no version of \(policy.name) was seen before")
        }
        if policy.version < entry.version {
            return .init(
                .rollback, .notMet(.denied),
                "the policy \(policy.title) is older than version \(entry.version), which was seen "
                    + "before")
        }
        if policy.version == entry.version, policy.digest != entry.digest {
            return .init(
                .rollback, .notMet(.denied),
                "the policy \(policy.title) is another text than the one seen before")
        }
        return .init(
            .rollback, .met, "no version newer than \(policy.title) was seen before")
    }

    /// Remembers a policy that is at or above the floor.
    public mutating func raise(to policy: Policy) {
        entries[ByteString(policy.name)] = Entry(version: policy.version, digest: policy.digest)
    }

    /// What is said where nothing is remembered.
    public static let unchecked = VerificationResult.Check(
        .rollback, .notChecked,
        "rollback not checked: there is no --floor FILE to remember versions in")
}
