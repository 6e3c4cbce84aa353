import Anatomy
import Bytes

/// Takes a zip apart in the order of its bytes, after planning by its central directory.
final class ZipDissector: Dissector {
    /// The whole layer; local headers and contents are read from it by offset.
    private let source: any RandomSource
    private let limits: Limits
    /// What the place of the zip says of its members' owners.
    private let traits: Traits
    /// Made before the first part is given out, so that a zip on which readers disagree is refused
    /// whole.
    private let plan: ZipPlan
    /// Parts made and not given out yet; emptied and refilled step by step.
    private var parts: [Part] = []
    /// How many of `parts` were given out.
    private var given = 0
    /// What comes next.
    private var step = Step.prefix
    /// Where the last tile ended, and so where the next one has to begin.
    private var offset: UInt64 = 0
    /// How many bytes belonged to no record so far: whoever compares may hold all of them.
    private var unaccounted: UInt64 = 0
    /// The member announced last, which ``open()`` opens.
    private var current: Member?

    /// The parts of a zip, in the order of their bytes.
    private enum Step {
        /// What stands before the zip.
        case prefix
        /// The entry of this index in ``ZipPlan/entries``.
        case entry(Int)
        /// What lies between the last entry and the central directory.
        case block
        /// The record of this index in the central directory.
        case record(Int)
        /// The end records, and what follows them.
        case end
        /// Nothing.
        case done
    }

    /// Reads the central directory and every local header.
    ///
    /// - Throws: ``SourceError`` if the layer cannot be read at random, or whatever ``ZipPlan``
    /// refuses.
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        source = try layer.random()
        self.limits = limits
        traits = layer.traits
        plan = try ZipPlan(source, limits)
    }

    /// The parts in order of their bytes: per entry what lies before it, its local header, member,
    /// data and descriptor, then the central directory, then the end records.
    func next() throws(SourceError) -> Part? {
        while given == parts.count {
            parts.removeAll(keepingCapacity: true)
            given = 0
            guard try refill() else { return nil }
        }
        let part = parts[given]
        given += 1
        if case .member(let member) = part { current = member }
        return part
    }

    /// The decoded content of the member announced last. Traps if none was.
    func open() throws(SourceError) -> any Source {
        guard let reopen = current?.reopen else { preconditionFailure("no member to open") }
        return try reopen()
    }

    /// Makes the parts of the next step, if any; `false` behind the last one.
    private func refill() throws(SourceError) -> Bool {
        switch step {
        case .prefix:
            try emit("zip.prefix", plan.prefix)
            step = .entry(0)
        case .entry(let index) where index < plan.entries.count:
            try emit(plan.entries[index], keepsPlace: index < plan.pinned)
            step = .entry(index + 1)
        case .entry:
            step = .block
        case .block:
            try emitBlock()
            step = .record(0)
        case .record(let index) where index < plan.entries.count:
            let entry = plan.entries[plan.directoryOrder?[index] ?? index]
            parts.append(.carried(try run("zip.central", entry.record, of: entry)))
            step = .record(index + 1)
        case .record:
            step = .end
        case .end:
            try emitEnd()
            step = .done
        case .done:
            return false
        }
        return true
    }

    /// Emits a run of the container itself, unless it is empty.
    private func emit(_ id: String, _ range: ByteRange) throws(SourceError) {
        guard range.length > 0 else { return }
        let bytes = try source.read(range)
        parts.append(.fields(FieldRun(id, start: range.start, bytes: bytes)))
        offset = range.end
    }

    /// Emits what lies between the last entry and the central directory, and what was found out
    /// about the zip as a whole.
    private func emitBlock() throws(SourceError) {
        let gap = try unaccounted(to: plan.block.start)
        if let gap, plan.block.length > 0, gap.bytes.count < 4096,
            gap.bytes.allSatisfy({ $0 == 0 })
        {
            parts.append(.fields(FieldRun("apk.padding", start: gap.start, bytes: gap.bytes)))
        } else if let gap {
            parts.append(.fields(FieldRun("zip.unaccounted", start: gap.start, bytes: gap.bytes)))
        }
        if let signed = try ZipSigned(source, plan) {
            parts.append(
                .fields(
                    FieldRun(
                        signed.field, member: nil, at: plan.block.start, saying: signed.digest.bytes
                    )))
        }
        try emit("apk.block", plan.block)
        guard let order = plan.directoryOrder else { return }
        let text = order.map { String($0) }.joined(separator: " ")
        parts.append(
            .fields(
                FieldRun(
                    "zip.directory-order", member: nil, at: plan.directory.start,
                    saying: Array(text.utf8))))
    }

    private func emitEnd() throws(SourceError) {
        let split = plan.end.start + plan.end64Size
        try emit("zip.end64", ByteRange(plan.end.start, to: split))
        try emit("zip.end", ByteRange(split, to: plan.end.end))
        guard let trailer = try unaccounted(to: plan.trailer.end) else { return }
        parts.append(.fields(FieldRun("zip.trailer", start: trailer.start, bytes: trailer.bytes)))
    }

    /// Emits one entry. The member's runs are what lies before it, the local header, the central
    /// one and the descriptor: fields of all are compared together, and ``Part/carried(_:)`` only
    /// accounts for their bytes. What lies before it is the member's, so that it keeps its place.
    private func emit(_ entry: ZipEntry, keepsPlace: Bool) throws(SourceError) {
        let gap = try unaccounted(to: entry.local.start).map {
            FieldRun("zip.unaccounted", member: entry.name, start: $0.start, bytes: $0.bytes)
        }
        let local = try run("zip.local", entry.local, of: entry)
        let central = try run("zip.central", entry.record, of: entry)
        let descriptor =
            entry.descriptor.length > 0
            ? try run("zip.descriptor", entry.descriptor, of: entry) : nil
        let before = [gap, local].compactMap { $0 }
        parts += before.map { .carried($0) }
        let source = source
        // A folder may have an empty deflate stream; what is there is decoded and checked.
        let hasContent = !entry.isDirectory || entry.data.length > 0
        let kind = kind(of: entry, central)
        parts.append(
            .member(
                Member(
                    name: entry.name, kind: kind, link: try target(of: entry, kind),
                    permissions: permissions(central),
                    runs: before + [central, descriptor].compactMap { $0 },
                    storage: hasContent ? .encoded(codec: ZipDissector.codec(entry.method)) : .none,
                    encodedRange: hasContent ? entry.data : nil,
                    traits: keepsPlace ? [.keepsPlace, .installsOwners] : .installsOwners,
                    reopen: { () throws(SourceError) in try ZipContent(source, entry) })))
        if entry.data.length > 0 { parts.append(.content(entry.data, of: entry.name)) }
        if let descriptor { parts.append(.carried(descriptor)) }
        offset = entry.end
    }

    /// A run of one of the entry's records, read from the layer.
    private func run(
        _ id: String, _ range: ByteRange, of entry: ZipEntry
    ) throws(SourceError) -> FieldRun {
        // Setuid and setgid: what is unpacked with them gets its rights from its owner.
        FieldRun(
            id, member: entry.name, start: range.start, bytes: try source.read(range),
            traits: entry.attributes >> 16 & 0o6000 != 0 ? .installsOwners : traits)
    }

    /// The target of a symbolic link is its content.
    ///
    /// One that is longer than the limit for names gives no target.
    ///
    /// - Throws: ``SourceError`` if the content cannot be decoded.
    private func target(of entry: ZipEntry, _ kind: Member.Kind) throws(SourceError) -> ByteString?
    {
        guard kind == .symlink, entry.size <= UInt64(limits.nameLength) else { return nil }
        let content = try ZipContent(source, entry)
        var bytes: [UInt8] = []
        while let chunk = try content.next() { bytes += chunk }
        return ByteString(bytes)
    }

    /// The Unix mode from the upper half of the external attributes; `nil` unless the host system
    /// is Unix (3, section 4.4.2), where alone it surely is one.
    private func permissions(_ record: FieldRun) -> UInt32? {
        guard record.bytes[5] == 3 else { return nil }
        return UInt32(ByteOrder.little(record.bytes[40..<42])) & 0o7777
    }

    /// By the entry's name first, then by the file type of the Unix mode, whatever the host system
    /// is. Zero, as DOS writes it, is a file.
    private func kind(of entry: ZipEntry, _ record: FieldRun) -> Member.Kind {
        if entry.isDirectory { return .directory }
        // The upper half of the external attributes is a Unix mode for most hosts, and for some
        // readers whatever the host is.
        switch ByteOrder.little(record.bytes[40..<42]) & 0o170000 {
        case 0, 0o100000: return .file
        case 0o120000: return .symlink
        default: return .other
        }
    }

    /// The bytes up to `end` that no record accounts for; `nil` if there are none.
    ///
    /// - Throws: ``SourceError`` with code `ambiguous` if they hold the mark of a record: what is
    /// there may be a member to a reader that streams.
    private func unaccounted(
        to end: UInt64
    ) throws(SourceError) -> (start: UInt64, bytes: [UInt8])? {
        let start = offset
        guard end > start else { return nil }
        guard end - start <= UInt64(limits.headerSize) - unaccounted else {
            throw SourceError(
                .limit, at: start,
                "more than \(limits.headerSize) bytes of the zip belong to no member; raise "
                    + "--max-header to go on")
        }
        unaccounted += end - start
        let bytes = try source.read(ByteRange(start, to: end))
        guard !ZipRecord.holdsMark(bytes[...]) else {
            throw SourceError(
                .ambiguous, at: start,
                "\(end - start) bytes belong to no member and hold the mark of a record; readers "
                    + "that stream and readers that seek disagree about them")
        }
        offset = end
        return (start, bytes)
    }

    /// The name of a compression method (section 4.4.5).
    static func codec(_ method: UInt64) -> String {
        switch method {
        case 0: "stored"
        case 8: "deflate"
        case 12: "bzip2"
        case 93: "zstd"
        case 95: "xz"
        default: "method \(method)"
        }
    }
}
