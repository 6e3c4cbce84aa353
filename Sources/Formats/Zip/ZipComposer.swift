import Anatomy
import Bytes
import Codecs

/// Writes zips: local headers with sizes in them, stored blocks where deflate is the method, one
/// central directory, zip64 only where it is needed or kept.
struct ZipComposer: Composer {
    /// What a wheel or a signed jar lists the digests of must stay.
    func pinsContents(_ name: ByteString) -> Bool {
        let isListed = name.hasPrefix("META-INF/") && name.hasSuffix(".SF")
        return isListed || name.hasSuffix(".dist-info/RECORD")
    }

    /// A link's content is its target.
    func mayRewrite(_ member: Member) -> Bool { member.kind == .file }

    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder {
        switch member.codec {
        case "stored": return StoredContentEncoder(sink)
        case "deflate": return StoredDeflate(sink)
        case let codec:
            throw Unwritable("there is no writer for members encoded by \(codec ?? "nothing")")
        }
    }

    // MARK: Members

    /// The values that a local and a central header share, as they are written.
    private struct Header {
        let run: KeptRun
        let place: String
        let context: WritingContext
        let content: Encoded
        /// Whether a size or offset has to stand in a zip64 block.
        let isWide: Bool

        func number(_ attribute: String, _ tolerated: UInt64) -> UInt64 {
            let kept = run.values[attribute].flatMap {
                UInt64(String(decoding: $0, as: UTF8.self))
            }
            return kept ?? tolerated
        }

        /// From the version needed up to the sizes.
        var fixed: [UInt8] {
            let sizes = isWide ? [0xffff_ffff, 0xffff_ffff] : [content.encodedSize, content.size]
            return ByteOrder.littleBytes(number(place + ".needed", isWide ? 45 : 20), 2)
                + ByteOrder.littleBytes(number("zip.flags", 0), 2)
                + ByteOrder.littleBytes(number("zip.method", 0), 2)
                + ByteOrder.littleBytes(number(place + ".mtime", ZipTime.dos(context.epoch)), 4)
                + ByteOrder.littleBytes(content.checksum, 4)
                + sizes.flatMap { ByteOrder.littleBytes($0, 4) }
        }

        /// The extra field: times and owners that are kept, what stands for itself, zip64.
        var extra: [UInt8] {
            let kinds: [(String, UInt64)] = [
                (".unix.mtime", 0x5455), (".ntfs.mtime", 0x000a), (".owner", ownerBlock),
            ]
            let values = kinds.flatMap { suffix, id in
                run.values[place + suffix].map { ZipComposer.block(id, $0) } ?? []
            }
            let own = run.fields.filter { $0.id.hasPrefix("zip.extra") }
            let wide = [content.size, content.encodedSize].flatMap { ByteOrder.littleBytes($0, 8) }
            return (isWide ? ZipComposer.block(1, wide) : []) + values + own.flatMap(\.bytes)
        }

        /// The whole local header (section 4.3.7).
        func local(_ name: [UInt8]) -> [UInt8] {
            ZipRecord.localSignature + fixed + ByteOrder.littleBytes(UInt64(name.count), 2)
                + ByteOrder.littleBytes(UInt64(extra.count), 2) + name + extra
        }

        /// The whole record of the central directory (section 4.3.12), with zeros for the offset.
        func central(_ name: [UInt8]) -> [UInt8] {
            let comment = run.field("zip.comment") ?? []
            let version = number("zip.version", isWide ? 45 : 20)
            var bytes = run.field("zip.magic") ?? ZipRecord.centralSignature
            bytes += ByteOrder.littleBytes(version | number("zip.host", 0) << 8, 2) + fixed
            for part in [name, extra, comment] {
                bytes += ByteOrder.littleBytes(UInt64(part.count), 2)
            }
            bytes += (run.field("zip.disk") ?? [0, 0]) + (run.field("zip.internal") ?? [0, 0])
            bytes += ByteOrder.littleBytes(number("zip.attributes", 0), 4) + [0, 0, 0, 0]
            return bytes + name + extra + comment
        }

        /// Which of two blocks an owner stands in: their contents may look the same.
        private var ownerBlock: UInt64 {
            let fields = Format.zip.expand(run.run)
            let field = fields.last { field in field.id == place + ".owner" }
            return ByteOrder.little((field?.bytes ?? [0x75, 0x78]).prefix(2))
        }
    }

    private static func block(_ id: UInt64, _ body: [UInt8]) -> [UInt8] {
        ByteOrder.littleBytes(id, 2) + ByteOrder.littleBytes(UInt64(body.count), 2) + body
    }

    func frame(
        _ member: KeptMember, _ context: WritingContext
    ) throws(Unwritable) -> Frame {
        try refuseOthers(member.runs, ["zip.local", "zip.central", "zip.descriptor"])
        guard let local = member.run("zip.local"), let central = member.run("zip.central") else {
            throw Unwritable("a member has no header")
        }
        guard member.run("zip.descriptor")?.values["zip.descriptor"] == nil else {
            throw Unwritable("\(member.member.name.escaped) has its sizes behind it in eight bytes")
        }
        guard member.run("zip.unaccounted") == nil else {
            throw Unwritable("bytes before \(member.member.name.escaped) belong to no member")
        }
        let content = member.content ?? Encoded(size: 0, encodedSize: 0, checksum: 0)
        let isWide = max(content.size, content.encodedSize) >= 0xffff_ffff
        let headers = [(local, "zip.local"), (central, "zip")].map { run, place in
            Header(run: run, place: place, context: context, content: content, isWide: isWide)
        }
        guard !isWide || headers.allSatisfy({ $0.run.field("zip.extra64") == nil }) else {
            throw Unwritable(
                "\(member.member.name.escaped) has a zip64 block to keep, and needs one")
        }
        guard headers.allSatisfy({ $0.extra.count <= 0xffff }) else {
            throw Unwritable("the extra field of \(member.member.name.escaped) is too long")
        }
        let name = member.member.name.bytes
        return Frame(
            before: headers[0].local(name), index: headers[1].central(name))
    }

    // MARK: The end

    /// What stands before the zip. What belongs to no record, is signed as it is, or has two orders
    /// has no other form.
    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        try refuseOthers(container.runs, ["zip.prefix", "zip.end64", "zip.end"])
        return container.runs("zip.prefix").first?.field("zip.prefix") ?? []
    }

    /// What is no record of a zip (a signing block, bytes between members) depends on where it
    /// stands, or covers what stands around it.
    private func refuseOthers(_ runs: [KeptRun], _ known: [String]) throws(Unwritable) {
        if let run = runs.first(where: { !known.contains($0.run.id) && !$0.isEmpty }) {
            throw Unwritable("there is no writer for a zip with \(run.run.id)")
        }
    }

    /// The record with the offset of its member in place.
    func indexed(_ index: [UInt8], at offset: UInt64) throws(Unwritable) -> [UInt8] {
        guard offset < 0xffff_ffff else {
            throw Unwritable("the zip would be longer than 4 GiB")
        }
        var record = index
        record.replaceSubrange(42..<46, with: ByteOrder.littleBytes(offset, 4))
        return record
    }

    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        let count = UInt64(container.members)
        let wide = container.runs("zip.end64").first
        let values = [count, container.index.length, container.index.start]
        let isHeld = count < 0xffff && values.dropFirst().allSatisfy { $0 < 0xffff_ffff }
        guard isHeld || wide != nil else {
            throw Unwritable("the zip would need zip64 records that it does not have")
        }
        let short = [min(count, 0xffff)] + values.dropFirst().map { min($0, 0xffff_ffff) }
        let comment = container.runs("zip.end").first?.field("zip.archive-comment") ?? []
        return (wide.map { end64($0, values, at: container.index.end) } ?? [])
            + ZipRecord.endSignature + [0, 0, 0, 0]
            + ByteOrder.littleBytes(short[0], 2) + ByteOrder.littleBytes(short[0], 2)
            + ByteOrder.littleBytes(short[1], 4) + ByteOrder.littleBytes(short[2], 4)
            + ByteOrder.littleBytes(UInt64(comment.count), 2) + comment
    }

    /// The zip64 end record with its locator.
    private func end64(_ run: KeptRun, _ values: [UInt64], at offset: UInt64) -> [UInt8] {
        let rest = run.field("zip.end64.extensible") ?? []
        let size = UInt64(ZipRecord.end64Size - 12 + rest.count)
        var bytes = ZipRecord.end64Signature + ByteOrder.littleBytes(size, 8)
        bytes += run.field("zip.end64.versions") ?? [45, 0, 45, 0]
        bytes += [UInt8](repeating: 0, count: 8) + ByteOrder.littleBytes(values[0], 8)
        bytes += values.flatMap { ByteOrder.littleBytes($0, 8) } + rest
        bytes += ZipRecord.locatorSignature + [0, 0, 0, 0]
        return bytes + ByteOrder.littleBytes(offset, 8) + ByteOrder.littleBytes(1, 4)
    }
}

/// Times as DOS had them: two seconds to a step, from 1980 to 2107.
enum ZipTime {
    /// Seconds since 1970, in UTC, as a number: the time in the lower half, the date in the upper.
    static func dos(_ epoch: UInt64) -> UInt64 {
        // 1980-01-01 and 2107-12-31T23:59:58.
        let seconds = min(max(epoch, 315_532_800), 4_354_819_198)
        let (year, month, day) = date(Int(seconds / 86_400))
        let rest = seconds % 86_400
        let time = rest / 3600 << 11 | rest / 60 % 60 << 5 | rest % 60 / 2
        return UInt64(year - 1980) << 25 | UInt64(month) << 21 | UInt64(day) << 16 | time
    }

    /// The date of a day since 1970, in the Gregorian calendar.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        // Years begin in March here, so that the leap day comes last.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        return (
            yearOfEra + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, day
        )
    }
}
