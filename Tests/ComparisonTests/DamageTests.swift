import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Whatever happens to a byte, no wrong match follows.
struct DamageTests {
    @Test(arguments: ArtifactKind.allCases, 0..<4)
    func `damage is never taken for a match that it is not`(kind: ArtifactKind, seed: UInt64) {
        let pair = kind.pair(seed)
        var random = SeededGenerator(seed ^ 0xd00d)
        for round in 0..<48 {
            // Beside a tolerated difference the damage has somewhere to hide.
            let target = round.isMultiple(of: 2) ? pair.second : pair.first
            let mutation = Mutation(to: target, &random)
            let damaged = mutation.applied(to: target)
            guard damaged != target else { continue }
            let report = Workbench.compare(pair.first, damaged)
            Workbench.check(report, "\(kind) \(seed) \(mutation)")
            #expect(report.verdict != .identical)
            guard report.verdict == .equivalent else { continue }
            Tolerance(pair.first, damaged, mutation, report).check("\(kind) \(seed) \(mutation)")
        }
    }

    @Test(arguments: ArtifactKind.allCases)
    func `a cut anywhere is never a match`(kind: ArtifactKind) {
        let pair = kind.pair(9)
        var random = SeededGenerator(9)
        let cuts = (0..<24).map { _ in random.below(pair.second.count) } + [0, 1, 511, 512]
        for cut in cuts where cut < pair.second.count {
            let damaged = Array(pair.second.prefix(cut))
            let report = Workbench.compare(pair.first, damaged)
            Workbench.check(report, "\(kind) cut at \(cut)")
            // Only zeros behind the end of a tar or cpio may be fewer.
            let isBlocking = damaged.dropFirst(max(0, pair.second.count - 16 * 512)).allSatisfy {
                $0 == 0
            }
            let isTar = [.tarOld, .tarUstar, .tarPax, .tarGNU].contains(kind)
            let isCpio = [.cpioNewc, .cpioCrc, .cpioOdc].contains(kind)
            let isTrailed = isCpio && IndependentReader.cpio(damaged) != nil
            if report.isMatch {
                #expect((isTar && isBlocking) || isTrailed, "\(kind) cut at \(cut)")
            }
        }
    }
}

/// What has to hold when damage to one byte was tolerated.
struct Tolerance {
    let original, damaged: [UInt8]
    let mutation: Mutation
    let report: Report

    init(_ original: [UInt8], _ damaged: [UInt8], _ mutation: Mutation, _ report: Report) {
        self.original = original
        self.damaged = damaged
        self.mutation = mutation
        self.report = report
    }

    func check(_ note: String) {
        if let fault { Issue.record("\(fault): \(note)") }
    }

    /// Why the damage should not have been tolerated; `nil` where a rule that is listed covers it.
    var fault: String? {
        if let inner = try? inner() { return inner.fault }
        // What a rule for dates inside a file tolerates is content to every other reader.
        let inside = Rule.all.filter { $0.profile == .packaging }.map(\.name)
        let contents = [original, damaged].map { IndependentReader.read($0)?.sorted() }
        guard contents[0] == contents[1] || !report.rules.isDisjoint(with: inside) else {
            return "another content was called equivalent"
        }
        guard mutation.kind == .flip else { return nil }
        guard let rules = try? permitting() else { return "equivalent, and cannot be walked" }
        return rules.isDisjoint(with: report.rules) ? "no rule covers the byte" : nil
    }

    /// The same for the container in a container that the flipped byte lies in: to a reader of the
    /// outer one all of it is content. `nil` if there is none, or if the other side has another in
    /// its place.
    private func inner() throws -> Tolerance? {
        let layer = Layer(MemorySource(damaged), spool: Workbench.spool)
        let format = try #require(Format.accounted.recognize(try layer.start(Format.lookahead)))
        guard mutation.kind == .flip, format.shape == .archive else { return nil }
        let dissector = try format.dissector(of: layer, Limits())
        while let part = try dissector.next() {
            guard case .member(let member) = part, case .stored(let range) = member.storage,
                range.contains(UInt64(mutation.offset)), range.end <= original.count
            else { continue }
            let place = Int(range.start)..<Int(range.end)
            let kinds = [original, damaged].map { bytes in
                Format.accounted.recognize(bytes[place].prefix(Format.lookahead))?.name
            }
            guard let kind = kinds[0], kind == kinds[1] else { return nil }
            return Tolerance(
                Array(original[place]), Array(damaged[place]),
                Mutation(.flip, at: mutation.offset - place.lowerBound, 0), report)
        }
        return nil
    }

    /// The rules that could cover the flipped byte, by the field of the damaged side it lies in.
    private func permitting() throws -> Set<String> {
        let layer = Layer(MemorySource(damaged), spool: Workbench.spool)
        let start = try layer.start(Format.lookahead)
        let format = try #require(Format.accounted.recognize(start))
        let dissector = try format.dissector(of: layer, Limits())
        let offset = UInt64(mutation.offset)
        while let part = try dissector.next() {
            switch part {
            case .content(let range, _) where range.contains(offset):
                if let rule = format.compressionRule { return [rule.name] }
                return Set(Format.accounted.compactMap { $0.compressionRule?.name })
            case .encoding(let run) where run.range.contains(offset):
                return Set([format.compressionRule].compactMap { $0?.name })
            case .fields(let run), .carried(let run):
                guard run.range.contains(offset) else { continue }
                let field = format.expand(run).first { $0.range.contains(offset) }
                return Tolerance.rules(of: try #require(field), format)
            default: continue
            }
        }
        return []
    }

    private static func rules(of field: Field, _ format: Format) -> Set<String> {
        switch field.role {
        case .derived: Set([format.encodingRule].compactMap { $0?.name })
        case .own: Set([format.rule(for: field.id)].compactMap { $0?.name })
        case .value(let attribute, _):
            Set([format.rule(for: attribute), format.encodingRule].compactMap { $0?.name })
        }
    }
}
