import Bytes
import Codecs

/// The content of an entry, its size and checksum verified.
final class ZipContent: BufferedSource {
    /// The entry as the plan has it: its size and checksum are what decoding must come to.
    private let entry: ZipEntry
    /// The decoder, or `reader` itself for a stored entry.
    private let base: any Source
    /// The encoded bytes; its offset tells whether the decoder has taken all of them.
    private let reader: ByteReader
    /// Of the decoded bytes so far.
    private var crc = CRC32()
    /// Decoded bytes so far; checked with each chunk, so that a bomb ends at the size it announced.
    private var size: UInt64 = 0

    /// - Throws: ``SourceError`` with code `unsupported` for a method other than 0, 8, 12, 93 and
    /// 95 (section 4.4.5).
    init(_ source: any RandomSource, _ entry: ZipEntry) throws(SourceError) {
        self.entry = entry
        reader = ByteReader(RangeSource(source, entry.data))
        switch entry.method {
        case 0: base = reader
        case 8: base = Inflate(reader)
        case 12: base = Unbzip2(reader)
        case 93: base = Unzstd(reader)
        case 95: base = Unxz(reader)
        default:
            throw SourceError(
                .unsupported, at: entry.local.start,
                "\(entry.name.escaped) is compressed by method \(entry.method), which tally does "
                    + "not decode")
        }
    }

    /// The next decoded chunk. At the end, encoded bytes left over are `trailing`, and a wrong size
    /// or checksum is `malformed`.
    override func produce() throws(SourceError) -> Chunk? {
        guard let chunk = try base.next() else {
            guard reader.offset == entry.data.length else {
                throw SourceError(
                    .trailing, at: entry.data.start + reader.offset,
                    "bytes follow the compressed data of \(entry.name.escaped)")
            }
            guard size == entry.size, UInt64(crc.value) == entry.crc else {
                throw SourceError(
                    .malformed, at: entry.local.start,
                    "the checksum or size of \(entry.name.escaped) is wrong; get an intact copy")
            }
            return nil
        }
        crc.update(chunk)
        size += UInt64(chunk.count)
        guard size <= entry.size else {
            throw SourceError(
                .malformed, at: entry.local.start,
                "\(entry.name.escaped) is longer than the zip says; get an intact copy")
        }
        return chunk
    }
}
