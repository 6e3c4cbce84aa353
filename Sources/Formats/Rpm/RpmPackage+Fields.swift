import Anatomy
import Bytes

extension RpmPackage {
    /// The fields of the one run that a package has.
    static func expand(_ run: FieldRun) -> [Field] {
        // The run was read into a package before it was given out.
        guard let package = try? RpmPackage(run.bytes) else {
            return [run.field("rpm.unaccounted", 0, run.bytes.count, .own)]
        }
        let padding = package.signature.range.upperBound..<package.main.range.lowerBound
        return [run.field("rpm.lead", 0, leadSize, .own)]
            + package.fields(of: package.signature, run)
            + [package.filler(padding, run)]
            + package.fields(of: package.main, run)
    }

    /// Zeros that fill up what is before them; anything else is a message.
    private func filler(_ range: Range<Int>, _ run: FieldRun) -> Field {
        let isZero = bytes[range].allSatisfy { $0 == 0 }
        return run.field(
            "rpm.padding", range.lowerBound, range.count,
            isZero ? .derived(from: "rpm.header") : .own)
    }

    /// A header: its beginning, its index, its store.
    private func fields(of header: RpmHeader, _ run: FieldRun) -> [Field] {
        let start = header.range.lowerBound
        return [
            run.field("rpm.header", start, 8, .own),
            run.field("rpm.header.size", start + 8, 8, .derived(from: "rpm.header")),
        ] + header.entries.flatMap { line(of: $0, header, run) } + store(of: header, run)
    }

    /// A line of the index. The offset follows from the sizes of the values before its own.
    private func line(
        of entry: RpmHeader.Entry, _ header: RpmHeader, _ run: FieldRun
    ) -> [Field] {
        let at = entry.line.lowerBound
        var id = id(of: entry, header)
        if RpmTag.ruled.contains(id) { id += ".line" }
        guard id != "rpm.signature" else { return [run.field(id, at, 16, .own)] }
        return [
            run.field(id, at, 8, .own),
            run.field(
                "rpm.offset", at + 8, 4,
                header.isInOrder ? .derived(from: "rpm.header") : .own),
            run.field(id, at + 12, 4, .own),
        ]
    }

    /// The values in their order, and what lies between them.
    private func store(of header: RpmHeader, _ run: FieldRun) -> [Field] {
        var fields: [Field] = []
        var end = header.entries.last?.line.upperBound ?? header.range.lowerBound + 16
        let store = end
        for entry in header.stored.map({ header.entries[$0] }) {
            let alignment = RpmHeader.alignment(entry.type)
            let gap = end..<entry.value.lowerBound
            let isAligned = (gap.upperBound - store).isMultiple(of: alignment)
            if alignment > 1, isAligned, gap.count < alignment {
                fields.append(filler(gap, run))
            } else if !gap.isEmpty {
                fields.append(run.field("rpm.unaccounted", gap.lowerBound, gap.count, .own))
            }
            let role = role(of: entry, header)
            let id = id(of: entry, header)
            // A rule speaks of the value of an attribute, never of bytes that stand for themselves.
            let isOther = role == .own && RpmTag.ruled.contains(id)
            fields.append(
                run.field(
                    isOther ? id + ".other" : id, entry.value.lowerBound, entry.value.count, role))
            end = entry.value.upperBound
        }
        guard end < header.range.upperBound else { return fields }
        return fields + [
            run.field("rpm.unaccounted", end, header.range.upperBound - end, .own)
        ]
    }

    /// The name of a tag's fields. Signatures share one, with the space that is left for them, so
    /// that one rule speaks of all.
    private func id(of entry: RpmHeader.Entry, _ header: RpmHeader) -> String {
        let isSpace =
            entry.tag == 1008 && entry.type == 7 && bytes[entry.value].allSatisfy { $0 == 0 }
        return header.place == .signature && (RpmTag.signatures.contains(entry.tag) || isSpace)
            ? "rpm.signature" : RpmTag.id(entry.tag, header.place)
    }

    /// Whether there is a signature, over the main header and by way of its digests over the payload.
    private var isSigned: Bool {
        signature.entries.contains { RpmTag.signatures.contains($0.tag) }
    }

    /// What a value is good for: own unless it was checked, or is one of those that rules know.
    private func role(of entry: RpmHeader.Entry, _ header: RpmHeader) -> Field.Role {
        // Under a signature every byte counts: what would follow from others is what was signed.
        guard !isSigned else { return .own }
        if RpmCheck(entry, header, bytes) != nil { return .derived(from: "content") }
        let value = bytes[entry.value]
        if entry.tag == header.region?.tag {
            return value.elementsEqual(header.regionTrailer) ? .derived(from: "rpm.header") : .own
        }
        guard header.place == .main else { return .own }
        let attribute = RpmTag.id(entry.tag, .main)
        switch (entry.tag, entry.type) {
        case (1006, 4) where entry.count == 1:
            let time = Array(String(RpmHeader.number(value)).utf8)
            return .value(attribute: attribute, canonical: time)
        case (1007, 6), (1094, 6):
            return .value(attribute: attribute, canonical: Array(value.dropLast()))
        default: return .own
        }
    }
}
