import Anatomy
import Bytes
import Codecs

extension Format {
    /// Zstandard frames and skippable frames (RFC 8878).
    public static let zstd = Format(
        name: "zstd", title: "zstd compressed data", shape: .compressed,
        magic: [Magic([0x28, 0xb5, 0x2f, 0xfd])], access: .sequential,
        specification: "RFC 8878",
        fields: [FieldKind("zstd.skippable", "a skippable frame, which decoders pass over")],
        compressionRule: .compression("zstd", parameters: "level, window, frame and block sizes"),
        composer: ZstdComposer(),
        expand: { run in [run.field("zstd.skippable", 0, run.bytes.count, .own)] },
        dissect: { layer, limits throws(SourceError) in try ZstdDissector(layer, limits) })
}

/// Frames, with skippable ones between them kept as fields: they carry bytes that no decoder shows.
private final class ZstdDissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], decoder: Unzstd.init)
    }

    /// A skippable frame is held whole, so its size is bound by the limit for headers.
    override func passOver() throws(SourceError) -> Bool {
        // RFC 8878, section 3.1.2: 0x184D2A50 to 0x184D2A5F, then the size, little-endian.
        let ahead = try Array(reader.peek(8))
        guard ahead.count == 8, ahead[0] & 0xf0 == 0x50,
            ahead[1...3].elementsEqual([0x2a, 0x4d, 0x18])
        else { return false }
        let size = Int(ByteOrder.little(ahead[4..<8]))
        guard size + 8 <= limits.headerSize else {
            throw SourceError(
                .limit, at: reader.offset,
                "a skippable frame has \(size) bytes; raise --max-header to go on")
        }
        let start = reader.offset
        let bytes = try reader.take(size + 8, "a skippable zstd frame")
        emit(.fields(FieldRun("zstd.skippable", start: start, bytes: bytes)))
        return true
    }
}
