import Anatomy
import Bytes

/// Takes a tar apart, member by member, in one pass.
final class TarDissector: Dissector {
    private enum State {
        case header
        case content(Member)
        case padding(Member)
        case end
    }

    private let reader: ByteReader
    private let limits: Limits
    private var state = State.header
    private let content: StoredContent
    private var pending: Member?
    /// Of the layer, and those that its members say it has.
    private var traits: Traits
    /// Of the members as long as nothing says that owners matter.
    private var owners = TarOwners()
    /// Of the present member, if its name is a digest.
    private var blob: TarRoles.Check?

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        traits = layer.traits
        self.limits = limits
        reader = try layer.reader()
        content = StoredContent(reader)
    }

    func open() throws(SourceError) -> any Source { content.open() }

    func next() throws(SourceError) -> Part? {
        if let member = pending {
            pending = nil
            state = .content(member)
            return .member(member)
        }
        switch state {
        case .header: return try nextHeader()
        case .content(let member):
            state = .padding(member)
            let range = try content.finish()
            try checkBlob(member)
            guard let range else { return try next() }
            return .content(range, of: member.name)
        case .padding(let member):
            state = .header
            return try padding(after: member)
        case .end: return nil
        }
    }

    // MARK: Headers

    private func nextHeader() throws(SourceError) -> Part? {
        let start = reader.offset
        let ahead = try reader.peek(TarHeader.blockSize)
        if ahead.isEmpty || (ahead.count == TarHeader.blockSize && ahead.allSatisfy { $0 == 0 }) {
            return try end()
        }
        var bytes: [UInt8] = []
        while true {
            let block = try reader.take(TarHeader.blockSize, "a tar header")
            try TarDissector.check(block, at: start + UInt64(bytes.count))
            bytes += block
            let type = block[156]
            if type == UInt8(ascii: "g") { return try global(block, at: start, behind: bytes) }
            guard TarEntry.isExtension(type) else { break }
            bytes += try extensionContent(block, at: start + UInt64(bytes.count), held: bytes.count)
        }
        bytes += try sparseBlocks(bytes.suffix(TarHeader.blockSize))
        return try announce(FieldRun("tar.header", start: start, bytes: bytes))
    }

    private static func check(_ block: [UInt8], at offset: UInt64) throws(SourceError) {
        let field = block[TarHeader.checksum.range]
        let written = TarHeader.number(field)
        guard let written, (field.first ?? 0) & 0x80 == 0,
            written == Int64(TarHeader.sum(block[...]))
        else {
            throw SourceError(
                .malformed, at: offset + 148,
                "the checksum of a tar header is wrong; get an intact copy")
        }
    }

    private func extensionContent(
        _ block: [UInt8], at offset: UInt64, held: Int
    ) throws(SourceError) -> [UInt8] {
        guard let size = TarHeader.number(block[TarHeader.size.range]), size >= 0 else {
            throw SourceError(.malformed, at: offset, "the size of an extended header is no number")
        }
        guard size <= limits.headerSize, held <= limits.headerSize else {
            throw SourceError(
                .limit, at: offset,
                "an extended header has \(size) bytes; raise --max-header to go on")
        }
        return try reader.take(TarEntry.padded(Int(size)), "an extended tar header")
    }

    /// Global headers change what later members mean; readers disagree how. Those that say nothing
    /// (a comment, as git writes) are a field of the archive.
    private func global(
        _ block: [UInt8], at start: UInt64, behind bytes: [UInt8]
    ) throws(SourceError) -> Part? {
        guard bytes.count == TarHeader.blockSize else {
            throw SourceError(
                .ambiguous, at: start, "a global pax header stands between a member's headers")
        }
        let content = try extensionContent(block, at: start, held: 0)
        let size = Int(TarHeader.number(block[TarHeader.size.range]) ?? 0)
        let records = try PaxRecords(
            content.prefix(size), offset: start + UInt64(TarHeader.blockSize))
        if let record = records.records.first(where: { $0.key != "comment" }) {
            throw SourceError(
                .ambiguous, at: start,
                "a global pax header sets \(record.key.escaped), which some readers ignore")
        }
        return .fields(FieldRun("tar.global", start: start, bytes: bytes + content))
    }

    /// GNU's old sparse format continues its map in blocks behind the header.
    private func sparseBlocks(_ header: ArraySlice<UInt8>) throws(SourceError) -> [UInt8] {
        let header = Array(header)
        guard header[156] == UInt8(ascii: "S"), header[482] != 0 else { return [] }
        var bytes: [UInt8] = []
        repeat {
            bytes += try reader.take(TarHeader.blockSize, "a sparse map")
            guard bytes.count <= limits.headerSize else {
                throw SourceError(.limit, at: reader.offset, "a sparse map is too long")
            }
        } while bytes[bytes.count - 8] != 0
        return bytes
    }

    private func announce(_ run: FieldRun) throws(SourceError) -> Part {
        let entry = try TarEntry(run)
        let before = noteOwners(entry)
        let blob =
            entry.kind == .file ? TarRoles.digest(of: entry.name).map(TarRoles.Check.init) : nil
        self.blob = blob
        let range = content.begin(
            size: entry.size, observer: blob.map { blob in { blob.update($0) } })
        let isLink = entry.kind == .symlink || entry.kind == .hardlink
        let hasContent = entry.kind == .file || entry.size > 0
        let own = FieldRun(
            run.id, member: entry.name, start: run.range.start, bytes: run.bytes, traits: traits)
        pending = Member(
            name: entry.name, kind: entry.kind, link: isLink ? ByteString(entry.link) : nil,
            permissions: entry.permissions, runs: [own] + before,
            storage: hasContent ? .stored(range) : .none,
            traits: entry.isSparse ? [.installsOwners, .opaque] : .installsOwners)
        return .carried(own)
    }

    /// Finds out whether owners matter from this member on; if so, and if it is not the first, a
    /// run says those of the members before it.
    private func noteOwners(_ entry: TarEntry) -> [FieldRun] {
        guard !traits.contains(.installsOwners) else { return [] }
        guard TarRoles.isPackage(by: entry.name) else {
            owners.add(entry)
            return []
        }
        traits.insert(.installsOwners)
        return owners.isEmpty ? [] : [owners.run(entry.run, entry.name)]
    }

    /// A blob of an OCI image is found by its digest: one that has another is not found, or not
    /// believed.
    private func checkBlob(_ member: Member) throws(SourceError) {
        guard let blob, !blob.holds() else { return }
        throw SourceError(
            .malformed, at: reader.offset,
            "the name of the blob \(member.name.escaped) is not its digest; get an intact copy")
    }

    // MARK: Filler

    private func padding(after member: Member) throws(SourceError) -> Part? {
        let start = reader.offset
        let count = Int((512 - start % 512) % 512)
        guard count > 0 else { return try next() }
        let bytes = try reader.take(count, "the padding behind a member")
        if bytes.allSatisfy({ $0 == 0 }) {
            let range = ByteRange(start: start, length: UInt64(count))
            return .fields(FieldRun(zeros: "tar.padding", member: member.name, range))
        }
        return .fields(FieldRun("tar.padding", member: member.name, start: start, bytes: bytes))
    }

    /// The end: zeros to the end of the layer, as many as the writer's blocking makes.
    private func end() throws(SourceError) -> Part? {
        let start = reader.offset
        while let chunk = try reader.takeChunk() {
            guard let index = chunk.firstIndex(where: { $0 != 0 }) else { continue }
            let offset = reader.offset - UInt64(chunk.endIndex - index)
            throw SourceError(
                .trailing, at: offset,
                "bytes follow the end of the archive; some readers go on, others stop")
        }
        state = .end
        return .fields(FieldRun(zeros: "tar.end", ByteRange(start, to: reader.offset)))
    }

    /// The fields of padding and of the end.
    static func expandFiller(_ run: FieldRun) -> [Field] {
        if run.id == "tar.end" {
            let blocks = Array(String(run.range.length / 512).utf8)
            let whole = Field(
                "tar.end", run.range, [], .value(attribute: "tar.blocking", canonical: blocks))
            // POSIX ends an archive with two blocks of zeros; without them it may be cut off.
            guard run.range.length < 1024 else { return [whole] }
            let nothing = ByteRange(start: run.range.start, length: 0)
            return [
                whole,
                Field(
                    "tar.end.short", nothing, [],
                    .value(attribute: "tar.end.short", canonical: blocks)),
            ]
        }
        guard !run.isZeros else {
            return [Field("tar.padding", run.range, [], .derived(from: "tar.header.size"))]
        }
        return [run.field("tar.padding", 0, run.bytes.count, .own)]
    }
}
