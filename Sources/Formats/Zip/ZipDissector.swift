import Anatomy
import Bytes
import Codecs

/// Takes a zip apart in the order of its bytes, after planning by its central directory.
final class ZipDissector: Dissector {
    private let source: any RandomSource
    private let limits: Limits
    private let plan: ZipPlan
    private var parts: [Part] = []
    private var given = 0
    private var nextEntry = 0
    private var offset: UInt64 = 0
    private var isEnded = false
    private var current: Member?

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        source = try layer.random()
        self.limits = limits
        plan = try ZipPlan(source, limits)
    }

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

    func open() throws(SourceError) -> any Source {
        guard let reopen = current?.reopen else { preconditionFailure("no member to open") }
        return try reopen()
    }

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

    private func run(
        _ id: String, _ range: ByteRange, of entry: ZipEntry
    ) throws(SourceError) -> FieldRun {
        // Setuid and setgid: what is unpacked with them gets its rights from its owner.
        FieldRun(
            id, member: entry.name, start: range.start, bytes: try source.read(range),
            traits: entry.attributes >> 16 & 0o6000 != 0 ? .installsOwners : [])
    }

    /// The target of a symbolic link is its content.
    private func target(of entry: ZipEntry, _ kind: Member.Kind) throws(SourceError) -> ByteString?
    {
        guard kind == .symlink, entry.size <= UInt64(limits.nameLength) else { return nil }
        let content = try ZipContent(source, entry)
        var bytes: [UInt8] = []
        while let chunk = try content.next() { bytes += chunk }
        return ByteString(bytes)
    }

    private func permissions(_ record: FieldRun) -> UInt32? {
        guard record.bytes[5] == 3 else { return nil }
        return UInt32(ByteOrder.little(record.bytes[40..<42])) & 0o7777
    }

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
    private let entry: ZipEntry
    private let base: any Source
    private let reader: ByteReader
    private var crc = CRC32()
    private var size: UInt64 = 0

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
