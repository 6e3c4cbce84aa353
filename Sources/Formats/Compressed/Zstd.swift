import Anatomy
import Bytes
import Codecs

extension Format {
    /// Zstandard frames and skippable frames (RFC 8878).
    ///
    /// libzstd verifies the size of the content and its checksum, where a frame has them. A frame
    /// that needs a dictionary or a window of over 128 MiB is refused.
    public static let zstd = Format(
        name: "zstd", title: "zstd compressed data", shape: .compressed,
        magic: [
            Magic(zstdMagic), Magic([0x2a, 0x4d, 0x18], at: 1), Magic([0xb5, 0x2f, 0xfd], at: 1),
        ],
        access: .sequential,
        specification: "RFC 8878",
        fields: [
            FieldKind("zstd.skippable", "a skippable frame, which decoders pass over"),
            StreamMark.kind("zstd"),
        ]
            + ZstdFields.meanings.map { FieldKind($0, $1, rule: zstdCompression) },
        compressionRule: zstdCompression,
        composer: ZstdComposer(),
        recognizes: { start in Skippable.precede(zstdMagic, start) || isLegacy(start) },
        expand: StreamMark.expanding { run in ZstdFields.expand(run) },
        dissect: { layer, limits throws(SourceError) in try ZstdDissector(layer, limits) })

    private static let zstdCompression = Rule.compression(
        "zstd", parameters: "level, window, block sizes, checksum")
}

/// What a frame begins with.
private let zstdMagic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

/// Whether a frame of a version before 0.8 begins here: 0.1, and 0.2 to 0.7, each had its own mark.
private func isLegacy(_ start: Chunk) -> Bool {
    guard let first = start.first, start.dropFirst().starts(with: zstdMagic.dropFirst()) else {
        return false
    }
    return first == 0x1e || (0x22...0x27).contains(first)
}

/// Frames, with skippable ones between them kept as fields: they carry bytes that no decoder shows.
private final class ZstdDissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "zstd", magic: zstdMagic, decoder: Unzstd.init,
            framing: { ZstdFraming(at: $0) })
    }

    override func passOver() throws(SourceError) -> Bool {
        guard try !isLegacy(reader.peek(4)) else {
            throw SourceError(
                .unsupported, at: reader.offset,
                "the zstd data is of a version before 0.8; compress it again with a newer one")
        }
        return try passSkippable("zstd.skippable")
    }
}
