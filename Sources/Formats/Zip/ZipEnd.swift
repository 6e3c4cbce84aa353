import Bytes

/// The end of central directory record (section 4.3.16), with its zip64 twin.
struct ZipEnd {
    /// Where the end of central directory record begins.
    let position: UInt64
    /// Where the central directory has to end: at the zip64 end record if there is one, else at
    /// ``position``.
    let start: UInt64
    /// The run of the central directory, as the end records give it.
    let directory: ByteRange
    /// Entries that the end records announce.
    let count: UInt64
    /// What has to be added to the offsets that the zip holds: 0, or the length of its prefix.
    let shift: UInt64
    /// The run of what follows the archive's comment; mostly empty.
    let trailer: ByteRange

    /// Finds the records and the directory: reads the last 65,557 bytes, the locator, the zip64
    /// record.
    ///
    /// - Parameter prefix: the number of bytes before the zip. Offsets count from there or from the
    /// start of the file; both occur, and readers work it out from where the directory ends.
    init(_ source: any RandomSource, prefix: UInt64) throws(SourceError) {
        let size = source.size
        guard size >= UInt64(ZipRecord.endSize) else {
            throw SourceError(.truncated, at: size, "the file is too short for a zip")
        }
        let tailLength = min(size, UInt64(ZipRecord.endSize + 0xffff))
        let tail = try source.read(ByteRange(size - tailLength, to: size))
        let found = try ZipEnd.find(tail, from: size - tailLength)
        position = size - tailLength + UInt64(found.lowerBound)
        trailer = ByteRange(size - tailLength + UInt64(found.upperBound), to: size)
        let place = try ZipEnd.place(source, tail[found], at: position, prefix: prefix)
        start = place.start
        directory = place.directory
        count = place.count
        shift = place.shift
    }

    /// The one end record in `tail`, as indices up to the end of its comment. It reaches exactly to
    /// the end of the file; or it is the only one there, and something follows.
    ///
    /// - Throws: ``SourceError`` with code `ambiguous` for a signature behind it or a second one
    ///   that
    /// fits: readers search in other directions.
    private static func find(_ tail: [UInt8], from offset: UInt64) throws(SourceError) -> Range<Int>
    {
        let candidates = tail.indices.dropLast(ZipRecord.endSize - 1).filter {
            tail[$0] == 0x50 && tail[$0...].starts(with: ZipRecord.endSignature)
        }.map { $0..<$0 + ZipRecord.endSize + Int(ByteOrder.little(tail[$0 + 20..<$0 + 22])) }
        let fitting = candidates.filter { $0.upperBound == tail.count }
        guard let last = candidates.last, last.upperBound <= tail.count || !fitting.isEmpty else {
            throw SourceError(
                .malformed, at: offset + UInt64(tail.count),
                "no end record fits the end of the zip: it is cut off")
        }
        // Where something follows, readers that ask for an exact fit go on to an earlier one.
        guard fitting.isEmpty ? candidates.count == 1 : fitting == [last] else {
            throw SourceError(
                .ambiguous, at: offset + UInt64(last.lowerBound),
                "the zip has two end records; readers disagree which one counts")
        }
        return last
    }

    // MARK: The directory

    /// Where the end records say that the directory is.
    private struct Place {
        let start: UInt64
        let directory: ByteRange
        let count: UInt64
        let shift: UInt64
    }

    /// The place of the directory by the end `record`: offsets are tried as they are and behind the
    /// prefix, and only one of the two may lead to a directory that ends where it has to.
    private static func place(
        _ source: any RandomSource, _ record: ArraySlice<UInt8>, at position: UInt64, prefix: UInt64
    ) throws(SourceError) -> Place {
        var places: [Place] = []
        var failure: SourceError?
        for shift in prefix == 0 ? [0] : [0, prefix] {
            do throws(SourceError) {
                places.append(try place(source, record, at: position, shift: shift))
            } catch {
                failure = failure ?? error
            }
        }
        guard let place = places.first, places.count == 1 else {
            throw failure
                ?? SourceError(
                    .ambiguous, at: position,
                    "the offsets of the zip may count from its prefix or from the file")
        }
        try refuseSecondDirectory(source, place)
        return place
    }

    private static func place(
        _ source: any RandomSource, _ record: ArraySlice<UInt8>, at position: UInt64, shift: UInt64
    ) throws(SourceError) -> Place {
        let bytes = Array(record)
        func number(_ offset: Int, _ length: Int) -> UInt64 {
            ByteOrder.little(bytes[offset..<offset + length])
        }
        guard number(4, 2) == 0, number(6, 2) == 0, number(8, 2) == number(10, 2) else {
            throw SourceError(
                .unsupported, at: position, "the zip is one part of several; join them first")
        }
        let short = [number(10, 2), number(12, 4), number(16, 4)]
        let wide = try wide(source, before: position, short, shift: shift)
        let values = wide?.values ?? short
        let start = wide?.start ?? position
        guard start >= shift, values[2] <= start - shift, values[1] <= start - shift - values[2]
        else {
            throw SourceError(.malformed, at: position, "the central directory is not in the file")
        }
        let directory = ByteRange(start: values[2] + shift, length: values[1])
        guard directory.end == start else {
            throw SourceError(
                .ambiguous, at: directory.end,
                "the central directory does not end where its end record begins; readers disagree "
                    + "where it is")
        }
        return Place(start: start, directory: directory, count: values[0], shift: shift)
    }

    /// Go's reader takes an offset as it is if a directory seems to begin there, whatever the end
    /// record's own place tells.
    private static func refuseSecondDirectory(
        _ source: any RandomSource, _ place: Place
    ) throws(SourceError) {
        guard place.shift > 0, place.directory.length >= 4 else { return }
        let at = place.directory.start - place.shift
        let mark = try source.read(ByteRange(start: at, length: 4))
        guard mark != ZipRecord.centralSignature else {
            throw SourceError(
                .ambiguous, at: at, "the zip seems to have two central directories")
        }
    }

    /// The zip64 end record (section 4.3.14) found by its locator (section 4.3.15): entries, size
    /// and offset of the directory, and where the record begins; `nil` if there is no locator.
    ///
    /// - Parameter short: the same three numbers from the short record, which have to agree or be
    /// markers (all bits set).
    private static func wide(
        _ source: any RandomSource, before position: UInt64, _ short: [UInt64], shift: UInt64
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
        let told = ByteOrder.little(locator[8..<16])
        guard ByteOrder.little(locator[4..<8]) == 0, ByteOrder.little(locator[16..<20]) == 1 else {
            throw SourceError(
                .unsupported, at: at, "the zip is one part of several; join them first")
        }
        guard shift <= at, told <= at - shift,
            at - shift - told >= UInt64(ZipRecord.end64Size), at - shift - told <= 1 << 20
        else {
            throw SourceError(.malformed, at: at, "the zip64 end record is not where it should be")
        }
        let start = told + shift
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
