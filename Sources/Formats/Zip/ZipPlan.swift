import Anatomy
import Bytes

/// Where everything is in a zip, found by its central directory and checked against the local
/// headers, so that readers that seek and readers that stream see the same members.
///
/// What no record accounts for (a run between two entries, or behind the end record) is no reason
/// to refuse the zip as long as it holds no mark of a record: then every reader takes it alike on
/// both sides, as something to pass over or as the end. What such readers see depends on the place
/// of the run among the members, so the order of all of them is kept (``ZipOrder``).
struct ZipPlan {
    /// In order of their bytes. About 150 bytes each; they are held for as long as the archive is
    /// walked.
    let entries: [ZipEntry]
    /// What stands before the zip; mostly empty.
    let prefix: ByteRange
    /// The signing block of an .apk; mostly empty.
    let block: ByteRange
    /// The run of the central directory.
    let directory: ByteRange
    /// The run of the end records, up to the end of the archive's comment.
    let end: ByteRange
    /// The size of the zip64 records at the beginning of ``end``.
    let end64Size: UInt64
    /// What follows the archive's comment; mostly empty.
    let trailer: ByteRange
    /// By place in the directory the place in ``entries``; `nil` where both orders are one.
    let directoryOrder: [Int]?
    /// How many of the first entries keep their place. A signing block pins none: what it signs is
    /// compared as a whole (``ZipSigned``), in whatever order.
    let pinned: Int

    /// Reads the end records, then the central directory, then each local header.
    ///
    /// - Throws: ``SourceError``: `ambiguous` where readers in the wild would see other members,
    /// `malformed` or `truncated` where the zip is broken, `encrypted`, `unsupported` or `limit`.
    init(_ source: any RandomSource, _ limits: Limits) throws(SourceError) {
        let start = try source.read(
            ByteRange(start: 0, length: min(source.size, ZipPrefix.lookahead)))
        prefix = ByteRange(start: 0, length: UInt64(ZipPrefix.length(of: start[...]) ?? 0))
        let finder = try ZipEnd(source, prefix: prefix.length)
        directory = finder.directory
        trailer = finder.trailer
        end = ByteRange(finder.start, to: trailer.start)
        end64Size = finder.position - finder.start
        let reader = ZipEntryReader(source: source, limits: limits, shift: finder.shift)
        let listed = try reader.entries(finder.directory, count: finder.count)
        (entries, directoryOrder) = try ZipPlan.stored(listed, from: prefix.end)
        let last = entries.last?.end ?? prefix.end
        block = try ApkBlock.find(source, from: last, to: directory.start, limits)
        let isPadding = try ZipPlan.isPadding(source, last, before: block)
        pinned = ZipOrder(entries).pinned(
            keepsAll: directoryOrder != nil || trailer.length > 0 || !isPadding
                || ZipPlan.hasGaps(entries, from: prefix.end))
    }

    /// The entries in the order in which they are stored, and the order of the directory if that is
    /// another one.
    ///
    /// Archives that were updated in place have two orders. Readers that stream go by the one,
    /// those that seek by the other, and all see the same members.
    private static func stored(
        _ listed: [ZipEntry], from start: UInt64
    ) throws(SourceError) -> ([ZipEntry], [Int]?) {
        let isSorted = zip(listed, listed.dropFirst()).allSatisfy { $0.local < $1.local }
        let order =
            isSorted
            ? Array(listed.indices)
            : listed.indices.sorted { listed[$0].local < listed[$1].local }
        let entries = isSorted ? listed : order.map { listed[$0] }
        var end = start
        for entry in entries {
            guard entry.local.start >= end else {
                throw SourceError(
                    .ambiguous, at: entry.local.start,
                    "members overlap; readers that stream and readers that seek disagree")
            }
            end = entry.end
        }
        guard !isSorted else { return (entries, nil) }
        var places = Array(repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { places[index] = place }
        return (entries, places)
    }

    /// Whether bytes lie between entries, or before the first.
    private static func hasGaps(_ entries: [ZipEntry], from start: UInt64) -> Bool {
        var offset = start
        for entry in entries {
            if entry.local.start > offset { return true }
            offset = entry.end
        }
        return false
    }

    /// Whether from `start` to where the signing block or the directory begins there is nothing, or
    /// zeros before a block: those that sign put it at a multiple of 4096 bytes.
    private static func isPadding(
        _ source: any RandomSource, _ start: UInt64, before block: ByteRange
    ) throws(SourceError) -> Bool {
        guard block.start > start else { return true }
        guard block.length > 0, block.start - start < 4096 else { return false }
        return try source.read(ByteRange(start, to: block.start)).allSatisfy { $0 == 0 }
    }
}
