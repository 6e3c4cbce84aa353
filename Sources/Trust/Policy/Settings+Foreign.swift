import Attestation
import Bytes
import Findings
import Signing
import TOML

extension Settings {
    /// The kinds of evidence that a demand for agreement takes; comparisons alone by default.
    func evidence() throws(SettingError) -> [EvidenceKind] {
        guard has("evidence") else { return [.tallystick] }
        var kinds: [EvidenceKind] = []
        for name in try texts("evidence") {
            guard let kind = EvidenceKind(name: name) else {
                let known = EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw failure("evidence", "has \"\(name.escaped)\", which is none of \(known)")
            }
            kinds.append(kind)
        }
        return kinds
    }

    /// Finds kinds of evidence that are taken by name, and could never count all the same.
    func check(_ agreement: Clause.Agreement) throws(SettingError) {
        let kinds = agreement.evidence
        if kinds.contains(.ossRebuild), agreement.rules == nil {
            throw failure(
                "evidence", "has oss-rebuild, which never says identical; the verdict is identical")
        }
        if kinds.contains(.list), !agreement.basis.contains(.digestOnly) {
            throw failure(
                "evidence", "has list, which rests on digests alone; basis has no \"digest-only\"")
        }
        if kinds.contains(.rebuilderd) || kinds.contains(.ossRebuild),
            !agreement.basis.contains(.rebuilt)
        {
            throw failure("evidence", "has rebuilds, and basis has no \"rebuilt\"")
        }
        if agreement.hashedAgain, let kind = kinds.first(where: { $0 != .tallystick }) {
            throw failure(
                "hashed-again", "is true, which evidence of the kind \(kind.rawValue) cannot say")
        }
    }

    /// A key in the form of another program, under that program's name; `nil` where there is none.
    ///
    /// The form is named and not guessed: what stands under `public` has one spelling, and a
    /// malformed key is taken only where its author says that it is one.
    func foreignKey() throws(SettingError) -> Policy.Material? {
        let spellings = ["public", "rebuilderd", "minisign", "ssh", "openpgp"].filter(has)
        guard let spelling = spellings.first, spelling != "public" || spellings.count > 1 else {
            return nil
        }
        guard spellings.count == 1 else {
            throw failure(spelling, "stands beside \(spellings[1]): a key is written once")
        }
        let text = try text(spelling).bytes
        do {
            switch spelling {
            case "rebuilderd": return .plain(try PublicKey(rebuilderd: text))
            case "minisign": return .plain(try PublicKey(minisign: text))
            case "ssh": return .plain(try PublicKey(ssh: text))
            default: return try check(try OpenPGPKey(armored: text))
            }
        } catch let error as SigningError {
            throw failure(spelling, "is no key to use: \(error.message)")
        } catch let error as SettingError {
            throw error
        } catch {
            throw failure(spelling, "is no key to use")
        }
    }

    /// A certificate of OpenPGP is named by its whole fingerprint besides: that is what people
    /// compare, and no block of Base64.
    private func check(_ certificate: OpenPGPKey) throws(SettingError) -> Policy.Material {
        let fingerprint = try text("fingerprint")
        guard fingerprint == ByteString(certificate.fingerprint) else {
            throw failure(
                "fingerprint",
                "is \(fingerprint.escaped), and the key's is \(certificate.fingerprint), which is "
                    + "to be written in capitals and without spaces")
        }
        return .openPGP(certificate)
    }
}
