import Anatomy
import Bytes
import Codecs

extension Format {
    /// bzip2 streams, one after another.
    public static let bzip2 = Format(
        name: "bzip2", title: "bzip2 compressed data", shape: .compressed,
        magic: [Magic(Array("BZh".utf8))], access: .sequential,
        specification: "https://sourceware.org/bzip2/manual/manual.html",
        fields: [],
        compressionRule: .compression("bzip2", parameters: "block size, number of streams"),
        recognizes: { start in
            // A level digit, then the mark of a block or of the end of an empty stream.
            let head = Array(start.prefix(10))
            return head.count == 10 && (0x31...0x39).contains(head[3])
                && (head[4...].elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                    || head[4...].elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
        },
        expand: { _ in [] },
        dissect: { layer, limits throws(SourceError) in try Bzip2Dissector(layer, limits) })
}

/// Streams only: bzip2 has no padding between them, so nothing is passed over.
private final class Bzip2Dissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "bzip2", magic: Array("BZh".utf8), decoder: Unbzip2.init)
    }
}
