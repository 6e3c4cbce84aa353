import Anatomy
import Bytes

/// One member of a tar, from the raw blocks of its headers: what precedes it (pax records, GNU long
/// names), its own header, and what continues that (GNU sparse maps).
struct TarEntry {
    /// The blocks, in order; each begins at its offset in the run.
    struct Block {
        let offset: Int
        let type: UInt8
        /// The content of an extension, without padding.
        let content: Range<Int>
    }

    let run: FieldRun
    let extensions: [Block]
    /// The offset of the member's own header in the run.
    let header: Int
    let dialect: TarHeader.Dialect
    let pax: PaxRecords?
    let type: UInt8
    let path: [UInt8]
    let link: [UInt8]
    let size: UInt64

    /// The entry of a run made by ``TarDissector``.
    init(_ run: FieldRun) throws(SourceError) {
        self.run = run
        var extensions: [Block] = []
        var at = 0
        while let block = try TarEntry.extensionBlock(run, at) {
            extensions.append(block)
            at += TarHeader.blockSize + TarEntry.padded(block.content.count)
        }
        self.extensions = extensions
        header = at
        let slice = run.bytes[at..<at + TarHeader.blockSize]
        guard let dialect = TarHeader.Dialect(slice) else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(at) + 257,
                "the tar magic is neither POSIX's nor GNU's")
        }
        self.dialect = dialect
        pax = try TarEntry.paxRecords(run, extensions)
        let own = TarEntry.Own(run, at)
        type = slice[at + 156]
        size = try TarEntry.size(own, pax)
        path = try TarEntry.path(own, extensions, pax, dialect)
        link = try TarEntry.link(own, extensions, pax)
        try checkKind()
        try checkNumbers(own)
    }

    /// A header slot by slot.
    struct Own {
        let run: FieldRun
        let start: Int

        init(_ run: FieldRun, _ start: Int) {
            self.run = run
            self.start = start
        }

        func bytes(_ slot: TarHeader.Slot) -> ArraySlice<UInt8> {
            run.bytes[start + slot.offset..<start + slot.offset + slot.length]
        }

        func number(_ slot: TarHeader.Slot) throws(SourceError) -> Int64 {
            guard let number = TarHeader.number(bytes(slot)) else {
                throw SourceError(
                    .malformed, at: offset(slot), "\(slot.name) is not a number that tar knows")
            }
            return number
        }

        func text(_ slot: TarHeader.Slot) throws(SourceError) -> [UInt8] {
            guard let text = TarHeader.text(bytes(slot)) else {
                throw SourceError(
                    .ambiguous, at: offset(slot),
                    "\(slot.name) holds bytes behind a NUL, where some readers end it")
            }
            return text
        }

        func offset(_ slot: TarHeader.Slot) -> UInt64 {
            run.range.start + UInt64(start + slot.offset)
        }
    }

    static func padded(_ count: Int) -> Int {
        (count + TarHeader.blockSize - 1) / TarHeader.blockSize * TarHeader.blockSize
    }

    /// Whether a typeflag announces something about the member that follows.
    static func isExtension(_ type: UInt8) -> Bool {
        [UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K")].contains(type)
    }

    private static func extensionBlock(_ run: FieldRun, _ at: Int) throws(SourceError) -> Block? {
        let type = run.bytes[at + 156]
        guard isExtension(type) else { return nil }
        let size = try Own(run, at).number(TarHeader.size)
        let start = at + TarHeader.blockSize
        return Block(offset: at, type: type, content: start..<start + Int(size))
    }

    private static func paxRecords(
        _ run: FieldRun, _ extensions: [Block]
    ) throws(SourceError) -> PaxRecords? {
        var found: PaxRecords?
        for block in extensions where block.type == UInt8(ascii: "x") {
            guard found == nil else {
                throw SourceError(
                    .ambiguous, at: run.range.start + UInt64(block.offset),
                    "two pax headers precede one member")
            }
            found = try PaxRecords(
                run.bytes[block.content], offset: run.range.start + UInt64(block.content.lowerBound)
            )
        }
        return found
    }

    private static func size(_ own: Own, _ pax: PaxRecords?) throws(SourceError) -> UInt64 {
        let written = try own.number(TarHeader.size)
        guard written >= 0 else {
            throw SourceError(.malformed, at: own.offset(TarHeader.size), "the size is negative")
        }
        guard let value = pax?["size"] else { return UInt64(written) }
        guard let size = PaxRecords.decimal(value), size < 1 << 62 else {
            throw SourceError(
                .malformed, at: own.run.range.start, "the pax size is not a whole number")
        }
        // A reader that does not know pax would go on behind another number of blocks. Only where
        // the header cannot hold the size is there nothing else to write.
        guard size == UInt64(written) || size >= 1 << 33 else {
            throw SourceError(
                .ambiguous, at: own.offset(TarHeader.size),
                "the header says \(written) bytes and pax says \(size); readers disagree where the "
                    + "next member begins")
        }
        return size
    }

    private static func longText(_ run: FieldRun, _ extensions: [Block], _ type: UInt8)
        throws(SourceError) -> [UInt8]?
    {
        let blocks = extensions.filter { $0.type == type }
        guard let block = blocks.first else { return nil }
        let at = run.range.start + UInt64(block.offset)
        guard blocks.count == 1 else {
            throw SourceError(.ambiguous, at: at, "two GNU long names precede one member")
        }
        guard let text = TarHeader.text(run.bytes[block.content]) else {
            throw SourceError(
                .ambiguous, at: at, "a GNU long name holds bytes behind a NUL, where readers end it"
            )
        }
        return text
    }

    private static func path(
        _ own: Own, _ extensions: [Block], _ pax: PaxRecords?, _ dialect: TarHeader.Dialect
    ) throws(SourceError) -> [UInt8] {
        var path = try own.text(TarHeader.name)
        if dialect == .posix {
            let prefix = try own.text(TarHeader.prefix)
            if !prefix.isEmpty { path = prefix + [UInt8(ascii: "/")] + path }
        }
        let long = try longText(own.run, extensions, UInt8(ascii: "L"))
        return try effective(own, path, long, pax?["path"], "name")
    }

    private static func link(
        _ own: Own, _ extensions: [Block], _ pax: PaxRecords?
    ) throws(SourceError) -> [UInt8] {
        let link = try own.text(TarHeader.link)
        let long = try longText(own.run, extensions, UInt8(ascii: "K"))
        return try effective(own, link, long, pax?["linkpath"], "link target")
    }

    private static func effective(
        _ own: Own, _ short: [UInt8], _ long: [UInt8]?, _ pax: ArraySlice<UInt8>?, _ what: String
    ) throws(SourceError) -> [UInt8] {
        if let long, let pax, !long.elementsEqual(pax) {
            throw SourceError(
                .ambiguous, at: own.run.range.start,
                "GNU and pax headers give one member two \(what)s")
        }
        return pax.map { Array($0) } ?? long ?? short
    }

    private func checkKind() throws(SourceError) {
        // What other letters announce, only some readers act on (Solaris' X, GNU's N, V, M and D).
        let isKnown =
            type == 0 || type == UInt8(ascii: "S")
            || (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(type)
        guard isKnown else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header) + 156,
                "a member is of type \(ByteString([type]).escaped), which readers take for "
                    + "different things")
        }
        let isContentless = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type)
        guard !isContentless || size == 0 else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header) + 124,
                "a link, folder or device has \(size) bytes of content; some readers pass over "
                    + "them, others take them for headers")
        }
        guard type != UInt8(ascii: "0") || path.last != UInt8(ascii: "/") else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header),
                "a file's name ends with a slash; some readers make a folder of it")
        }
        guard !path.isEmpty else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header), "a member has no name")
        }
    }

    /// A number that some readers refuse and others take for zero has no one value.
    private func checkNumbers(_ own: Own) throws(SourceError) {
        let slots = [TarHeader.mode, TarHeader.uid, TarHeader.gid, TarHeader.mtime]
        let devices = dialect == .old ? [] : [TarHeader.major, TarHeader.minor]
        for slot in slots + devices { _ = try own.number(slot) }
    }

    /// What the member is.
    var kind: Member.Kind {
        switch type {
        case UInt8(ascii: "0"), UInt8(ascii: "S"): .file
        case 0: path.last == UInt8(ascii: "/") ? .directory : .file
        case UInt8(ascii: "1"): .hardlink
        case UInt8(ascii: "2"): .symlink
        case UInt8(ascii: "5"): .directory
        default: .other
        }
    }

    /// The name: a folder's without the slashes at its end.
    var name: ByteString {
        guard kind == .directory else { return ByteString(path) }
        let bare = path.reversed().drop { $0 == UInt8(ascii: "/") }
        return bare.isEmpty ? "/" : ByteString(bare.reversed())
    }
}
