import Attestation
import Bytes
import Signing

extension Settings {
    /// The kinds of evidence that a demand for agreement takes; comparisons alone by default.
    func evidence() throws(PolicyError) -> [EvidenceKind] {
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
    func check(_ agreement: Clause.Agreement) throws(PolicyError) {
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
    func foreignKey() throws(PolicyError) -> PublicKey? {
        let spellings = ["public", "rebuilderd", "minisign", "ssh"].filter(has)
        guard let spelling = spellings.first, spelling != "public" || spellings.count > 1 else {
            return nil
        }
        guard spellings.count == 1 else {
            throw failure(spelling, "stands beside \(spellings[1]): a key is written once")
        }
        let text = try text(spelling).bytes
        do throws(SigningError) {
            switch spelling {
            case "rebuilderd": return try PublicKey(rebuilderd: text)
            case "minisign": return try PublicKey(minisign: text)
            default: return try PublicKey(ssh: text)
            }
        } catch {
            throw failure(spelling, "is no key to use: \(error.message)")
        }
    }
}
