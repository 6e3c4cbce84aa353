import Attestation
import Bytes
import Findings
import Hashing
import Signing

extension EvidenceFormat {
    /// Detached signatures of minisign, signify and SSH over a list of digests, which is the file
    /// of the same name without the last extension.
    static let listSignatures = EvidenceFormat(
        recognizes: DetachedSignature.recognizes, read: readSignature)

    /// The lists themselves, which say nothing without a signature.
    static let lists = EvidenceFormat(
        recognizes: { bytes in
            let mayBegin = bytes.first.map { $0 == UInt8(ascii: "\\") || Hex.value(of: $0) != nil }
            return mayBegin == true && bytes.count <= listLimit && SignedList(bytes) != nil
        },
        read: { _, reader in
            reader.note(
                "a list of digests counts by a signature beside it: name that file",
                isMalformed: false)
        })

    /// The most bytes of a list.
    static let listLimit = 16 * 1024 * 1024

    /// The signature comes first; a list that nobody signed is not parsed.
    @Sendable private static func readSignature(
        _ bytes: [UInt8], _ reader: inout EvidenceReader
    ) {
        do throws(SigningError) {
            let signature = try DetachedSignature(text: bytes)
            guard let list = reader.signedList() else { return }
            let (proven, alleged) = reader.keyring.signers(of: signature, over: list)
            guard !proven.isEmpty || !alleged.isEmpty else {
                return reader.note("the signature is by no key of the policy", isMalformed: false)
            }
            reader.add(list, proven: proven, alleged: alleged)
        } catch {
            reader.note(error.message, isMalformed: true)
        }
    }
}

extension EvidenceReader {
    /// The list that the file is a signature over, read once; `nil` if there is none, which is
    /// noted.
    mutating func signedList() -> [UInt8]? {
        switch file.signed() {
        case .unreadable(let message):
            note("what it signs cannot be read: \(message)", isMalformed: false)
            return nil
        case .bytes(let list):
            guard list.count <= EvidenceFormat.listLimit else {
                note("the list has more than \(EvidenceFormat.listLimit) bytes", isMalformed: false)
                return nil
            }
            return list
        }
    }

    /// Adds what a signed list says.
    ///
    /// - Parameter ended: why the signature no longer counts, where it verifies.
    mutating func add(
        _ list: [UInt8], proven: Set<Int>, alleged: Set<Int>, time: Timestamp? = nil,
        ended: String? = nil
    ) {
        guard let parsed = SignedList(list) else {
            return note(
                "what it signs is no list of SHA-256 or SHA-512 as sha256sum writes it",
                isMalformed: false)
        }
        let endorsement = Endorsement(kind: .list, builder: nil, inputs: [], ended: ended)
        add(
            Claim(
                source: file.name, payload: SHA256.digest(of: list), proven: proven,
                alleged: alleged, subjects: parsed.subjects, time: time,
                body: .endorsement(endorsement)))
    }
}

/// A list of files by digest, as `sha256sum` and `sha512sum` write it.
struct SignedList {
    /// The files; names are unique.
    let subjects: [Subject]

    /// A list; `nil` if a line is none of such a list, or has another digest than SHA-256 or
    /// SHA-512.
    init?(_ text: [UInt8]) {
        guard let list = DigestList(checksums: text) else { return nil }
        var subjects: [Subject] = []
        for entry in list.entries {
            guard entry.digests.count == 1, let digest = entry.digests.values.first,
                let subject = Subject(listed: entry.name, digest: digest)
            else { return nil }
            subjects.append(subject)
        }
        self.subjects = subjects
    }
}

extension Keyring {
    /// Whose a detached signature is. One by a number alone alleges every Ed25519 key: nobody can
    /// say whose the number is.
    func signers(
        of signature: DetachedSignature, over file: [UInt8]
    ) -> (proven: Set<Int>, alleged: Set<Int>) {
        let found = signature.signers(among: Array(Set(keys.values)), over: file)
        let proven = places { found.contains($0) }
        guard proven.isEmpty else { return (proven, []) }
        return (
            [],
            places { key in
                signature.allegedSigner.map { $0 == key } ?? (key.algorithm == .ed25519)
            }
        )
    }
}
