import Anatomy
import Bytes

/// The members of the archive that a compressed or plain layer is, as `container.unpacked` sees
/// them.
public struct Unpacking {
    /// Opens contents, and counts what they expand to.
    private let engine: Engine
    /// Decides what is residue: what it tolerates is left out.
    private let profile: Profile

    /// Unpacks layers of one artifact, in memory only.
    public init(engine: Engine, profile: Profile) {
        self.engine = engine
        self.profile = profile
    }

    /// Visits every member with its content and its residue, in order, and returns what the archive
    /// says of itself.
    ///
    /// - Throws: ``SourceError`` if the layer is no archive whose every byte is accounted for, or
    ///   cannot be read.
    public func visit(
        _ layer: Layer, depth: Int = 0,
        _ body: (Member, Layer?, [[[UInt8]]]) throws(Problem) -> Void
    ) throws(SourceError) -> Result<[[[UInt8]]], Problem> {
        let format = try archive(layer, depth: depth)
        let dissector = try format.dissector(of: layer, engine.limits)
        var residue: [[[UInt8]]] = []
        var count = 0
        while let part = try dissector.next() {
            if case .fields(let run) = part {
                residue += RunRecords.residue(of: run, format: format, profile: profile)
            }
            guard case .member(let member) = part else { continue }
            let content = try engine.content(
                of: member, index: count, in: layer, format: format, dissector: dissector)
            count += 1
            defer { content.finish() }
            if format.shape == .compressed {
                switch try visit(content.layer, depth: depth + 1, body) {
                case .success(let inner): residue += inner
                case .failure(let problem): return .failure(problem)
                }
                continue
            }
            let own = member.runs.flatMap {
                RunRecords.residue(of: $0, format: format, profile: profile)
            }
            let result = Result { () throws(Problem) in
                try body(member, member.hasContent ? content.layer : nil, own)
            }
            if case .failure(let problem) = result { return .failure(problem) }
        }
        return .success(residue)
    }

    /// The format of a layer; refused if there is none, or not every byte of it is accounted for. A
    /// compressed file passes: ``visit(_:depth:_:)`` looks into it.
    private func archive(_ layer: Layer, depth: Int) throws(SourceError) -> Format {
        guard let format = try engine.recognize(layer, depth: depth, opensLeaf: { _ in false })
        else {
            throw SourceError(
                .unsupported, at: 0,
                "this is no archive that could be compared with a folder; compare two files or two "
                    + "folders")
        }
        guard format.isFramingAccounted else {
            throw SourceError(
                .unsupported, at: 0,
                "not every byte of a \(format.title) is accounted for, so it cannot be compared "
                    + "with a folder; unpack it and compare two folders")
        }
        return format
    }
}
