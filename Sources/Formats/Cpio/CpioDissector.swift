import Anatomy
import Bytes
import Hashing

/// Takes a cpio apart, member by member, in one pass.
final class CpioDissector: Dissector {
    private enum State {
        case header
        case content(CpioEntry)
        case padding(CpioEntry)
        case end
        case rest
        case done
    }

    /// What has been seen of a content that has to be checked.
    private final class Watch {
        var sum: UInt32 = 0
        var hash: SHA256? = SHA256()
    }

    private let reader: ByteReader
    private let layer: Layer
    private let limits: Limits
    private let content: StoredContent
    private var state = State.header
    private var pending: Member?
    private var links = CpioLinks()
    /// That of the first header: all have to be the same.
    private var dialect: CpioHeader.Dialect?
    private var watch: Watch?

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        self.layer = layer
        self.limits = limits
        reader = try layer.reader()
        content = StoredContent(reader)
    }

    func open() throws(SourceError) -> any Source { content.open() }

    func next() throws(SourceError) -> Part? {
        if let member = pending {
            pending = nil
            return .member(member)
        }
        switch state {
        case .header: return try nextHeader()
        case .content(let entry):
            state = .padding(entry)
            let range = try content.finish()
            try check(entry)
            guard let range else { return try next() }
            return .content(range, of: entry.name)
        case .padding(let entry):
            state = .header
            return try padding(after: entry)
        case .end: return try end()
        case .rest:
            state = .done
            guard let range = try content.finish() else { return nil }
            return .content(range, of: CpioEntry.trailer)
        case .done: return nil
        }
    }

    // MARK: Headers

    private func nextHeader() throws(SourceError) -> Part? {
        let start = reader.offset
        let ahead = try reader.peek(110)
        guard let header = CpioHeader(ahead), dialect ?? header.dialect == header.dialect else {
            try refuse(ahead, at: start)
        }
        dialect = header.dialect
        var bytes = try reader.take(header.dialect.size, "a cpio header")
        guard header[.namesize] <= UInt64(limits.nameLength) + 1 else {
            throw SourceError(
                .limit, at: start, "a name is longer than \(limits.nameLength) bytes")
        }
        bytes += try reader.take(Int(header[.namesize]), "a member's name")
        let entry = try CpioEntry(FieldRun("cpio.header", start: start, bytes: bytes))
        guard !entry.isTrailer else {
            state = .end
            return .fields(FieldRun("cpio.trailer", start: start, bytes: bytes))
        }
        bytes += try takePadding("the padding behind a name")
        if entry.kind == .symlink {
            guard header[.filesize] <= UInt64(limits.nameLength) else {
                throw SourceError(
                    .limit, at: start, "a link target is longer than \(limits.nameLength) bytes")
            }
            bytes += try reader.take(Int(header[.filesize]), "the target of a link")
            bytes += try takePadding("the padding behind the target of a link")
        }
        return try announce(
            CpioEntry(
                FieldRun(
                    "cpio.header", member: entry.name, start: start, bytes: bytes,
                    traits: layer.traits)))
    }

    /// Says what is wrong where a header was due.
    private func refuse(_ ahead: Chunk, at start: UInt64) throws(SourceError) -> Never {
        let size = (CpioHeader.Dialect(magic: ahead) ?? dialect ?? .odc).size
        guard ahead.count >= size else {
            throw SourceError(
                .truncated, at: start + UInt64(ahead.count),
                "the archive ends without its trailer; get a complete copy")
        }
        guard CpioHeader.Dialect(magic: ahead) == nil else {
            throw SourceError(
                .malformed, at: start,
                "a cpio header is broken or of another variant than the first; get an intact copy")
        }
        throw SourceError(.malformed, at: start, "a cpio header was due; get an intact copy")
    }

    private func takePadding(_ what: String) throws(SourceError) -> [UInt8] {
        try reader.take(dialect?.padding(at: reader.offset) ?? 0, what)
    }

    private func announce(_ entry: CpioEntry) throws(SourceError) -> Part {
        var runs = [entry.run]
        if entry.isLinked, let first = try links.admit(entry) {
            // What the numbers express has no bytes of its own: it is compared with the member.
            runs.append(
                FieldRun(
                    "cpio.links", member: entry.name, at: entry.run.range.start,
                    saying: first.bytes))
        }
        let range = content.begin(size: entry.size, observer: observer(of: entry))
        pending = Member(
            name: entry.name, kind: entry.kind,
            link: entry.kind == .symlink ? ByteString(entry.target) : nil,
            permissions: UInt32(entry.header[.mode] & 0o7777), runs: runs,
            storage: entry.kind == .file ? .stored(range) : .none, traits: .installsOwners)
        state = .content(entry)
        return .carried(entry.run)
    }

    // MARK: Content

    /// Whether every member of a group has the content, and has to have the same.
    private func isRepeated(_ entry: CpioEntry) -> Bool {
        entry.header.dialect == .odc && entry.isLinked && entry.size > 0
    }

    private func observer(of entry: CpioEntry) -> ((Chunk) -> Void)? {
        guard entry.isSummed || isRepeated(entry) else {
            watch = nil
            return nil
        }
        let watch = Watch()
        self.watch = watch
        guard entry.isSummed else { return { watch.hash?.update($0) } }
        return { chunk in
            for byte in chunk { watch.sum &+= UInt32(byte) }
        }
    }

    /// Checks what was seen of a content: the sum of its bytes, or that it is the same as that of
    /// another name of the file.
    private func check(_ entry: CpioEntry) throws(SourceError) {
        guard let watch else { return }
        if entry.isSummed {
            guard UInt64(watch.sum) == entry.header[.check] else {
                throw SourceError(
                    .malformed, at: entry.run.range.start,
                    "the checksum of \(entry.path.escaped) is wrong; get an intact copy")
            }
        } else if let hash = watch.hash.take() {
            try links.note(hash.finish(), of: entry)
        }
    }

    private func padding(after entry: CpioEntry) throws(SourceError) -> Part? {
        let start = reader.offset
        let bytes = try takePadding("the padding behind a member")
        guard !bytes.isEmpty else { return try next() }
        return .fields(
            FieldRun("cpio.padding", member: entry.name, start: start, bytes: bytes))
    }

    // MARK: The end

    /// Zeros behind the trailer. What follows them, if anything does, the kernel takes for another
    /// archive, and other readers do not see: it is a member by the trailer's name, which no other
    /// member can have.
    private func end() throws(SourceError) -> Part? {
        let start = reader.offset
        var isLast = true
        while isLast, let chunk = try reader.peekChunk() {
            let zeros = chunk.prefix { $0 == 0 }.count
            isLast = zeros == chunk.count
            reader.drop(zeros)
        }
        let range = ByteRange(start, to: reader.offset)
        guard !isLast else {
            state = .done
            let isShort = range.length < UInt64(dialect?.padding(at: start) ?? 0)
            return .fields(FieldRun(zeros: isShort ? "cpio.end.short" : "cpio.end", range))
        }
        content.beginRest()
        pending = Member(
            name: CpioEntry.trailer, kind: .other, storage: .encoded(codec: "concatenation"),
            traits: .installsOwners)
        state = .rest
        return .fields(FieldRun(zeros: "cpio.gap", range))
    }
}
