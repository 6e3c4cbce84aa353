import Anatomy
import Bytes
import Codecs

extension Format {
    /// The .xz file format, version 1.1.0.
    ///
    /// Blocks and index are verified by liblzma; they are parameters of the compression, so each
    /// stream is one tile of content. Padding between and behind streams is a field.
    public static let xz = Format(
        name: "xz", title: "xz compressed data", shape: .compressed,
        magic: [Magic([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])], access: .sequential,
        specification: "https://tukaani.org/xz/xz-file-format.txt",
        fields: [FieldKind("xz.padding", "zeros behind a stream")],
        compressionRule: .compression("xz", parameters: "level, block size, check, filters"),
        composer: XzComposer(),
        expand: { run in
            let length = Array(String(run.range.length).utf8)
            let role = Field.Role.value(attribute: "xz.padding", canonical: length)
            return [Field("xz.padding", run.range, [], role)]
        },
        dissect: { layer, limits throws(SourceError) in try XzDissector(layer, limits) })
}

/// Streams one after another, and the zeros between them (section 2.2, "Stream Padding").
private final class XzDissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
            decoder: Unxz.init)
    }

    override var codecName: String { "xz" }

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
