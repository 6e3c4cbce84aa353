import Anatomy
import Bytes
import Codecs

extension Format {
    /// A zlib stream (RFC 1950), which nothing may follow.
    ///
    /// Two bytes make a weak mark, so the beginning of a layer is inflated to recognize it: data
    /// that fails, or ends with another checksum or before the layer does, is none.
    public static let zlib = Format(
        name: "zlib", title: "zlib compressed data", shape: .compressed,
        magic: (0...7).map { Magic([0x08 | $0 << 4]) }, access: .sequential,
        specification: "RFC 1950",
        fields: [
            FieldKind("zlib.window", "method, and size of the window", rule: zlibCompression),
            FieldKind("zlib.level", "level of the compressor", rule: zlibCompression),
            FieldKind("zlib.adler32", "checksum of the content", rule: zlibCompression),
        ],
        compressionRule: zlibCompression,
        composer: ZlibComposer(),
        recognizes: { start in ZlibHeader.begins(start.prefix(Format.lookahead)) },
        expand: { run in
            var fields = FieldList(run)
            if run.id == "zlib.header" {
                fields.add("zlib.window", 1, value: String(256 << (fields.little(1) >> 4)))
                fields.add("zlib.level", 1, value: String(fields.little(1) >> 6))
            } else {
                fields.add("zlib.adler32", 4, from: "content")
            }
            return fields.all
        },
        dissect: { layer, limits throws(SourceError) in try ZlibDissector(layer, limits) })

    private static let zlibCompression = Rule.compression(
        "zlib", parameters: "level, window, block boundaries")
}

/// The two bytes before the deflate data (RFC 1950, section 2.2).
private struct ZlibHeader {
    /// The binary logarithm of the window's size.
    let windowBits: Int32

    /// `nil` unless the method is deflate with a window that there is, the check bits fit, and no
    /// dictionary is asked for.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 2, let first = bytes.first, first & 0x0f == 8, first >> 4 <= 7,
            ByteOrder.big(bytes) % 31 == 0, ByteOrder.big(bytes) & 0x20 == 0
        else { return nil }
        windowBits = Int32(first >> 4) + 8
    }

    /// Whether a zlib stream begins with `start`, as far as that goes: fewer bytes than the look
    /// ahead of recognition are all there are.
    static func begins(_ start: Chunk) -> Bool {
        guard let header = ZlibHeader(start.prefix(2)) else { return false }
        let isWhole = start.count < Format.lookahead
        let reader = ByteReader(RangeSource(MemorySource(Array(start.dropFirst(2)))))
        let decoder = Inflate(reader, windowBits: header.windowBits)
        var sum = Adler32()
        do throws(SourceError) {
            while let chunk = try decoder.next() { sum.update(chunk) }
            let trailer = try reader.peek(5)
            if trailer.count < 4 { return !isWhole }
            return trailer.count == 4 && ByteOrder.big(trailer) == UInt64(sum.value)
        } catch {
            return error.code == .truncated && !isWhole
        }
    }
}

private final class ZlibDissector: CompressedDissector {
    /// The data; `nil` before the header and behind the trailer.
    private var decoder: Inflate?
    private var sum = Adler32()
    private var start: UInt64 = 0

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        try super.init(layer, limits, codec: "zlib")
    }

    override func decode() throws(SourceError) -> Chunk? {
        if reader.offset == 0 { try beginStream() }
        guard let decoder else { return nil }
        if let chunk = try decoder.next() {
            sum.update(chunk)
            return chunk
        }
        self.decoder = nil
        emit(.content(ByteRange(start, to: reader.offset), of: ""))
        try end()
        return nil
    }

    /// Reads the header, behind the announcement of the member that it is part of the encoding of.
    private func beginStream() throws(SourceError) {
        let bytes = try reader.take(2, "the zlib header")
        guard let header = ZlibHeader(bytes) else {
            throw SourceError(.malformed, at: 0, "this is no zlib stream; get an intact copy")
        }
        emit(.encoding(FieldRun("zlib.header", start: 0, bytes: bytes)))
        start = reader.offset
        decoder = Inflate(reader, windowBits: header.windowBits)
    }

    /// Checks the trailer, and that nothing follows it: a zlib stream has no successor.
    private func end() throws(SourceError) {
        let at = reader.offset
        let trailer = try reader.take(4, "the zlib checksum")
        guard ByteOrder.big(trailer) == UInt64(sum.value) else {
            throw SourceError(
                .malformed, at: at, "the zlib checksum is wrong; get an intact copy")
        }
        emit(.encoding(FieldRun("zlib.trailer", start: at, bytes: trailer)))
        guard try reader.peek(1).isEmpty else {
            throw SourceError(
                .trailing, at: reader.offset,
                "bytes follow the zlib stream; cut them off or get an intact copy")
        }
    }
}
