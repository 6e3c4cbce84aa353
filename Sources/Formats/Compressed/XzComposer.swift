import Anatomy
import Bytes
import Codecs

/// Writes xz: one stream of one block, whose LZMA2 chunks are not compressed; padding that was
/// there, with streams of nothing between two runs of it.
struct XzComposer: Composer {
    var isWrapper: Bool { true }

    /// Stream flags: CRC-64 (section 2.1.1.2).
    private static let flags: [UInt8] = [0, 4]

    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder { StoredLZMA2(sink) }

    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        guard container.runs("xz.stream").isEmpty else {
            throw Unwritable("there is no writer for several streams of xz")
        }
        return XzComposer.streamHeader
            + (container.content?.size == 0 ? [] : XzComposer.blockHeader)
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        let content = container.content ?? Encoded(size: 0, encodedSize: 0, checksum: 0)
        let padding = container.runs("xz.padding").compactMap { $0.values["xz.padding"] }
            .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            .map { [UInt8](repeating: 0, count: $0) }
        let nothing = XzComposer.streamHeader + XzComposer.end(of: nil)
        let end = XzComposer.end(of: content.size == 0 ? nil : content)
        return end + padding.joined(separator: nothing)
    }

    private static func crc(_ bytes: [UInt8]) -> [UInt8] {
        ByteOrder.littleBytes(UInt64(CRC32.of(bytes)), 4)
    }

    /// Section 2.1.1.
    private static var streamHeader: [UInt8] {
        [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] + flags + crc(flags)
    }

    /// Section 3.1: 12 bytes with one filter, LZMA2, for a dictionary of 64 KiB.
    private static var blockHeader: [UInt8] {
        let header: [UInt8] = [2, 0, 0x21, 1, 8, 0, 0, 0]
        return header + crc(header)
    }

    /// What follows the data of the block, or the header of a stream without one: padding and
    /// check, index, footer.
    private static func end(of content: Encoded?) -> [UInt8] {
        var bytes: [UInt8] = []
        var records: [UInt8] = [0, content == nil ? 0 : 1]
        if let content {
            bytes += filler(content.encodedSize) + ByteOrder.littleBytes(content.checksum, 8)
            let unpadded = UInt64(blockHeader.count) + content.encodedSize + 8
            records += varint(unpadded) + varint(content.size)
        }
        records += filler(UInt64(records.count))
        let footer = ByteOrder.littleBytes(UInt64(records.count + 4) / 4 - 1, 4) + flags
        return bytes + records + crc(records) + crc(footer) + footer + Array("YZ".utf8)
    }

    /// Zeros up to the next multiple of four.
    private static func filler(_ count: UInt64) -> [UInt8] {
        [UInt8](repeating: 0, count: Int((4 - count % 4) % 4))
    }

    /// Section 1.2: seven bits per byte, least significant first.
    private static func varint(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
