import Anatomy
import Bytes

/// A dissector seen as a sequence of what is compared: the container's runs and its members.
final class Cursor {
    /// One thing to compare.
    enum Item {
        case run(FieldRun)
        case member(Member)
    }

    /// The container's layer.
    let layer: Layer
    /// The format whose dissector is pulled.
    let format: Format
    private let dissector: any Dissector
    /// The item that the cursor stands at; `nil` behind the last.
    private(set) var head: Item?
    /// How many members were announced before ``head``.
    private(set) var index = 0
    /// How many items were passed.
    private(set) var passed = 0
    /// The encoded bytes met since the last member, of compressed formats and encoded members:
    /// tiles of content and of its framing, adjacent ones joined.
    private(set) var encoded: [ByteRange] = []

    /// Stands at the first item at once.
    ///
    /// - Throws: ``SourceError`` if the dissector refuses the layer.
    init(_ layer: Layer, _ format: Format, _ engine: Engine) throws(SourceError) {
        self.layer = layer
        self.format = format
        dissector = try format.dissector(of: layer, engine.limits)
        try fetch()
    }

    /// Goes to the next item.
    func advance() throws(SourceError) {
        if case .member = head { index += 1 }
        passed += 1
        try fetch()
    }

    /// Pulls tiles up to the next item. Carried runs are passed over: their member has them too.
    private func fetch() throws(SourceError) {
        if case .member = head { encoded = [] }
        while let part = try dissector.next() {
            switch part {
            case .carried: continue
            case .content(let range, _): encoded.join(range)
            case .encoding(let run): encoded.join(run.range)
            case .fields(let run):
                head = .run(run)
                return
            case .member(let member):
                head = .member(member)
                return
            }
        }
        head = nil
    }

    /// The content of the member at ``head``.
    func content(
        of member: Member, _ engine: Engine, readsAhead: Bool
    ) throws(SourceError) -> Engine.Content {
        try engine.content(
            of: member, index: index, in: layer, format: format, dissector: dissector,
            readsAhead: readsAhead)
    }
}
