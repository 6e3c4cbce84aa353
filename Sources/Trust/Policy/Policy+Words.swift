import Attestation
import Bytes
import Signing

extension Policy {
    /// Every rule that some demand allows, as `tar.mtime/1`.
    public var rules: [ByteString] {
        demands.flatMap { clause in
            guard case .agreement(let agreement) = clause.kind else { return [ByteString]() }
            return agreement.rules ?? []
        }
    }

    /// What the policy demands, in lines without line breaks: who, what, where, how.
    public var explanation: [String] {
        ["policy \(title), good until \(expires.text), SHA-256 \(digest.hex)"]
            + (summary.map { ["  \($0.escaped)"] } ?? [])
            + ["  signed by \(root.threshold) of: " + names(root.members)]
            + keys.map(line)
            + demands.flatMap(lines)
            + (postQuantum
                ? ["  each operator must sign with a classical and a post-quantum key"] : [])
            + overlaps
    }

    /// How a signed policy stands with its own root.
    public func signatures(of envelope: Envelope) -> String {
        let found = envelope.signers(among: root.members.compactMap { keys[$0].key })
        let signed = operators(
            of: root.members.filter { place in
                keys[place].key.map { found.contains($0) } ?? false
            })
        let who = signed.isEmpty ? "nobody of its root" : signed.joined(separator: ", ")
        return signed.count >= root.threshold
            ? "  signed by its own quorum: \(who)"
            : "  NOT signed by its own quorum of \(root.threshold): \(who)"
    }

    private func names(_ members: [Int]) -> String {
        members.map { "\(keys[$0].name) (\(keys[$0].holder))" }.joined(separator: ", ")
    }

    /// Who: one key.
    private func line(_ key: Key) -> String {
        let roles =
            key.roles.isEmpty
            ? "signs policies"
            : key.roles.map(\.rawValue).joined(
                separator: ", ")
        let validity =
            (key.from.map { ", from \($0.text)" } ?? "")
            + (key.until.map { ", until \($0.text)" } ?? "")
            + (key.revoked.map { ", REVOKED at \($0.text)" } ?? "")
        return "  who: \(key.name) of \(key.holder): \(roles)\(validity); "
            + key.words
    }

    /// What, where and how: one demand.
    private func lines(_ clause: Clause) -> [String] {
        let pairs = (clause.builders ?? [:]).sorted { $0.key < $1.key }.map {
            "    where: \(keys[$0.key].name) may speak for "
                + $0.value.map(\.escaped).joined(separator: ", ")
        }
        return ["  what: \(clause.place): \(clause.words(self))"] + pairs
            + ["    how: counted by operator among \(names(clause.quorum.members))"]
    }

    /// Operators who build and vouch for builds, with another key each: the policy may want that,
    /// and its reader should know.
    private var overlaps: [String] {
        let builders = Set(keys.filter { $0.roles.contains(.builder) }.map(\.holder))
        let others = Set(
            keys.filter { !$0.roles.isEmpty && !$0.roles.contains(.builder) }.map(\.holder))
        return builders.intersection(others).sorted().map {
            "  note: \($0) builds, and vouches for builds with another key"
        }
    }
}
