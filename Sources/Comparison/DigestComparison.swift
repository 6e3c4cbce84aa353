import Anatomy
import Bytes
import Findings
import Hashing

/// Compares an artifact with what a statement says, by digest alone.
struct DigestComparison {
    /// The comparison that this is part of.
    private let comparison: ArtifactComparison
    /// What the statement gives.
    private let stated: StatedDigests
    /// The artifact.
    private let artifact: Artifact
    /// Which side the statement is.
    private let statedSide: Unread.Place
    private var collector: Collector { comparison.collector }

    init(
        _ comparison: ArtifactComparison, _ stated: StatedDigests, _ artifact: Artifact,
        statedSide: Unread.Place
    ) {
        self.comparison = comparison
        self.stated = stated
        self.artifact = artifact
        self.statedSide = statedSide
    }

    /// Reads the artifact once, and looks for it among the entries.
    func run() -> ArtifactComparison.Outcome {
        var outcome = ArtifactComparison.Outcome()
        let digests: ArtifactDigests
        do throws(SourceError) {
            digests = try read()
        } catch {
            collector.add(Problem(error, in: []), on: statedSide == .left ? .right : .left)
            return outcome
        }
        let found: Digest?
        switch stated.content {
        case .unusable(let error):
            collector.add(Problem(error, in: []), on: statedSide)
            found = nil
        case .entries(let entries): found = judge(digests, entries, &outcome)
        }
        outcome.leftDigest = statedSide == .left ? found : digests.sha256
        outcome.rightDigest = statedSide == .left ? digests.sha256 : found
        return outcome
    }

    private func read() throws(SourceError) -> ArtifactDigests {
        switch artifact.body {
        case .file(let source): return try ArtifactDigests(of: RangeSource(source))
        case .tree(let tree):
            return try TreeListing.digests(
                of: tree, view: comparison.options.view, jobs: comparison.options.jobs)
        case .set, .stated:
            throw SourceError(.unsupported, "only a file or a folder is compared with a statement")
        }
    }

    /// The digest to be shown for the statement's side: the artifact's own where it was found.
    private func judge(
        _ digests: ArtifactDigests, _ entries: [StatedDigests.Entry],
        _ outcome: inout ArtifactComparison.Outcome
    ) -> Digest? {
        if let torn = entries.first(where: { $0.touches(digests) && !$0.is(digests) }) {
            let error = SourceError(
                .ambiguous,
                "the statement gives \(torn.name.escaped) the SHA-256 of one file and the SHA-512 "
                    + "of another; ask its signer")
            collector.add(Problem(error, in: []), on: statedSide)
            return nil
        }
        if let place = entries.firstIndex(where: { $0.is(digests) }) {
            outcome.isIdentical = true
            outcome.notes = [note(entries, place)]
            return digests.sha256
        }
        guard entries.allSatisfy(\.isComparable) else {
            let error = SourceError(
                .unsupported,
                "a subject of the statement has neither SHA-256 nor SHA-512, so nobody can say "
                    + "whether it is the artifact")
            collector.add(Problem(error, in: []), on: statedSide)
            return nil
        }
        return report(digests, entries)
    }

    /// Which entry it is, and what that rests on.
    private func note(_ entries: [StatedDigests.Entry], _ place: Int) -> String {
        let which =
            entries.count == 1
            ? "the one subject" : "subject \(place + 1) of \(entries.count)"
        return "compared by digest alone: it is \(which), \(entries[place].name.escaped), of "
            + "\(stated.words); the other build was not read, and no signature was checked"
    }

    /// The one difference there is: no subject has these bytes. Those of the artifact's name are
    /// named.
    private func report(
        _ digests: ArtifactDigests, _ entries: [StatedDigests.Entry]
    ) -> Digest? {
        let name = DigestComparison.lastName(artifact.path)
        let namesakes = entries.filter { DigestComparison.lastName($0.name) == name }
        let shown = entries.count == 1 ? entries : namesakes
        let values = shown.prefix(3).map(DigestComparison.words).joined(separator: " or ")
        var finding = Finding(id: findingID([], nil, .content), path: [], kind: .content)
        let (own, other) = (
            "sha256:\(digests.sha256.hex)", values.isEmpty ? "no subject of this name" : values
        )
        finding.leftValue = statedSide == .left ? other : own
        finding.rightValue = statedSide == .left ? own : other
        finding.note =
            "compared by digest alone: none of \(entries.count) subjects of \(stated.words) has "
            + "the artifact's digest; the other build was not read"
        collector.add(finding)
        return shown.count == 1 ? shown[0].sha256 : nil
    }

    private static func words(_ entry: StatedDigests.Entry) -> String {
        entry.sha256.map { "sha256:\($0.hex)" }
            ?? entry.sha512.map { "sha512:\(Hex.encode($0))" } ?? "no digest"
    }

    /// The part of a name behind its last slash.
    private static func lastName(_ name: ByteString) -> ByteString {
        ByteString(name.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    }
}
