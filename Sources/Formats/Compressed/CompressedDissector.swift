import Anatomy
import Bytes
import Codecs

/// The dissector of a compressed file: frames one after another, whose contents joined are the one
/// member. What a format's frames look like is in its subclass.
class CompressedDissector: Dissector {
    /// The content, which lives as long as somebody reads it.
    private final class Content: BufferedSource {
        /// Held strongly: a content may outlive the walk that announced it.
        let owner: CompressedDissector
        init(_ owner: CompressedDissector) { self.owner = owner }
        /// Fails again with the same error once decoding has failed.
        override func produce() throws(SourceError) -> Chunk? { try owner.decodeOnce() }
    }

    /// The compressed bytes; its offset is where the next tile begins.
    let reader: ByteReader
    /// For subclasses, whose headers may have texts and extra fields of any length.
    let limits: Limits
    /// Of the layer, handed on to the member: what is inside a data.tar.gz is inside the package
    /// too.
    private let traits: Traits
    /// The name of the codec in the member's storage.
    private let codec: String
    /// Tiles made while decoding and not given out yet.
    private var parts: [Part] = []
    /// How many of `parts` were given out.
    private var given = 0
    private var hasBegun = false
    /// One for all calls of ``open()``: the bytes can be pulled only once.
    private lazy var content = Content(self)
    /// What ended decoding; thrown again at each later attempt.
    private var failure: SourceError?

    /// - Throws: ``SourceError`` if the layer cannot be read.
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

    /// The member first, before any content is decoded, then the tiles that decoding passes. Asking
    /// for a tile decodes what nobody has read.
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
            while try content.next() != nil {}
        }
        guard given < parts.count else { return nil }
        given += 1
        return parts[given - 1]
    }

    /// The content, always the same source, from where it was last read.
    func open() throws(SourceError) -> any Source { content }
}

/// The dissector of a format whose frames are decoded one by one until the layer ends.
class FrameDissector: CompressedDissector {
    /// Makes a decoder that begins at the reader's present offset and ends with its frame.
    private let makeDecoder: (ByteReader) -> Decoder
    /// The bytes that every frame begins with; they are left for the decoder to read.
    private let magic: [UInt8]
    /// The frame that is being decoded; `nil` between frames.
    private var decoder: Decoder?
    /// The offset of the present frame's first byte.
    private var start: UInt64 = 0

    /// - Parameters:
    ///   - magic: what each frame begins with, so that the next one is told from other bytes.
    ///   - decoder: called once per frame.
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

    /// Decodes frame by frame. Each frame is one tile of content; what is no frame and was not
    /// passed over is `trailing`.
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
