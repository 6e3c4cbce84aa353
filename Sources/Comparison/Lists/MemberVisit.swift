import Anatomy
import Bytes
import Hashing

/// Reads chosen members of one artifact once more, wherever they lie in it.
struct MemberVisit {
    /// Opens what lies on the way.
    let engine: Engine

    /// The bytes of a layer, those that a compressed file decodes to where it is one, up to
    /// `limit`.
    func text(_ layer: Layer, atMost limit: Int) throws(SourceError) -> [UInt8] {
        guard let format = try engine.recognize(layer, depth: 1), format.shape == .compressed else {
            return Array(try layer.start(limit))
        }
        let dissector = try format.dissector(of: layer, engine.limits)
        while let part = try dissector.next() {
            guard case .member(let member) = part else { continue }
            let content = try engine.content(
                of: member, index: 0, in: layer, format: format, dissector: dissector)
            return Array(try content.layer.start(limit))
        }
        return []
    }

    /// Calls `body` with each wanted layer that is there, in the order of the artifact.
    ///
    /// - Parameter wanted: chains of steps; none may be the beginning of another.
    func visit(
        _ artifact: Artifact, _ wanted: Set<[ListPlace.Step]>,
        _ body: ([ListPlace.Step], Layer) throws(SourceError) -> Void
    ) throws(SourceError) {
        switch artifact.body {
        case .file(let source): try visit(engine.layer(source), [], wanted, 0, body)
        case .set, .stated: break
        case .tree(let tree):
            let byFirst = Dictionary(grouping: wanted.filter { !$0.isEmpty }) { $0[0] }
            for node in tree.nodes where node.kind == .file {
                let step = ListPlace.Step.name(OrderGuard.canonical(node.path))
                guard let chains = byFirst[step] else { continue }
                let layer = engine.layer(try tree.open(node))
                try visit(layer, [step], Set(chains), 1, body)
            }
        }
    }

    /// Goes into `layer`, which lies behind `taken`.
    private func visit(
        _ layer: Layer, _ taken: [ListPlace.Step], _ wanted: Set<[ListPlace.Step]>, _ depth: Int,
        _ body: ([ListPlace.Step], Layer) throws(SourceError) -> Void
    ) throws(SourceError) {
        guard !wanted.contains(taken) else { return try body(taken, layer) }
        guard let format = try engine.recognize(layer, depth: depth) else { return }
        let steps = Steps(wanted, at: taken.count)
        let dissector = try format.dissector(of: layer, engine.limits)
        var index = 0
        while let part = try dissector.next() {
            guard case .member(let member) = part else { continue }
            defer { index += 1 }
            guard member.hasContent else { continue }
            if format.shape == .compressed {
                let content = try engine.content(
                    of: member, index: index, in: layer, format: format, dissector: dissector)
                return try visit(content.layer, taken, wanted, depth + 1, body)
            }
            guard let (step, chains) = steps.fitting(member.name) else { continue }
            let content = try engine.content(
                of: member, index: index, in: layer, format: format, dissector: dissector)
            try visit(content.layer, taken + [step], Set(chains), depth + 1, body)
        }
    }

    /// The next steps of chains, with the chains that go on from each.
    private struct Steps {
        private let all: [ListPlace.Step: [[ListPlace.Step]]]
        /// Those by a beginning: at most one per list.
        private let prefixes: [ListPlace.Step]

        init(_ chains: Set<[ListPlace.Step]>, at index: Int) {
            all = Dictionary(grouping: chains) { $0[index] }
            prefixes = all.keys.filter { if case .prefix = $0 { true } else { false } }
        }

        /// The step that leads to a member.
        func fitting(_ name: ByteString) -> (ListPlace.Step, [[ListPlace.Step]])? {
            let exact = ListPlace.Step.name(OrderGuard.canonical(name))
            if let chains = all[exact] { return (exact, chains) }
            guard let step = prefixes.first(where: { $0.fits(name) }) else { return nil }
            return all[step].map { (step, $0) }
        }
    }
}
