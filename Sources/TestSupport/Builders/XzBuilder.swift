/// An .xz stream with its data stored, every field of it settable, true or false.
public struct XzBuilder: Sendable {
    /// One block.
    public struct Block: Sendable {
        /// What it decodes to, at most 64 KiB.
        public var content: [UInt8]
        /// The sizes in its header, where it has them.
        public var compressedSize, uncompressedSize: UInt64?
        /// The filter and its properties.
        public var filter: [UInt8] = [0x21, 1, 0x16]
        /// Bits of the flags that must be zero.
        public var reservedFlags: UInt8 = 0
        /// Another size of the header than its own, in units of four bytes.
        public var headerSize: UInt8?
        /// What fills header and data up.
        public var headerPadding: UInt8 = 0
        public var padding: UInt8 = 0
        /// What is added to the check and to the header's checksum.
        public var checkError: UInt32 = 0
        public var headerError: UInt32 = 0

        /// A block as it should be.
        public init(_ content: [UInt8]) { self.content = content }
    }

    /// The blocks.
    public var blocks: [Block]
    /// The stream's flags; the check is that of ID 1 unless the ID is 0.
    public var flags: [UInt8] = [0, 1]
    /// The flags in the footer, where they are others.
    public var footerFlags: [UInt8]?
    /// The records of the index, where they are others; and their number.
    public var records: [(unpadded: UInt64, uncompressed: UInt64)]?
    public var count: UInt64?
    /// What fills the index up.
    public var indexPadding: UInt8 = 0
    /// Another size of the index, as it is stored.
    public var backwardSize: UInt32?
    /// What is added to the checksums of header, index and footer.
    public var headerError: UInt32 = 0
    public var indexError: UInt32 = 0
    public var footerError: UInt32 = 0
    /// The last two bytes.
    public var footerMagic = Array("YZ".utf8)

    /// A stream as it should be.
    public init(_ contents: [[UInt8]]) { blocks = contents.map { Block($0) } }

    /// A number of variable length.
    public static func number(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + number(value >> 7)
    }

    /// The stream.
    public func build() -> [UInt8] {
        var bytes: [UInt8] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] + flags + sum(flags, headerError)
        var found: [(unpadded: UInt64, uncompressed: UInt64)] = []
        for block in blocks {
            let made = build(block)
            bytes += made.bytes
            found.append((made.unpadded, UInt64(block.content.count)))
        }
        let records = records ?? found
        var index = [0] + XzBuilder.number(count ?? UInt64(records.count))
        for record in records {
            index += XzBuilder.number(record.unpadded) + XzBuilder.number(record.uncompressed)
        }
        index += fill(index.count, indexPadding)
        index += sum(index, indexError)
        let size = backwardSize ?? UInt32(index.count / 4 - 1)
        let footer = little(UInt64(size), 4) + (footerFlags ?? flags)
        return bytes + index + sum(footer, footerError) + footer + footerMagic
    }

    /// A block, and its size without padding.
    private func build(_ block: Block) -> (bytes: [UInt8], unpadded: UInt64) {
        var flags = block.reservedFlags
        var rest: [UInt8] = []
        if let size = block.compressedSize {
            flags |= 0x40
            rest += XzBuilder.number(size)
        }
        if let size = block.uncompressedSize {
            flags |= 0x80
            rest += XzBuilder.number(size)
        }
        rest += block.filter
        rest += fill(rest.count + 2, block.headerPadding)
        var header = [block.headerSize ?? UInt8((rest.count + 6) / 4 - 1), flags] + rest
        header += sum(header, block.headerError)
        var data: [UInt8] = []
        if !block.content.isEmpty {
            data += [1] + little(UInt64(block.content.count - 1), 2).reversed() + block.content
        }
        data.append(0)
        let check = self.flags[1] == 0 ? [] : sum(block.content, block.checkError)
        let unpadded = header.count + data.count + check.count
        return (header + data + fill(data.count, block.padding) + check, UInt64(unpadded))
    }

    private func fill(_ size: Int, _ byte: UInt8) -> [UInt8] {
        [UInt8](repeating: byte, count: (4 - size % 4) % 4)
    }

    private func sum(_ bytes: [UInt8], _ error: UInt32) -> [UInt8] {
        little(UInt64(Deflate.crc32(bytes) &+ error), 4)
    }
}
