import Anatomy
import Bytes
import Codecs

/// Takes a zip apart in the order of its bytes, after planning by its central directory.
final class ZipDissector: Dissector {
    /// The whole layer; local headers and contents are read from it by offset.
    private let source: any RandomSource
    private let limits: Limits
    /// Made before the first part is given out, so that a zip on which readers disagree is refused
    /// whole.
    private let plan: ZipPlan
    /// Parts made and not given out yet; emptied and refilled once per entry.
    private var parts: [Part] = []
    /// How many of `parts` were given out.
    private var given = 0
    /// The index of the entry whose parts come next.
    private var nextEntry = 0
    /// Where the last entry ended, and so where the next one has to begin.
    private var offset: UInt64 = 0
    /// Whether the central directory and the end records were emitted.
    private var isEnded = false
    /// The member announced last, which ``open()`` opens.
    private var current: Member?

    /// Reads the central directory and every local header.
    ///
    /// - Throws: ``SourceError`` if the layer cannot be read at random, or whatever ``ZipPlan``
    /// refuses.
    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        source = try layer.random()
        self.limits = limits
        plan = try ZipPlan(source, limits)
    }

    /// The parts in order of their bytes: per entry its local header, member, data and descriptor,
    /// then the central directory, then the end records.
    func next() throws(SourceError) -> Part? {
        if given == parts.count {
            parts.removeAll(keepingCapacity: true)
            given = 0
            try refill()
        }
        guard given < parts.count else { return nil }
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

    /// Makes the parts of the next entry, or after the last one those of the central directory and
    /// the end, once.
    private func refill() throws(SourceError) {
        if nextEntry < plan.entries.count {
            try emit(plan.entries[nextEntry])
            nextEntry += 1
        } else if !isEnded {
            isEnded = true
            try refuseGap(to: plan.directory.start)
            for entry in plan.entries {
                parts.append(.carried(try run("zip.central", entry.record, of: entry)))
            }
            let split = plan.end.start + plan.end64Size
            if plan.end64Size > 0 {
                let bytes = try source.read(ByteRange(plan.end.start, to: split))
                parts.append(.fields(FieldRun("zip.end64", start: plan.end.start, bytes: bytes)))
            }
            let bytes = try source.read(ByteRange(split, to: plan.end.end))
            parts.append(.fields(FieldRun("zip.end", start: split, bytes: bytes)))
        }
    }

    /// Emits one entry. The member's runs are the local header, the central one and the descriptor:
    /// fields of all three are compared together, and ``Part/carried(_:)`` only accounts for their
    /// bytes.
    private func emit(_ entry: ZipEntry) throws(SourceError) {
        try refuseGap(to: entry.local.start)
        let local = try run("zip.local", entry.local, of: entry)
        var runs = [local, try run("zip.central", entry.record, of: entry)]
        parts.append(.carried(local))
        let source = source
        // A folder may have an empty deflate stream; what is there is decoded and checked.
        let hasContent = !entry.isDirectory || entry.data.length > 0
        if entry.descriptor.length > 0 {
            runs.append(try run("zip.descriptor", entry.descriptor, of: entry))
        }
        let kind = kind(of: entry, runs[1])
        parts.append(
            .member(
                Member(
                    name: entry.name, kind: kind, link: try target(of: entry, kind),
                    permissions: permissions(runs[1]), runs: runs,
                    storage: hasContent ? .encoded(codec: ZipDissector.codec(entry.method)) : .none,
                    encodedRange: hasContent ? entry.data : nil,
                    reopen: { () throws(SourceError) in try ZipContent(source, entry) })))
        if entry.data.length > 0 { parts.append(.content(entry.data, of: entry.name)) }
        if let descriptor = runs.dropFirst(2).first { parts.append(.carried(descriptor)) }
        offset = entry.end
    }

    /// A run of one of the entry's records, read from the layer.
    private func run(
        _ id: String, _ range: ByteRange, of entry: ZipEntry
    ) throws(SourceError) -> FieldRun {
        // Setuid and setgid: what is unpacked with them gets its rights from its owner.
        FieldRun(
            id, member: entry.name, start: range.start, bytes: try source.read(range),
            traits: entry.attributes >> 16 & 0o6000 != 0 ? .installsOwners : [])
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

    /// Bytes that no entry accounts for, before the first, between two, or after the last, may be
    /// members to a reader that streams.
    private func refuseGap(to end: UInt64) throws(SourceError) {
        guard end > offset else { return }
        throw SourceError(
            .ambiguous, at: offset,
            "\(end - offset) bytes belong to no member; readers that stream and readers that seek "
                + "disagree about them")
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

/// The content of an entry, its size and checksum verified.
private final class ZipContent: BufferedSource {
    /// The entry as the plan has it: its size and checksum are what decoding must come to.
    private let entry: ZipEntry
    /// The decoder, or `reader` itself for a stored entry.
    private let base: any Source
    /// The encoded bytes; its offset tells whether the decoder has taken all of them.
    private let reader: ByteReader
    /// Of the decoded bytes so far.
    private var crc = CRC32()
    /// Decoded bytes so far; checked with each chunk, so that a bomb ends at the size it announced.
    private var size: UInt64 = 0

    /// - Throws: ``SourceError`` with code `unsupported` for a method other than 0, 8, 12, 93 and
    /// 95 (section 4.4.5).
    init(_ source: any RandomSource, _ entry: ZipEntry) throws(SourceError) {
        self.entry = entry
        reader = ByteReader(RangeSource(source, entry.data))
        switch entry.method {
        case 0: base = reader
        case 8: base = Inflate(reader)
        case 12: base = Unbzip2(reader)
        case 93: base = Unzstd(reader)
        case 95: base = Unxz(reader)
        default:
            throw SourceError(
                .unsupported, at: entry.local.start,
                "\(entry.name.escaped) is compressed by method \(entry.method), which tally does "
                    + "not decode")
        }
    }

    /// The next decoded chunk. At the end, encoded bytes left over are `trailing`, and a wrong size
    /// or checksum is `malformed`.
    override func produce() throws(SourceError) -> Chunk? {
        guard let chunk = try base.next() else {
            guard reader.offset == entry.data.length else {
                throw SourceError(
                    .trailing, at: entry.data.start + reader.offset,
                    "bytes follow the compressed data of \(entry.name.escaped)")
            }
            guard size == entry.size, UInt64(crc.value) == entry.crc else {
                throw SourceError(
                    .malformed, at: entry.local.start,
                    "the checksum or size of \(entry.name.escaped) is wrong; get an intact copy")
            }
            return nil
        }
        crc.update(chunk)
        size += UInt64(chunk.count)
        guard size <= entry.size else {
            throw SourceError(
                .malformed, at: entry.local.start,
                "\(entry.name.escaped) is longer than the zip says; get an intact copy")
        }
        return chunk
    }
}
