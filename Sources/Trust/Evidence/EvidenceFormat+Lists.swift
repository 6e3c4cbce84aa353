import Attestation
import Bytes
import Findings
import Hashing
import Signing

extension EvidenceFormat {
    /// Detached signatures of minisign, signify and SSH over a list of digests, which is the file of
    /// the same name without the last extension.
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

    /// Signatures of OpenPGP. They are not checked, and that is trouble and no answer.
    static let openPGP = EvidenceFormat(
        recognizes: { $0.starts(with: "-----BEGIN PGP ".utf8) },
        read: { _, reader in
            reader.note(
                "it is signed with OpenPGP, which is not checked here; check it with gpgv and sign "
                    + "the list with another program", isMalformed: true)
        })

    /// The most bytes of a list.
    static let listLimit = 16 * 1024 * 1024

    @Sendable private static func readSignature(
        _ bytes: [UInt8], _ reader: inout EvidenceReader
    ) {
        do throws(SigningError) {
            let signature = try DetachedSignature(text: bytes)
            switch reader.file.signed() {
            case .unreadable(let message):
                reader.note("what it signs cannot be read: \(message)", isMalformed: false)
            case .bytes(let list): read(list, signature, &reader)
            }
        } catch {
            reader.note(error.message, isMalformed: true)
        }
    }

    /// The signature comes first; a list that nobody signed is not parsed.
    private static func read(
        _ list: [UInt8], _ signature: DetachedSignature, _ reader: inout EvidenceReader
    ) {
        guard list.count <= listLimit else {
            return reader.note("the list has more than \(listLimit) bytes", isMalformed: false)
        }
        let (proven, alleged) = reader.keyring.signers(of: signature, over: list)
        guard !proven.isEmpty || !alleged.isEmpty else {
            return reader.note("the signature is by no key of the policy", isMalformed: false)
        }
        guard let parsed = SignedList(list) else {
            return reader.note(
                "what it signs is no list of SHA-256 or SHA-512 as sha256sum writes it",
                isMalformed: false)
        }
        reader.add(
            Claim(
                source: reader.file.name, payload: SHA256.digest(of: list), proven: proven,
                alleged: alleged, subjects: parsed.subjects, time: nil,
                body: .endorsement(Endorsement(kind: .list, builder: nil, inputs: []))))
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
        let found = signature.signers(among: keys, over: file)
        let proven = Set(keys.indices.filter { found.contains(keys[$0]) })
        guard proven.isEmpty else { return (proven, []) }
        let alleged = keys.indices.filter { place in
            signature.allegedSigner.map { $0 == keys[place] }
                ?? (keys[place].algorithm == .ed25519)
        }
        return ([], Set(alleged))
    }
}
