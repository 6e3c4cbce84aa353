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

    let reader: ByteReader
    let limits: Limits
    private let traits: Traits
    private let codec: String
    private var parts: [Part] = []
    private var given = 0
    private var hasBegun = false
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
            return try decode()
        } catch {
            failure = error
            throw error
        }
    }

    /// Reads and emits what comes before the first content.
    func begin() throws(SourceError) {}

    /// Adds a tile to what is given out next.
    final func emit(_ part: Part) { parts.append(part) }

    func next() throws(SourceError) -> Part? {
        if !hasBegun {
            hasBegun = true
            try begin()
            emit(.member(Member(name: "", storage: .encoded(codec: codec), traits: traits)))
        }
        if given == parts.count {
            parts.removeAll(keepingCapacity: true)
            given = 0
            // What nobody read must be decoded all the same: its end is where the next tile begins.
            while try decodeOnce() != nil {}
        }
        guard given < parts.count else { return nil }
        given += 1
        return parts[given - 1]
    }

    // Made anew for who asks: a content that the dissector held too would never be freed.
    func open() throws(SourceError) -> any Source { Content(self) }
}

/// The dissector of a format whose frames are decoded one by one until the layer ends.
class FrameDissector: CompressedDissector {
    private let makeDecoder: (ByteReader) -> Decoder
    private let magic: [UInt8]
    private var decoder: Decoder?
    private var start: UInt64 = 0

    init(
        _ layer: Layer, _ limits: Limits, codec: String, magic: [UInt8],
        decoder: @escaping (ByteReader) -> Decoder
    ) throws(SourceError) {
        makeDecoder = decoder
        self.magic = magic
        try super.init(layer, limits, codec: codec)
    }

    /// Emits what stands between two frames and is neither; `false` when there is nothing.
    func passOver() throws(SourceError) -> Bool { false }

    override func decode() throws(SourceError) -> Chunk? {
        while true {
            if let decoder {
                if let chunk = try decoder.next() { return chunk }
                emit(.content(ByteRange(start, to: reader.offset), of: ""))
                self.decoder = nil
            }
            if try passOver() { continue }
            let ahead = try reader.peek(magic.count)
            guard !ahead.isEmpty else { return nil }
            guard ahead.elementsEqual(magic) else {
                throw SourceError(
                    .trailing, at: reader.offset,
                    "bytes that are no \(codecName) frame follow the last one; readers disagree "
                        + "about them")
            }
            start = reader.offset
            decoder = makeDecoder(reader)
        }
    }

    /// The format's name, for messages.
    var codecName: String { "compressed" }
}
