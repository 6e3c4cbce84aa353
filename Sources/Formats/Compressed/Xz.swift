import Anatomy
import Bytes
import Codecs

extension Format {
    /// The .xz file format, version 1.1.0.
    ///
    /// Streams are verified by liblzma to the last byte of their framing: blocks against index,
    /// index against footer, footer against header. How the content is cut into blocks, checked and
    /// filtered is a parameter of the compression. Padding between and behind streams is a field.
    public static let xz = Format(
        name: "xz", title: "xz compressed data", shape: .compressed,
        magic: [Magic(xzMagic)], access: .sequential,
        specification: "https://tukaani.org/xz/xz-file-format.txt",
        fields: [FieldKind("xz.padding", "zeros behind a stream"), StreamMark.kind("xz")]
            + XzFields.meanings.map { FieldKind($0, $1, rule: xzCompression) },
        compressionRule: xzCompression,
        composer: XzComposer(),
        expand: StreamMark.expanding { run in
            guard run.id == "xz.padding" else { return XzFields.expand(run) }
            let length = Array(String(run.range.length).utf8)
            let role = Field.Role.value(attribute: "xz.padding", canonical: length)
            return [Field("xz.padding", run.range, [], role)]
        },
        dissect: { layer, limits throws(SourceError) in try XzDissector(layer, limits) })

    private static let xzCompression = Rule.compression(
        "xz", parameters: "level, block size, check, filters")
}

/// What a stream begins with (section 2.1.1.1).
private let xzMagic: [UInt8] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]

/// Streams one after another, and the zeros between them (section 2.2, "Stream Padding").
private final class XzDissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "xz", magic: xzMagic, decoder: Unxz.init,
            framing: { XzFraming(at: $0) })
    }

    /// Stream padding comes in groups of four zero bytes; a remainder is left to be refused as
    /// `trailing`.
    override func passOver() throws(SourceError) -> Bool {
        let start = reader.offset
        while try reader.peek(4).elementsEqual([0, 0, 0, 0]) { reader.drop(4) }
        guard reader.offset > start else { return false }
        emit(.fields(FieldRun(zeros: "xz.padding", ByteRange(start, to: reader.offset))))
        return true
    }
}
