import Bytes

/// The framing of one .xz stream: headers, what ends a block, index and footer.
///
/// Where the data of a block ends shows in the chunks of LZMA2, which every chain of filters ends
/// with (section 5.3.1); they are no tiles of their own.
final class XzFraming: Framing {
    /// What comes next.
    private enum Stage { case header, block, chunk, blockEnd, record, indexEnd, footer, end }

    private var stage = Stage.header
    /// Bytes of a block's check.
    private var checkSize = 0
    /// Bytes of the block's data so far.
    private var dataSize: UInt64 = 0
    /// Records of the index that are still to come.
    private var records: UInt64 = 0
    /// Bytes of the index so far.
    private var indexSize = 0

    override func length(_ beginning: [UInt8]) -> Int? {
        switch stage {
        case .header, .footer: return 12
        case .block:
            guard let first = beginning.first else { return 1 }
            // Section 3.1.1: a size of 0 is the indicator of the index (section 4.1).
            return first == 0 ? XzNumber.end(of: 1, beginning, at: 1) : (Int(first) + 1) * 4
        case .chunk: return XzFraming.chunkHeader(beginning)
        case .blockEnd: return XzFraming.padding(dataSize) + checkSize
        case .record: return XzNumber.end(of: 2, beginning, at: 0)
        case .indexEnd: return XzFraming.padding(UInt64(indexSize)) + 4
        case .end: return nil
        }
    }

    override func name(_ piece: [UInt8]) -> String? {
        switch stage {
        case .header: "xz.stream-header"
        case .block: piece.first == 0 ? "xz.index-header" : "xz.block-header"
        case .chunk, .end: nil
        case .blockEnd: "xz.block-end"
        case .record: "xz.index-record"
        case .indexEnd: "xz.index-end"
        case .footer: "xz.stream-footer"
        }
    }

    override func pass(_ piece: [UInt8]) -> UInt64 {
        switch stage {
        case .header:
            checkSize = XzFields.checkSize(piece[7])
            stage = .block
        case .block where piece[0] == 0:
            records = XzNumber.read(piece, at: 1)?.value ?? 0
            indexSize = piece.count
            stage = records > 0 ? .record : .indexEnd
        case .block:
            dataSize = 0
            stage = .chunk
        case .chunk: return passChunk(piece)
        case .blockEnd: stage = .block
        case .record:
            // Only its remainder counts, so that no number of records is too many.
            indexSize = (indexSize + piece.count) % 4
            records -= 1
            if records == 0 { stage = .indexEnd }
        case .indexEnd: stage = .footer
        case .footer, .end: stage = .end
        }
        return 0
    }

    /// The header of an LZMA2 chunk: its control byte says what follows.
    private static func chunkHeader(_ beginning: [UInt8]) -> Int? {
        switch beginning.first {
        case nil, 0: 1
        // Uncompressed, with a new dictionary or the old one: 2 bytes of size.
        case 1, 2: 3
        // Compressed: sizes, and from 0xc0 on a byte of properties.
        case let control? where control >= 0x80: control >= 0xc0 ? 6 : 5
        default: nil
        }
    }

    /// Counts a chunk, and returns the size of what is in it.
    private func passChunk(_ piece: [UInt8]) -> UInt64 {
        dataSize += UInt64(piece.count)
        guard piece[0] != 0 else {
            let isEmpty = XzFraming.padding(dataSize) + checkSize == 0
            stage = isEmpty ? .block : .blockEnd
            return 0
        }
        let size = ByteOrder.big(piece[0] < 0x80 ? piece[1..<3] : piece[3..<5]) + 1
        dataSize += size
        return size
    }

    /// Zeros behind `size` bytes, up to a multiple of four.
    private static func padding(_ size: UInt64) -> Int { Int((4 - size % 4) % 4) }
}

/// The numbers of variable length of section 1.2: seven bits per byte, the lowest first, at most
/// nine bytes.
enum XzNumber {
    /// A number at `offset`, and where it ends; `nil` if it does not end in `bytes`.
    static func read(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int)
        -> (value: UInt64, end: Int)?
    {
        var value: UInt64 = 0
        for (index, byte) in bytes.dropFirst(offset).prefix(9).enumerated() {
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte & 0x80 == 0 { return (value, offset + index + 1) }
        }
        return nil
    }

    /// Where `count` numbers end that stand one behind another from `offset` on; while they do not
    /// end, one byte behind what is there. `nil` for a number of over nine bytes.
    static func end(of count: Int, _ beginning: [UInt8], at offset: Int) -> Int? {
        var end = offset
        for _ in 0..<count {
            guard let number = read(beginning, at: end) else {
                return beginning.count - end < 9 ? max(beginning.count, end) + 1 : nil
            }
            end = number.end
        }
        return end
    }
}
