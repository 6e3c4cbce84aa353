import Anatomy
import Bytes

extension Format {
    /// Zip archives and all that are made of them (jar, whl, apk, docx).
    public static let zip = Format(
        name: "zip", title: "zip archive", shape: .archive,
        magic: [Magic(ZipRecord.localSignature), Magic(ZipRecord.endSignature)], access: .random,
        specification: "PKWARE APPNOTE 6.3.10",
        fields: zipFields,
        encodingRule: zipStreaming,
        orderRule: .order("zip.entry-order"),
        orderMarks: ["meta-inf", "mimetype", "[content_types].xml"],
        compressionRule: .compression("zip", parameters: "deflate level and block boundaries"),
        composer: ZipComposer(),
        expand: { run in ZipFields.expand(run) },
        dissect: { layer, limits throws(SourceError) in try ZipDissector(layer, limits) })

    /// One rule for three clocks: DOS (section 4.4.6, two seconds, local time), Info-ZIP's Unix
    /// times and PKWARE's NTFS times all stand under it, in both headers.
    private static let zipTime = Rule.time("zip.mtime", "time, in DOS, Unix or NTFS form, or none")
    private static let zipOwner = Rule.owner("zip.owner")
    /// Covers both numbers of a version (sections 4.4.2 and 4.4.3) but not the host system in the
    /// upper byte of `version made by`, which is a field of its own.
    private static let zipVersion = Rule(
        "zip.version",
        tolerates: "another version of the format written or needed",
        reason: "the features in use are compared themselves",
        refuses: "if the host system differs, which gives the attributes their meaning",
        hides: "which program wrote the archive")
    /// Also tolerates what stands in general purpose bits 1 to 3, which `header` masks out of
    /// `zip.flags`.
    private static let zipStreaming = Rule(
        "zip.streaming",
        tolerates: "sizes behind the data instead of before it, and the level bits of deflate",
        reason: "sizes and checksums are verified wherever they stand",
        refuses: "if they contradict the central directory or the data",
        hides: "whether the archive was written to a pipe")

    /// The attributes that carry a rule, and those that an unpacked file shows (`isUnpacked`).
    /// Fields that only follow from others, sizes and offsets among them, are not listed.
    private static let zipFields: [FieldKind] = [
        FieldKind("zip.path", "the member's name", isUnpacked: true),
        FieldKind("zip.method", "how the content is compressed", isUnpacked: true),
        FieldKind("zip.flags", "flags but those of streaming and level", isUnpacked: true),
        FieldKind("zip.descriptor", "sizes and checksum behind the data"),
        FieldKind("zip.mtime", "time of the member", rule: zipTime),
        FieldKind("zip.unix.mtime", "Unix times of the member", rule: zipTime),
        FieldKind("zip.ntfs.mtime", "NTFS times of the member", rule: zipTime),
        FieldKind("zip.local.mtime", "time in the local header", rule: zipTime),
        FieldKind("zip.local.unix.mtime", "Unix times in the local header", rule: zipTime),
        FieldKind("zip.local.ntfs.mtime", "NTFS times in the local header", rule: zipTime),
        FieldKind("zip.owner", "the member's user and group", rule: zipOwner),
        FieldKind("zip.local.owner", "user and group in the local header", rule: zipOwner),
        FieldKind("zip.version", "version written", rule: zipVersion),
        FieldKind("zip.needed", "version needed", rule: zipVersion),
        FieldKind("zip.local.needed", "version needed, in the local header", rule: zipVersion),
        FieldKind("zip.host", "the system whose attributes these are", isUnpacked: true),
        FieldKind("zip.attributes", "the member's type and permissions", isUnpacked: true),
        FieldKind("zip.signature", "the mark of a record", isUnpacked: true),
        FieldKind("zip.disk", "the part of a split archive", isUnpacked: true),
        FieldKind("zip.internal", "whether the content is probably text", isUnpacked: true),
        FieldKind("zip.comment", "the member's comment"),
        FieldKind("zip.extra", "an extra field"),
        FieldKind("zip.archive-comment", "the archive's comment"),
    ]
}

/// The fields of zip's records.
enum ZipFields {
    /// The fields of a run by the record it is; a run of an unknown ID is one field that stands for
    /// itself. Traps if a run is shorter than its record, which the plan has ruled out.
    static func expand(_ run: FieldRun) -> [Field] {
        switch run.id {
        case "zip.local": header(run, at: 4, lengths: 26, isLocal: true)
        case "zip.central": central(run)
        case "zip.end": end(run)
        case "zip.end64": end64(run)
        case "zip.descriptor":
            [
                run.field(
                    "zip.descriptor", 0, run.bytes.count,
                    .value(attribute: "zip.descriptor", canonical: []))
            ]
        default: [run.field(run.id, 0, run.bytes.count, .own)]
        }
    }

    /// A little-endian number of `length` bytes at `offset` in the run.
    private static func number(_ run: FieldRun, _ offset: Int, _ length: Int) -> UInt64 {
        ByteOrder.little(run.bytes[offset..<offset + length])
    }

    /// A field whose canonical value is `number` in decimal; its attribute has the field's name.
    private static func value(
        _ run: FieldRun, _ id: String, _ offset: Int, _ length: Int, _ number: UInt64
    ) -> Field {
        run.field(
            id, offset, length, .value(attribute: id, canonical: Array(String(number).utf8)))
    }

    /// What local headers and the central directory share, from `version needed` on.
    private static func header(_ run: FieldRun, at start: Int, lengths: Int, isLocal: Bool)
        -> [Field]
    {
        let place = isLocal ? "zip.local" : "zip"
        let flags = number(run, start + 2, 2)
        let nameStart = isLocal ? ZipRecord.localSize : ZipRecord.centralSize
        let nameLength = Int(number(run, lengths, 2))
        let extraLength = Int(number(run, lengths + 2, 2))
        let extraStart = nameStart + nameLength
        // Bits 1 and 2 tell the level of deflate, bit 3 that sizes follow the data.
        let streaming: UInt64 = 0x0e
        let fields = [
            value(run, place + ".needed", start, 2, number(run, start, 2)),
            value(run, "zip.flags", start + 2, 2, flags & ~streaming),
            value(run, "zip.method", start + 4, 2, number(run, start + 4, 2)),
            value(run, place + ".mtime", start + 6, 4, number(run, start + 6, 4)),
            run.field("zip.crc32", start + 10, 4, .derived(from: "content")),
            run.field("zip.compressed-size", start + 14, 4, .derived(from: "content")),
            run.field("zip.size", start + 18, 4, .derived(from: "content")),
            run.field("zip.lengths", lengths, isLocal ? 4 : 6, .derived(from: "zip.header")),
            run.field(
                "zip.path", nameStart, nameLength,
                .value(attribute: "zip.path", canonical: Array(run.bytes[nameStart..<extraStart]))),
        ]
        let signature = isLocal ? [run.field("zip.signature", 0, 4, .derived(from: "zip"))] : []
        return signature + fields + extras(run, extraStart..<extraStart + extraLength, place)
    }

    /// A central directory header (section 4.3.12), in the order of its bytes, except that the
    /// shared middle part comes as one piece.
    private static func central(_ run: FieldRun) -> [Field] {
        var fields = [
            run.field("zip.signature", 0, 4, .own),
            value(run, "zip.version", 4, 1, number(run, 4, 1)),
            value(run, "zip.host", 5, 1, number(run, 5, 1)),
        ]
        fields += header(run, at: 6, lengths: 28, isLocal: false)
        let comment = Int(number(run, 32, 2))
        return fields + [
            run.field("zip.disk", 34, 2, .own),
            run.field("zip.internal", 36, 2, .own),
            value(run, "zip.attributes", 38, 4, number(run, 38, 4)),
            run.field("zip.offset", 42, 4, .derived(from: "zip.layout")),
            run.field("zip.comment", run.bytes.count - comment, comment, .own),
        ]
    }

    /// The blocks of an extra field (section 4.5), one field each. Bytes that are no sequence of
    /// blocks are one field that stands for itself. A zip64 block is derived only where a marker in
    /// the fixed part asks for it: otherwise nobody reads what it says.
    private static func extras(_ run: FieldRun, _ range: Range<Int>, _ place: String) -> [Field] {
        guard let blocks = ZipRecord.extras(run.bytes[range]) else {
            return [run.field("zip.extra", range.lowerBound, range.count, .own)]
        }
        // Sizes of 2^32 - 1 stand for those in the extra field.
        let sizes = place == "zip" ? [20, 24, 42] : [18, 22]
        let isMarked = sizes.contains { number(run, $0, 4) == 0xffff_ffff }
        return blocks.map { id, range in
            let attribute = ZipExtra.kind(id, run.bytes[range].dropFirst(4)).map { place + $0 }
            let role: Field.Role =
                if let attribute {
                    .value(attribute: attribute, canonical: Array(run.bytes[range].dropFirst(4)))
                } else if id == 1, isMarked {
                    .derived(from: "content")
                } else {
                    .own
                }
            let isOwner = attribute?.hasSuffix(".owner") ?? false
            return run.field(
                attribute ?? (id == 1 ? "zip.extra64" : "zip.extra"), range.lowerBound, range.count,
                role, isGuarded: isOwner && run.traits.contains(.installsOwners))
        }
    }

    /// The end of central directory record (section 4.3.16) and the archive's comment behind it.
    private static func end(_ run: FieldRun) -> [Field] {
        [
            run.field("zip.end", 0, ZipRecord.endSize, .derived(from: "zip.layout")),
            run.field(
                "zip.archive-comment", ZipRecord.endSize, run.bytes.count - ZipRecord.endSize, .own),
        ]
    }

    /// The zip64 end record and its locator: only its extensible part and its versions say
    /// something that nothing else does.
    private static func end64(_ run: FieldRun) -> [Field] {
        let tail = run.bytes.count - ZipRecord.locatorSize
        return [
            run.field("zip.end64", 0, 12, .derived(from: "zip.layout")),
            run.field("zip.end64.versions", 12, 4, .own),
            run.field("zip.end64", 16, 40, .derived(from: "zip.layout")),
            run.field("zip.end64.extensible", 56, tail - 56, .own),
            run.field("zip.locator", tail, ZipRecord.locatorSize, .derived(from: "zip.layout")),
        ]
    }
}
