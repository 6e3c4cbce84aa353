import Anatomy
import Bytes

/// Reads entries and checks that local headers and central directory say the same.
struct ZipEntryReader {
    /// The whole layer, for local headers and descriptors, which lie outside the directory.
    let source: any RandomSource
    /// Only the limit on members is looked at.
    let limits: Limits
    /// What has to be added to the offsets in the directory.
    let shift: UInt64

    /// All entries, in the order of the directory.
    ///
    /// - Throws: ``SourceError`` with code `limit` before anything is read if `count` is past it,
    /// and `ambiguous` for two entries of one name and for bytes behind the last entry.
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
        try check(entry, needed: number(6, 2), at: at)
        try checkExtra(entry, extra, at: at)
        guard wide[2] <= directory - shift else {
            throw SourceError(.malformed, at: at, "a local header is not in the file")
        }
        try locate(&entry, header: wide[2] + shift, limit: directory)
        return entry
    }

    /// Refuses what extra fields say against the header: a second name (0x7075) that is another
    /// one, which divides the readers, and encryption (0x9901, 0x0017).
    private func checkExtra(
        _ entry: ZipEntry, _ extra: ArraySlice<UInt8>, at: UInt64
    ) throws(SourceError) {
        for block in ZipRecord.extras(extra) ?? [] {
            switch block.id {
            case 0x7075:
                guard extra[block.range].dropFirst(9).elementsEqual(entry.name.bytes) else {
                    throw SourceError(
                        .ambiguous, at: at,
                        "\(entry.name.escaped) has another name in an extra field")
                }
            case 0x9901, 0x0017:
                throw SourceError(.encrypted, at: at, "\(entry.name.escaped) is encrypted")
            default: break
            }
        }
    }

    /// Checks what the central header alone tells.
    ///
    /// - Parameter needed: the version needed to extract. Its upper byte is a system by which some
    /// readers leave the member out, so it counts.
    private func check(_ entry: ZipEntry, needed: UInt64, at: UInt64) throws(SourceError) {
        // 4.6 is what unzip knows, and 6.3 the last version of the format (section 4.4.3.2): what
        // needs no newer method and asks for more is passed over by some.
        guard needed <= ([0, 8, 12].contains(entry.method) ? 46 : 63) else {
            throw SourceError(
                .ambiguous, at: at + 6,
                "\(entry.name.escaped) asks for a version of zip that it does not need; some "
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
        // Bit 0, bit 6 (strong encryption), bit 13 (masked headers), and WinZip's method for AES.
        guard entry.flags & 0x2041 == 0, entry.method != 99 else {
            throw SourceError(.encrypted, at: at, "\(entry.name.escaped) is encrypted")
        }
        guard entry.flags & 0x20 == 0 else {
            throw SourceError(
                .unsupported, at: at, "\(entry.name.escaped) is a patch to data that is not here")
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
        guard fixed.starts(with: ZipRecord.localSignature), number(4, 2) <= 63,
            limit - at >= length,
            limit - at - length >= entry.compressedSize
        else { throw SourceError(.malformed, at: at, "a local header is broken") }
        let rest = try source.read(ByteRange(at + UInt64(ZipRecord.localSize), to: at + length))
        let extra = rest[Int(nameLength)...]
        try checkExtra(entry, extra, at: at)
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
        guard isStreamed else { return }
        let isWide =
            (ZipRecord.extras(extra) ?? []).contains { $0.id == 1 }
            || max(entry.compressedSize, entry.size) >= 0xffff_ffff
        try findDescriptor(&entry, width: isWide ? 8 : 4, limit: limit)
    }

    /// A data descriptor has no length of its own (section 4.3.9): its sizes have 8 bytes if the
    /// local header has a zip64 field (section 4.3.9.2) or they do not fit 4, and its signature is
    /// there or not, as it fits. Readers that stream go by the same, and one that took the other
    /// width would go on in the wrong place.
    private func findDescriptor(
        _ entry: inout ZipEntry, width: Int, limit: UInt64
    ) throws(SourceError) {
        let at = entry.data.end
        let ahead = try source.read(ByteRange(start: at, length: min(24, limit - at)))
        for signature in [4, 0] {
            let length = signature + 4 + 2 * width
            // A checksum that looks like the signature is taken for it.
            guard ahead.count >= length,
                (signature == 0) != ahead.starts(with: ZipRecord.descriptorSignature)
            else { continue }
            let body = ahead[signature..<length]
            let sizes = body.dropFirst(4)
            if ByteOrder.little(body.prefix(4)) == entry.crc,
                ByteOrder.little(sizes.prefix(width)) == entry.compressedSize,
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
