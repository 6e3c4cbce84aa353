import Attestation
import Bytes
import Findings

extension Counting {
    /// Why what another program says does not count for a demand. What it does not say is never
    /// taken to be so.
    func refusal(of endorsement: Endorsement, under demand: Clause.Agreement) -> String? {
        guard demand.evidence.contains(endorsement.kind) else {
            return "signed \(endorsement.kind.words), which is not taken here"
        }
        guard !demand.hashedAgain else {
            return "does not say that the artifacts were hashed again before signing"
        }
        if let basis = endorsement.kind.basis, !demand.basis.contains(basis) {
            return "says so on the basis \(basis.rawValue)"
        }
        guard endorsement.kind.isIdentity || demand.rules != nil else {
            return "says equivalent, which is not identical"
        }
        return nil
    }

    /// The builder and the inputs, where they are demanded.
    func refusal(of endorsement: Endorsement, by key: Int, _ clause: Clause) -> String? {
        if let allowed = clause.builders?[key] {
            guard let builder = endorsement.builder else {
                return "names no builder of the other build"
            }
            if !allowed.contains(builder) { return "may not speak for \(builder.escaped)" }
        }
        return substituted(
            clause.inputs, among: endorsement.inputs.map { (name: $0.name, digest: $0.sha256) })
    }
}

extension EvidenceKind {
    /// What it rests on; `nil` for a comparison, which says so itself.
    fileprivate var basis: Predicate.Basis? {
        switch self {
        case .tallystick: nil
        case .rebuilderd, .ossRebuild: .rebuilt
        case .list: .digestOnly
        }
    }

    /// Whether it speaks of the very bytes.
    fileprivate var isIdentity: Bool { self != .ossRebuild }
}
