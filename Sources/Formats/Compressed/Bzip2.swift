import Anatomy
import Bytes
import Codecs

extension Format {
    /// bzip2 streams, one after another.
    ///
    /// Blocks and the checksum of the stream are aligned to bits, so they are one tile; libbz2
    /// verifies the checksums of both.
    public static let bzip2 = Format(
        name: "bzip2", title: "bzip2 compressed data", shape: .compressed,
        magic: [Magic(Array("BZh".utf8))], access: .sequential,
        specification: "https://sourceware.org/bzip2/manual/manual.html",
        fields: [
            StreamMark.kind("bzip2"),
            FieldKind("bzip2.magic", "mark of a stream's beginning", rule: bzip2Compression),
            FieldKind("bzip2.block-size", "largest size of a block", rule: bzip2Compression),
        ],
        compressionRule: bzip2Compression,
        recognizes: { start in
            // A level digit, then the mark of a block or of the end of an empty stream.
            let head = Array(start.prefix(10))
            return head.count == 10 && (0x31...0x39).contains(head[3])
                && (head[4...].elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                    || head[4...].elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
        },
        expand: StreamMark.expanding { run in
            var fields = FieldList(run)
            fields.add("bzip2.magic", 3, from: "bzip2")
            let level = run.bytes.last.map { Int($0) - 0x30 } ?? 0
            fields.add("bzip2.block-size", 1, value: String(level * 100_000))
            return fields.fields
        },
        dissect: { layer, limits throws(SourceError) in try Bzip2Dissector(layer, limits) })

    private static let bzip2Compression = Rule.compression(
        "bzip2", parameters: "block size")
}

/// Streams only: bzip2 has no padding between them, so nothing is passed over.
private final class Bzip2Dissector: FrameDissector {
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(
            layer, limits, codec: "bzip2", magic: Array("BZh".utf8), decoder: Unbzip2.init,
            framing: { Bzip2Framing(at: $0) })
    }
}

/// The header of a stream; all behind it is content.
private final class Bzip2Framing: Framing {
    override func length(_ beginning: [UInt8]) -> Int? { 4 }
    override func name(_ piece: [UInt8]) -> String? { "bzip2.header" }
    override func pass(_ piece: [UInt8]) -> UInt64 { .max }
}
