import Anatomy
import Bytes
import Codecs

/// The dissector of a format whose frames are decoded one by one until the layer ends.
class FrameDissector: CompressedDissector {
    private let codec: String
    private let magic: [UInt8]
    private let makeDecoder: (ByteReader) -> Decoder
    private let makeFraming: (UInt64) -> Framing
    /// The frame that is being decoded, and its framing, which sees each byte as it is used up.
    private var decoder: Decoder?
    private var framing = Framing(at: 0)

    init(
        _ layer: Layer, _ limits: Limits, codec: String, magic: [UInt8],
        decoder: @escaping (ByteReader) -> Decoder,
        framing: @escaping (UInt64) -> Framing = { Framing(at: $0) }
    ) throws(SourceError) {
        self.codec = codec
        self.magic = magic
        makeDecoder = decoder
        makeFraming = framing
        try super.init(layer, limits, codec: codec)
    }

    /// Emits what stands between two frames and is neither; `false` when there is nothing.
    func passOver() throws(SourceError) -> Bool { false }

    /// Emits a skippable frame of zstd and LZ4 as a run: `false` if there is none.
    ///
    /// It is held whole, so its size is bound by the limit for headers: it carries bytes that no
    /// decoder shows.
    final func passSkippable(_ id: String) throws(SourceError) -> Bool {
        guard let length = Skippable.length(try reader.peek(8)) else { return false }
        guard length <= UInt64(limits.headerSize) else {
            throw SourceError(
                .limit, at: reader.offset,
                "a skippable frame has \(length) bytes; raise --max-header to go on")
        }
        let start = reader.offset
        let bytes = try reader.take(Int(length), "a skippable \(codec) frame")
        emit(.fields(FieldRun(id, start: start, bytes: bytes)))
        return true
    }

    /// Refuses a frame whose beginning says that it cannot be decoded, before it is tried.
    func check() throws(SourceError) {}

    override func decode() throws(SourceError) -> Chunk? {
        while true {
            if let decoder {
                if let chunk = try decoder.next() { return chunk }
                framing.finish(at: reader.offset) { emit($0) }
                self.decoder = nil
            }
            if try passOver() { continue }
            let ahead = try reader.peek(magic.count)
            guard !ahead.isEmpty else { return nil }
            guard ahead.elementsEqual(magic) else {
                throw SourceError(
                    .trailing, at: reader.offset,
                    "bytes that are no \(codec) frame follow the last one; readers disagree about "
                        + "them")
            }
            try beginFrame()
        }
    }

    /// Begins to decode the frame that the reader stands at.
    private func beginFrame() throws(SourceError) {
        try check()
        markStream()
        framing = makeFraming(reader.offset)
        let decoder = makeDecoder(reader)
        // The decoder is the dissector's own, and ends with it.
        decoder.onUse = { [unowned self] bytes in framing.take(bytes) { emit($0) } }
        self.decoder = decoder
    }
}

/// The skippable frames that zstd (RFC 8878, section 3.1.2) and LZ4 share.
enum Skippable {
    /// The length of the skippable frame that `start` begins with, its header of 8 bytes included;
    /// `nil` if it begins with none.
    static func length(_ start: Chunk) -> UInt64? {
        let head = Array(start.prefix(8))
        // 0x184D2A50 to 0x184D2A5F, then the size, little-endian.
        guard head.count == 8, head[0] & 0xf0 == 0x50,
            head[1...3].elementsEqual([0x2a, 0x4d, 0x18])
        else { return nil }
        return ByteOrder.little(head[4..<8]) + 8
    }

    /// Whether a frame with `magic` comes behind skippable ones, or at once. Both codecs begin with
    /// such frames, so what follows them decides which it is.
    static func precede(_ magic: [UInt8], _ start: Chunk) -> Bool {
        var rest = start
        while let length = length(rest), length < UInt64(rest.count) {
            rest = rest.dropFirst(Int(length))
        }
        return rest.starts(with: magic)
    }
}
