import Anatomy
import Bytes
import Codecs

extension Format {
    /// The .xz file format, version 1.1.0.
    ///
    /// Streams, blocks, index and padding are verified by liblzma; all of them are parameters of
    /// the compression, so the layer is one tile of content.
    public static let xz = Format(
        name: "xz", title: "xz compressed data", shape: .compressed,
        magic: [Magic([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])], access: .sequential,
        specification: "https://tukaani.org/xz/xz-file-format.txt",
        fields: [],
        compressionRule: .compression("xz", parameters: "level, block size, check, filters"),
        expand: { _ in [] },
        dissect: { layer, limits throws(SourceError) in try XzDissector(layer, limits) })
}

/// One decoder from the first byte to the last: liblzma joins the streams itself.
private final class XzDissector: CompressedDissector {
    private lazy var decoder = Unxz(reader)
    private var hasEnded = false

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(layer, limits, codec: "xz")
    }

    override func decode() throws(SourceError) -> Chunk? {
        if let chunk = try decoder.next() { return chunk }
        if !hasEnded {
            hasEnded = true
            emit(.content(ByteRange(start: 0, length: reader.offset), of: ""))
        }
        return nil
    }
}
