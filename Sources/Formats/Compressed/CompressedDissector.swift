import Anatomy
import Bytes
import Codecs

/// The dissector of a compressed file: frames one after another, whose contents joined are the one
/// member. What a format's frames look like is in its subclass.
class CompressedDissector: Dissector {
    /// The content, which lives as long as somebody reads it.
    private final class Content: BufferedSource {
        let owner: CompressedDissector
        init(_ owner: CompressedDissector) { self.owner = owner }
        override func produce() throws(SourceError) -> Chunk? { try owner.decodeOnce() }
    }

    /// How many tiles of the encoding may wait while the content is read; what follows them becomes
    /// one tile of content.
    private static let tileLimit = 4096
    /// How many bytes of fields may wait while the content is read: they cannot be given out
    /// before.
    private static let fieldLimit = 256 << 20

    let reader: ByteReader
    let limits: Limits
    private let traits: Traits
    private let codec: String
    private var parts: [Part] = []
    private var given = 0
    /// Memory of the fields among ``parts``, in bytes.
    private var fieldSize = 0
    private var hasBegun = false
    /// Bytes decoded, and streams begun, so far.
    private var decoded: UInt64 = 0
    private var streams = 0
    private var failure: SourceError?

    init(_ layer: Layer, _ limits: Limits, codec: String) throws(SourceError) {
        reader = try layer.reader()
        traits = layer.traits
        self.limits = limits
        self.codec = codec
    }

    /// Decodes some content; emits the tiles that it passes. `nil` at the end of the layer.
    func decode() throws(SourceError) -> Chunk? {
        preconditionFailure("a compressed format decodes")
    }

    /// Decodes, unless that has failed before: what follows a failure means nothing.
    private func decodeOnce() throws(SourceError) -> Chunk? {
        if let failure { throw failure }
        do throws(SourceError) {
            guard fieldSize <= CompressedDissector.fieldLimit else {
                throw SourceError(
                    .limit, at: reader.offset,
                    "the headers of the \(codec) data take over "
                        + "\(CompressedDissector.fieldLimit >> 20) MiB; this cannot be raised")
            }
            guard let chunk = try decode() else { return nil }
            decoded += UInt64(chunk.count)
            return chunk
        } catch {
            failure = error
            throw error
        }
    }

    /// Reads and emits what comes before the first content.
    func begin() throws(SourceError) {}

    /// Marks that a stream begins here; the first needs no mark at the beginning of the layer.
    final func markStream() {
        if streams > 0 || reader.offset > 0 {
            emit(.fields(StreamMark.run(codec, at: reader.offset, decoded: decoded)))
        }
        streams += 1
    }

    /// Whether no stream was begun before the present one.
    final var isFirstStream: Bool { streams <= 1 }

    /// Adds a tile to what is given out next.
    final func emit(_ part: Part) {
        switch part {
        case .encoding(let run) where parts.count >= CompressedDissector.tileLimit:
            emitCoarse(run.range)
        case .content(let range, _) where parts.count >= CompressedDissector.tileLimit:
            emitCoarse(range)
        case .fields(let run):
            // Beside its bytes a run takes about so much.
            fieldSize += run.bytes.count + 200
            parts.append(part)
        default: parts.append(part)
        }
    }

    /// Adds a tile of content, or makes the last one longer.
    private func emitCoarse(_ range: ByteRange) {
        if case .content(let last, _) = parts.last, last.end == range.start {
            parts[parts.count - 1] = .content(ByteRange(last.start, to: range.end), of: "")
        } else {
            parts.append(.content(range, of: ""))
        }
    }

    func next() throws(SourceError) -> Part? {
        if !hasBegun {
            hasBegun = true
            try begin()
            emit(.member(Member(name: "", storage: .encoded(codec: codec), traits: traits)))
        }
        if given == parts.count {
            parts.removeAll(keepingCapacity: true)
            given = 0
            fieldSize = 0
            // What nobody read must be decoded all the same: its end is where the next tile begins.
            try fill()
        }
        guard given < parts.count else { return nil }
        given += 1
        return parts[given - 1]
    }

    /// Decodes until there is a tile. One found before a failure is given out before it is thrown.
    private func fill() throws(SourceError) {
        do throws(SourceError) {
            while parts.isEmpty, try decodeOnce() != nil {}
        } catch {
            guard !parts.isEmpty else { throw error }
        }
    }

    // Made anew for who asks: a content that the dissector held too would never be freed.
    func open() throws(SourceError) -> any Source { Content(self) }
}
