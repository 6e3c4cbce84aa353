import Anatomy
import Bytes

/// The signing block that an .apk has before its central directory (Android, APK Signature Scheme
/// v2): its size, pairs of an ID and a value, its size again, a mark.
enum ApkBlock {
    /// What the block ends with.
    private static let mark = Array("APK Sig Block 42".utf8)
    /// The size in front, which counts all but itself; the size behind, and the mark.
    private static let headSize = 8, tailSize = 24
    /// The size in front of a pair, which counts all but itself, and its ID.
    private static let pairSize = 8, idSize = 4

    /// The run of the block; empty, and at `end`, if there is none.
    ///
    /// - Parameters:
    ///   - start: where the last entry ends.
    ///   - end: where the central directory begins.
    static func find(
        _ source: any RandomSource, from start: UInt64, to end: UInt64, _ limits: Limits
    ) throws(SourceError) -> ByteRange {
        let none = ByteRange(start: end, length: 0)
        guard end >= start, end - start >= UInt64(headSize + tailSize) else { return none }
        let tail = try source.read(ByteRange(end - UInt64(tailSize), to: end))
        guard tail.suffix(mark.count) == mark[...] else { return none }
        let size = ByteOrder.little(tail.prefix(8))
        guard size >= UInt64(tailSize), size <= end - start - UInt64(headSize) else {
            throw broken(at: end)
        }
        guard size <= UInt64(limits.headerSize) else {
            throw SourceError(
                .limit, at: end,
                "a signing block has more than \(limits.headerSize) bytes; raise --max-header to "
                    + "go on")
        }
        let range = ByteRange(start: end - size - UInt64(headSize), length: size + UInt64(headSize))
        let bytes = try source.read(range)
        guard ByteOrder.little(bytes.prefix(8)) == size, let pairs = pairs(bytes) else {
            throw broken(at: range.start)
        }
        guard Set(pairs.map(\.id)).count == pairs.count else {
            throw SourceError(
                .ambiguous, at: range.start,
                "a signing block has one ID twice; readers disagree which one counts")
        }
        guard !ZipRecord.holdsMark(bytes[...]) else {
            throw SourceError(
                .ambiguous, at: range.start, "a signing block holds the mark of a zip's record")
        }
        return range
    }

    private static func broken(at offset: UInt64) -> SourceError {
        SourceError(.malformed, at: offset, "the signing block is broken; get an intact copy")
    }

    /// The pairs of a block, each with the run of its size, its ID and its value; `nil` if they do
    /// not fill it.
    private static func pairs(_ bytes: [UInt8]) -> [(id: UInt64, range: Range<Int>)]? {
        var pairs: [(UInt64, Range<Int>)] = []
        var at = headSize
        let end = bytes.count - tailSize
        while at < end {
            guard end - at >= pairSize + idSize else { return nil }
            let size = ByteOrder.little(bytes[at..<at + pairSize])
            guard size >= UInt64(idSize), size <= UInt64(end - at - pairSize) else { return nil }
            let next = at + pairSize + Int(size)
            pairs.append((ByteOrder.little(bytes[at + pairSize..<at + 12]), at..<next))
            at = next
        }
        return at == end ? pairs : nil
    }

    /// The fields of a block, which ``find(_:from:to:_:)`` has looked through.
    static func expand(_ run: FieldRun) -> [Field] {
        let tail = run.bytes.count - tailSize
        let middle = (pairs(run.bytes) ?? []).flatMap { id, range in
            let body = range.dropFirst(pairSize)
            return [
                run.field("apk.pair.size", range.lowerBound, pairSize, .derived(from: "apk.pair")),
                run.field(name(of: id, run.bytes[body]), body.lowerBound, body.count, .own),
            ]
        }
        return [run.field("apk.size", 0, headSize, .derived(from: "apk.pair"))] + middle + [
            run.field("apk.size", tail, 8, .derived(from: "apk.pair")),
            run.field("apk.magic", tail + 8, mark.count, .derived(from: "apk.pair")),
        ]
    }

    /// The field of a pair. One that no reader of signatures asks for stands for itself, whatever
    /// it is: channel names, dependency lists and payloads have been seen there.
    private static func name(of id: UInt64, _ body: ArraySlice<UInt8>) -> String {
        switch id {
        // Versions 2, 3 and 3.1 of the scheme.
        case 0x7109_871a, 0xf053_68c0, 0x1b93_ad61: "apk.signature"
        // Zeros that bring the block to a multiple of 4096 bytes.
        case 0x4272_6577 where body.dropFirst(idSize).allSatisfy { $0 == 0 }: "apk.padding"
        default: "apk.pair"
        }
    }
}
