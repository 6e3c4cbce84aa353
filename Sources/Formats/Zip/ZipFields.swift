import Anatomy
import Bytes

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
        case "apk.block": ApkBlock.expand(run)
        case "zip.directory-order", "zip.signed", "apk.signed":
            [run.field(run.id, 0, 0, .value(attribute: run.id, canonical: shown(run)))]
        case "zip.descriptor":
            [
                run.field(
                    "zip.descriptor", 0, run.bytes.count,
                    .value(
                        attribute: "zip.descriptor",
                        // Sizes of eight bytes: some readers that stream take them for four.
                        canonical: Array((run.bytes.count >= 20 ? "wide" : "").utf8)))
            ]
        default: [run.field(run.id, 0, run.bytes.count, .own)]
        }
    }

    /// What the dissector found out, digests in digits.
    private static func shown(_ run: FieldRun) -> [UInt8] {
        run.id.hasSuffix(".signed") ? Array(Hex.encode(run.bytes).utf8) : run.bytes
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
        let signature = isLocal ? [run.field("zip.magic", 0, 4, .derived(from: "zip"))] : []
        return signature + fields + extras(run, extraStart..<extraStart + extraLength, place)
    }

    /// A central directory header (section 4.3.12), in the order of its bytes, except that the
    /// shared middle part comes as one piece.
    private static func central(_ run: FieldRun) -> [Field] {
        var fields = [
            run.field("zip.magic", 0, 4, .own),
            version(run),
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

    /// Info-ZIP translates names outside of ASCII by host *and* version, where no flag says UTF-8.
    private static func version(_ run: FieldRun) -> Field {
        let host = number(run, 5, 1)
        let name = run.bytes.dropFirst(ZipRecord.centralSize).prefix(Int(number(run, 28, 2)))
        let isTranslated =
            (host == 0 || host == 11) && ZipRecord.isForeign(name, flags: number(run, 8, 2))
        return isTranslated
            ? run.field("zip.version.names", 4, 1, .own)
            : value(run, "zip.version", 4, 1, number(run, 4, 1))
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
        let isPlain = place == "zip" || !isTypeMark(run.member)
        return blocks.map { id, range in
            let body = run.bytes[range].dropFirst(4)
            let role: Field.Role
            var name = ZipExtra.name(of: id)
            if isPlain, let kind = ZipExtra.kind(id, body) {
                name = place + kind
                role = .value(attribute: name, canonical: Array(body))
            } else {
                role = id == 1 && isMarked ? .derived(from: "content") : .own
            }
            let isGuarded = name.hasSuffix(".owner") && run.traits.contains(.installsOwners)
            return run.field(
                name, range.lowerBound, range.count, role, isGuarded: isGuarded)
        }
    }

    /// Whether a member tells what the archive is by where its content stands in the file: behind a
    /// local header without extra fields (EPUB Open Container Format 3.3, section 4.2.6.2).
    private static func isTypeMark(_ name: ByteString?) -> Bool {
        name?.bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
            .elementsEqual("mimetype".utf8) ?? false
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
