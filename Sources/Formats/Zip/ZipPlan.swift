import Anatomy
import Bytes

/// Where everything is in a zip, found by its central directory and checked against the local
/// headers, so that readers that seek and readers that stream see the same members.
struct ZipPlan {
    /// In order of their bytes, which must be the order of the central directory too. About 150
    /// bytes each; they are held for as long as the archive is walked.
    let entries: [ZipEntry]
    /// The run of the central directory, and of all that ends the archive.
    let directory, end: ByteRange
    /// The size of the zip64 records at the beginning of ``end``.
    let end64Size: UInt64

    /// Reads the end records, then the central directory, then each local header.
    ///
    /// - Throws: ``SourceError``: `ambiguous` where readers in the wild would see other members,
    /// `malformed` or `truncated` where the zip is broken, `encrypted`, `unsupported` or `limit`.
    init(_ source: any RandomSource, _ limits: Limits) throws(SourceError) {
        let finder = try ZipEnd(source)
        directory = finder.directory
        end = ByteRange(finder.start, to: source.size)
        end64Size = finder.position - finder.start
        let reader = ZipEntryReader(source: source, limits: limits)
        entries = try reader.entries(finder.directory, count: finder.count)
    }
}

/// The end of central directory record (section 4.3.16), with its zip64 twin.
private struct ZipEnd {
    /// Where the end of central directory record begins.
    let position: UInt64
    /// Where the central directory has to end: at the zip64 end record if there is one, else at
    /// ``position``.
    let start: UInt64
    /// The run of the central directory, as the end records give it.
    let directory: ByteRange
    /// Entries that the end records announce.
    let count: UInt64

    /// Finds the records and the directory in at most three reads: the last 65,557 bytes, the
    /// locator, the zip64 record.
    init(_ source: any RandomSource) throws(SourceError) {
        let size = source.size
        guard size >= UInt64(ZipRecord.endSize) else {
            throw SourceError(.truncated, at: size, "the file is too short for a zip")
        }
        let tailLength = min(size, UInt64(ZipRecord.endSize + 0xffff))
        let tail = try source.read(ByteRange(size - tailLength, to: size))
        let record = try ZipEnd.find(tail, from: size - tailLength)
        position = size - tailLength + UInt64(record)
        let bytes = tail[record...]
        func number(_ offset: Int, _ length: Int) -> UInt64 {
            ByteOrder.little(bytes[record + offset..<record + offset + length])
        }
        guard number(4, 2) == 0, number(6, 2) == 0, number(8, 2) == number(10, 2) else {
            throw SourceError(
                .unsupported, at: position, "the zip is one part of several; join them first")
        }
        let short = [number(10, 2), number(12, 4), number(16, 4)]
        let wide = try ZipEnd.wide(source, before: position, short)
        let values = wide?.values ?? short
        start = wide?.start ?? position
        count = values[0]
        guard values[2] <= start, values[1] <= start - values[2] else {
            throw SourceError(.malformed, at: position, "the central directory is not in the file")
        }
        directory = ByteRange(start: values[2], length: values[1])
        guard directory.end == start else {
            throw SourceError(
                .ambiguous, at: directory.end,
                "the central directory does not end where its end record begins; readers disagree "
                    + "where it is")
        }
    }

    /// The index of the one end record in `tail` whose comment reaches exactly to the end of the
    /// file. A signature behind it, or a second one that fits, is `ambiguous`: readers search in
    /// other directions.
    private static func find(_ tail: [UInt8], from offset: UInt64) throws(SourceError) -> Int {
        let candidates = tail.indices.dropLast(ZipRecord.endSize - 1).filter {
            tail[$0] == 0x50 && tail[$0...].starts(with: ZipRecord.endSignature)
        }
        let fitting = candidates.filter {
            $0 + ZipRecord.endSize + Int(ByteOrder.little(tail[$0 + 20..<$0 + 22])) == tail.count
        }
        guard let record = fitting.first else {
            throw SourceError(
                .malformed, at: offset + UInt64(tail.count),
                "no end record fits the end of the zip: it is cut off, or bytes follow it")
        }
        guard candidates.last == record, fitting.count == 1 else {
            throw SourceError(
                .ambiguous, at: offset + UInt64(record),
                "the zip has two end records; readers disagree which one counts")
        }
        return record
    }

    /// The zip64 end record (section 4.3.14) found by its locator (section 4.3.15): entries, size
    /// and offset of the directory, and where the record begins; `nil` if there is no locator.
    ///
    /// - Parameter short: the same three numbers from the short record, which have to agree or be
    /// markers (all bits set).
    private static func wide(
        _ source: any RandomSource, before position: UInt64, _ short: [UInt64]
    ) throws(SourceError) -> (values: [UInt64], start: UInt64)? {
        guard position >= UInt64(ZipRecord.locatorSize) else { return nil }
        let at = position - UInt64(ZipRecord.locatorSize)
        let locator = try source.read(ByteRange(at, to: position))
        guard locator.starts(with: ZipRecord.locatorSignature) else {
            guard short[0] != 0xffff, !short.contains(0xffff_ffff) else {
                throw SourceError(.ambiguous, at: position, "the zip64 end record is missing")
            }
            return nil
        }
        let start = ByteOrder.little(locator[8..<16])
        guard ByteOrder.little(locator[4..<8]) == 0, ByteOrder.little(locator[16..<20]) == 1 else {
            throw SourceError(
                .unsupported, at: at, "the zip is one part of several; join them first")
        }
        guard start <= at, at - start >= UInt64(ZipRecord.end64Size), at - start <= 1 << 20 else {
            throw SourceError(.malformed, at: at, "the zip64 end record is not where it should be")
        }
        let record = try source.read(ByteRange(start, to: at))
        guard record.starts(with: ZipRecord.end64Signature),
            ByteOrder.little(record[4..<12]) == UInt64(record.count - 12),
            record[16..<24].allSatisfy({ $0 == 0 }), record[24..<32].elementsEqual(record[32..<40])
        else { throw SourceError(.malformed, at: start, "the zip64 end record is broken") }
        let values = [32, 40, 48].map { ByteOrder.little(record[$0..<$0 + 8]) }
        for (wide, pair) in zip(values, zip(short, [UInt64(0xffff), 0xffff_ffff, 0xffff_ffff]))
        where pair.0 != wide && pair.0 != pair.1 {
            throw SourceError(
                .ambiguous, at: start, "the two end records of the zip contradict each other")
        }
        return (values, start)
    }
}

/// Reads entries and checks that local headers and central directory say the same.
private struct ZipEntryReader {
    /// The whole layer, for local headers and descriptors, which lie outside the directory.
    let source: any RandomSource
    /// Only the limit on members is looked at.
    let limits: Limits

    /// All entries of the directory.
    ///
    /// - Throws: ``SourceError`` with code `limit` before anything is read if `count` is past it,
    /// and `ambiguous` for two entries of one name, for entries that overlap or come in another
    /// order than their data, and for bytes behind the last entry.
    func entries(_ directory: ByteRange, count: UInt64) throws(SourceError) -> [ZipEntry] {
        guard count <= UInt64(limits.members) else {
            throw SourceError(
                .limit, at: directory.start,
                "more than \(limits.members) members; raise --max-members to go on")
        }
        var entries: [ZipEntry] = []
        var names: Set<ByteString> = []
        let reader = ByteReader(RangeSource(source, directory))
        for _ in 0..<count {
            let entry = try self.entry(reader, directory: directory.start)
            guard names.insert(entry.name).inserted else {
                throw SourceError(
                    .ambiguous, at: entry.record.start,
                    "the zip has two members named \(entry.name.escaped); readers disagree which "
                        + "one counts")
            }
            if let last = entries.last, last.end > entry.local.start {
                throw SourceError(
                    .ambiguous, at: entry.local.start,
                    "members overlap, or the central directory lists them in another order than "
                        + "they are stored; readers that stream and readers that seek disagree")
            }
            entries.append(entry)
        }
        guard reader.offset == directory.length else {
            throw SourceError(
                .ambiguous, at: directory.start + reader.offset,
                "the central directory holds more than the entries that it counts")
        }
        return entries
    }

    /// The next entry of the directory, checked and located.
    ///
    /// - Parameters:
    ///   - base: the offset of the directory in the layer.
    ///   - limit: the offset that no local header or data may pass.
    private func entry(
        _ reader: ByteReader, directory: UInt64
    ) throws(SourceError) -> ZipEntry {
        let at = directory + reader.offset
        var bytes = try reader.take(ZipRecord.centralSize, "a central directory")
        guard bytes.starts(with: ZipRecord.centralSignature) else {
            throw SourceError(.malformed, at: at, "an entry of the central directory is broken")
        }
        func number(_ offset: Int, _ length: Int) -> UInt64 {
            ByteOrder.little(bytes[offset..<offset + length])
        }
        let lengths = [28, 30, 32].map { Int(number($0, 2)) }
        let rest = lengths.reduce(0, +)
        bytes += try reader.take(rest, "an entry of the central directory")
        let name = ByteString(bytes[46..<46 + lengths[0]])
        let extra = bytes[46 + lengths[0]..<46 + lengths[0] + lengths[1]]
        guard
            let wide = ZipRecord.widen(
                [number(24, 4), number(20, 4), number(42, 4)], extra: extra)
        else { throw SourceError(.malformed, at: at, "a zip64 extra field is broken") }
        var entry = ZipEntry(
            name: name, flags: number(8, 2), method: number(10, 2), crc: number(16, 4),
            compressedSize: wide[1], size: wide[0], attributes: number(38, 4),
            record: ByteRange(start: at, length: UInt64(bytes.count)),
            local: ByteRange(start: 0, length: 0), data: ByteRange(start: 0, length: 0),
            descriptor: ByteRange(start: 0, length: 0))
        try check(entry, needed: number(6, 2) & 0xff, at: at)
        try checkName(entry.name, extra, at: at)
        try locate(&entry, header: wide[2], limit: directory)
        return entry
    }

    /// A second name (extra field 0x7075) that is another one divides the readers.
    private func checkName(
        _ name: ByteString, _ extra: ArraySlice<UInt8>, at: UInt64
    ) throws(SourceError) {
        for block in ZipRecord.extras(extra) ?? [] where block.id == 0x7075 {
            guard extra[block.range].dropFirst(9).elementsEqual(name.bytes) else {
                throw SourceError(
                    .ambiguous, at: at, "\(name.escaped) has another name in an extra field")
            }
        }
    }

    /// Checks what the central header alone tells.
    ///
    /// - Parameter needed: the version needed to extract, without its host byte.
    private func check(_ entry: ZipEntry, needed: UInt64, at: UInt64) throws(SourceError) {
        // 6.3 is the last version of the format (section 4.4.3.2).
        guard needed <= 63 else {
            throw SourceError(
                .ambiguous, at: at + 6,
                "\(entry.name.escaped) asks for a version of zip that does not exist; some "
                    + "readers pass over it")
        }
        guard entry.method != 0 || entry.flags & 8 == 0 else {
            throw SourceError(
                .ambiguous, at: at,
                "\(entry.name.escaped) is stored with its size behind it; readers that stream "
                    + "cannot tell where it ends")
        }
        guard !entry.isDirectory || entry.compressedSize > 0 || entry.crc == 0 else {
            throw SourceError(
                .malformed, at: at, "the folder \(entry.name.escaped) has a checksum of nothing")
        }
        guard entry.flags & 0x2041 == 0 else {
            throw SourceError(.encrypted, at: at, "\(entry.name.escaped) is encrypted")
        }
        let odd = entry.name.bytes.contains(0) || entry.name.bytes.contains(UInt8(ascii: "\\"))
        guard !entry.name.isEmpty, !odd else {
            throw SourceError(
                .ambiguous, at: at,
                "the name \(entry.name.escaped) is empty or holds a NUL or a backslash, which "
                    + "readers take differently")
        }
        guard !entry.isDirectory || entry.size == 0 else {
            throw SourceError(
                .ambiguous, at: at, "the folder \(entry.name.escaped) has content")
        }
    }

    /// Finds the local header (section 4.3.7) at `at` and compares it with the central one: name,
    /// flags, method, checksum and sizes. A streamed entry (bit 3) may have zeros for the last
    /// three.
    private func locate(
        _ entry: inout ZipEntry, header at: UInt64, limit: UInt64
    ) throws(SourceError) {
        guard at <= limit, limit - at >= UInt64(ZipRecord.localSize) else {
            throw SourceError(
                .malformed, at: entry.record.start, "a local header is not in the file")
        }
        let fixed = try source.read(ByteRange(start: at, length: UInt64(ZipRecord.localSize)))
        func number(_ offset: Int, _ length: Int) -> UInt64 {
            ByteOrder.little(fixed[offset..<offset + length])
        }
        let nameLength = number(26, 2)
        let length = UInt64(ZipRecord.localSize) + nameLength + number(28, 2)
        guard fixed.starts(with: ZipRecord.localSignature), number(4, 2) & 0xff <= 63,
            limit - at >= length,
            limit - at - length >= entry.compressedSize
        else { throw SourceError(.malformed, at: at, "a local header is broken") }
        let rest = try source.read(ByteRange(at + UInt64(ZipRecord.localSize), to: at + length))
        let extra = rest[Int(nameLength)...]
        try checkName(entry.name, extra, at: at)
        guard let wide = ZipRecord.widen([number(22, 4), number(18, 4)], extra: extra) else {
            throw SourceError(.malformed, at: at, "a zip64 extra field is broken")
        }
        entry.local = ByteRange(start: at, length: length)
        entry.data = ByteRange(start: at + length, length: entry.compressedSize)
        let isStreamed = entry.flags & 8 != 0
        let sums = [number(14, 4), wide[1], wide[0]]
        let told = [entry.crc, entry.compressedSize, entry.size]
        let agrees =
            sums == told || (isStreamed && zip(sums, told).allSatisfy { $0 == 0 || $0 == $1 })
        guard rest.prefix(Int(nameLength)).elementsEqual(entry.name.bytes),
            number(6, 2) == entry.flags, number(8, 2) == entry.method, agrees
        else {
            throw SourceError(
                .ambiguous, at: at,
                "the local header of \(entry.name.escaped) contradicts the central directory; "
                    + "readers disagree which one counts")
        }
        entry.descriptor = ByteRange(start: entry.data.end, length: 0)
        if isStreamed { try findDescriptor(&entry, limit: limit) }
    }

    /// A data descriptor has no length of its own (section 4.3.9): it is the form that fits.
    private func findDescriptor(_ entry: inout ZipEntry, limit: UInt64) throws(SourceError) {
        let at = entry.data.end
        let ahead = try source.read(ByteRange(start: at, length: min(24, limit - at)))
        for (signature, width) in [(4, 4), (4, 8), (0, 4), (0, 8)] {
            let length = signature + 4 + 2 * width
            guard ahead.count >= length,
                signature == 0 || ahead.starts(with: ZipRecord.descriptorSignature)
            else { continue }
            let body = ahead[signature..<length]
            let crc = ByteOrder.little(body.prefix(4))
            let sizes = body.dropFirst(4)
            if crc == entry.crc, ByteOrder.little(sizes.prefix(width)) == entry.compressedSize,
                ByteOrder.little(sizes.suffix(width)) == entry.size
            {
                entry.descriptor = ByteRange(start: at, length: UInt64(length))
                return
            }
        }
        throw SourceError(
            .ambiguous, at: at, "no data descriptor of \(entry.name.escaped) fits the directory")
    }
}
