import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import NormalForm
import TestSupport
import Testing

/// Writing normal forms: what `Docs/Normalize.md` promises.
struct NormalizeTests {
    /// The normal form of `bytes`, proved by a comparison; `nil` if they cannot be read.
    private func normal(
        _ bytes: [UInt8], _ profile: Profile = .archive(), epoch: UInt64 = 0, note: String = ""
    ) throws -> [UInt8]? {
        try outcome(bytes, profile, epoch: epoch, note: note)?.bytes
    }

    private func outcome(
        _ bytes: [UInt8], _ profile: Profile = .archive(), epoch: UInt64 = 0, note: String = ""
    ) throws -> (bytes: [UInt8], kept: [String])? {
        let normalizer = Normalizer(Workbench.options(profile), epoch: epoch)
        guard let outcome = try? normalizer.run(MemorySource(bytes), path: "input") else {
            return nil
        }
        // Not even one that is refused may be called different from its input.
        #expect(outcome.report.verdict != .different, "\(note) \(outcome.report.short)")
        Workbench.check(outcome.report, note)
        guard let output = outcome.output else { return nil }
        let written = try output.read(ByteRange(start: 0, length: output.size))
        return (written, outcome.kept.map { "\($0.location.description): \($0.reason)" })
    }

    /// Kinds without a writer.
    private static let kept = ArtifactKind.allCases.filter { kind in
        kind == .zipGaps || Format.accounted.recognize(kind.pair(0).first[...])?.composer == nil
    }
    private static let written = ArtifactKind.allCases.filter { !kept.contains($0) }

    @Test(arguments: written, 0..<6)
    func `equivalent builds have one normal form, which is its own`(
        kind: ArtifactKind, seed: UInt64
    ) throws {
        let pair = kind.pair(seed)
        let first = try #require(try outcome(pair.first, note: "\(kind) \(seed)"))
        let second = try #require(try outcome(pair.second, note: "\(kind) \(seed)"))
        #expect(first.bytes == second.bytes)
        #expect(first.kept.isEmpty)
        #expect(try normal(first.bytes) == first.bytes)
        #expect(try normal(kind.pair(seed + 1).first) != first.bytes)
    }

    @Test(arguments: written, [UInt64(1), 1_700_000_001, 1 << 34])
    func `another time is another form, and stands in it`(kind: ArtifactKind, epoch: UInt64) throws
    {
        let pair = kind.pair(1)
        let first = try #require(try normal(pair.first, epoch: epoch))
        #expect(try normal(pair.second, epoch: epoch) == first)
        #expect(try normal(first, epoch: epoch) == first)
        let zero = try #require(try normal(first))
        #expect(zero == (try normal(pair.first)))
    }

    @Test(arguments: written)
    func `what no rule of the profile tolerates stays`(kind: ArtifactKind) throws {
        let pair = kind.pair(2)
        for rule in pair.rules.union(kind.codecRules) {
            let rules = Profile.archiveRules.filter { $0.name != rule }
            let profile = Profile(name: "others", rules: rules)
            // The comparison in `normal` says whether something was lost.
            let first = try #require(try normal(pair.first, profile, note: "\(kind) no \(rule)"))
            let second = try normal(pair.second, profile, note: "\(kind) no \(rule)")
            let report = Workbench.compare(pair.first, pair.second, Workbench.options(profile))
            #expect((first == second) == report.isMatch, "without \(rule)")
            #expect(try normal(first, profile) == first)
        }
    }

    @Test(arguments: written)
    func `where encodings may not differ, it is kept as it is`(kind: ArtifactKind) throws {
        let first = kind.pair(2).first
        #expect(try normal(first, .none) == first)
        let rules = Profile.archiveRules.filter { rule in
            !["encoding", "streaming", "compression"].contains { rule.name.hasSuffix($0) }
        }
        let outcome = try #require(try outcome(first, Profile(name: "others", rules: rules)))
        #expect(outcome.bytes == first && outcome.kept.count <= 1)
    }

    @Test(arguments: kept)
    func `what has no writer is kept, and said so`(kind: ArtifactKind) throws {
        let pair = kind.pair(1)
        let outcome = try #require(try outcome(pair.first))
        #expect(outcome.bytes == pair.first)
        #expect(outcome.kept.count == 1)
    }

    @Test(arguments: 0..<20)
    func `random tars have one form exactly if they match`(batch: UInt64) throws {
        var matches = 0
        for seed in (0..<15).map({ batch * 1000 + $0 }) {
            let pair = RandomTar(seed)
            let left = pair.first.build()
            let right = pair.second.build()
            let report = Workbench.compare(left, right)
            let a = try normal(left, note: "seed \(seed)")
            let b = try normal(right, note: "seed \(seed)")
            if let a { #expect(try normal(a, note: "seed \(seed), again") == a, "seed \(seed)") }
            guard report.isMatch else {
                #expect(a == nil || a != b, "seed \(seed): \(report.short)")
                continue
            }
            matches += 1
            #expect(a == b, "seed \(seed): \(report.short)")
        }
        #expect(matches > 1)
    }

    @Test(arguments: ArtifactKind.allCases, 0..<2)
    func `damage is refused, or survives`(kind: ArtifactKind, seed: UInt64) throws {
        let bytes = kind.pair(seed).second
        var random = SeededGenerator(seed)
        for _ in 0..<20 {
            let mutation = Mutation(to: bytes, &random)
            let damaged = mutation.applied(to: bytes)
            guard let form = try normal(damaged, note: "\(kind) \(seed) \(mutation)") else {
                continue
            }
            #expect(try normal(form, note: "\(kind) \(seed) \(mutation), again") == form)
        }
    }
}
