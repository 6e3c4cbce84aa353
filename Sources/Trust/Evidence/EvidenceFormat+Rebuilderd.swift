import Attestation
import Bytes
import Findings
import Hashing
import Signing

extension EvidenceFormat {
    /// Links of rebuilderd: in-toto's legacy metadata, signed with Ed25519.
    static let rebuilderd = EvidenceFormat(recognizes: Metablock.recognizes, read: readLink)

    @Sendable private static func readLink(_ bytes: [UInt8], _ reader: inout EvidenceReader) {
        do throws(AttestationError) {
            let metablock = try Metablock(parsing: bytes)
            let (proven, alleged) = reader.keyring.signers(of: metablock)
            guard !proven.isEmpty || !alleged.isEmpty else {
                return reader.note("no signature is by a key of the policy", isMalformed: false)
            }
            let link = try RebuildLink(of: metablock)
            let inputs = link.materials.map {
                Endorsement.Input(name: $0.name, sha256: $0.sha256)
            }
            reader.add(
                Claim(
                    source: reader.file.name, payload: SHA256.digest(of: metablock.signedBytes),
                    proven: proven, alleged: alleged, subjects: [link.product], time: nil,
                    body: .endorsement(
                        Endorsement(kind: .rebuilderd, builder: nil, inputs: inputs))))
        } catch {
            let isMalformed = error.code == .malformed || error.code == .limit
            reader.note(error.message, isMalformed: isMalformed)
        }
    }
}

extension Keyring {
    /// Whose signatures a metablock has. Every Ed25519 key is tried: other kinds do not sign it.
    func signers(of metablock: Metablock) -> (proven: Set<Int>, alleged: Set<Int>) {
        var proven: Set<Int> = []
        var alleged: Set<Int> = []
        let named = Set(metablock.signatures.compactMap(\.keyID))
        for (place, key) in keys where key.algorithm == .ed25519 {
            let isBy = metablock.signatures.contains {
                key.verifies($0.bytes, over: metablock.signedBytes)
            }
            if isBy {
                proven.insert(place)
            } else if let name = key.inTotoKeyID, named.contains(ByteString(name)) {
                alleged.insert(place)
            }
        }
        return (proven, alleged)
    }
}
