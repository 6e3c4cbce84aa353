import Anatomy
import Bytes

/// One member of a tar, from the raw blocks of its headers: what precedes it (pax records, GNU long
/// names), its own header, and what continues that (GNU sparse maps).
struct TarEntry {
    /// The blocks, in order; each begins at its offset in the run.
    struct Block {
        /// Where the block begins, counted from the beginning of the run.
        let offset: Int
        /// The typeflag: `x`, `L` or `K`; a global header (`g`) never gets into an entry.
        let type: UInt8
        /// The content of an extension, without padding.
        let content: Range<Int>
    }

    /// All header blocks of the member, extensions first, as they stand in the layer.
    let run: FieldRun
    /// What precedes the member's own header; at most one `x`, one `L` and one `K` are let through.
    let extensions: [Block]
    /// The offset of the member's own header in the run.
    let header: Int
    /// Which variant the member's own header is; those of its extensions are not looked at.
    let dialect: TarHeader.Dialect
    /// The records of its `x` header; `nil` if it has none.
    let pax: PaxRecords?
    /// The typeflag of the member's own header, as a byte.
    let type: UInt8
    /// The effective name, as readers that know all extensions take it: pax before GNU before the
    /// header; not yet freed of slashes.
    let path: [UInt8]
    /// The effective target of a link, by the same precedence; empty if there is none.
    let link: [UInt8]
    /// Bytes of content in the layer. For a sparse file that is the stored size, not the real one.
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
        try checkNumbers(own)
        for block in extensions { try checkExtension(TarEntry.Own(run, block.offset)) }
        try checkOwners(own)
        try checkKind(own)
    }

    /// Fields that are no numbers mean whatever a reader makes of them.
    private func checkNumbers(_ own: Own) throws(SourceError) {
        for slot in [TarHeader.mode, TarHeader.uid, TarHeader.gid, TarHeader.mtime] {
            _ = try own.number(slot)
        }
        guard try own.number(TarHeader.mtime).magnitude < 1 << 40 else {
            throw SourceError(
                .ambiguous, at: own.offset(TarHeader.mtime),
                "the time is past what some readers can hold")
        }
        guard dialect != .old else { return }
        for slot in [TarHeader.major, TarHeader.minor] { _ = try own.number(slot) }
        for slot in [TarHeader.uname, TarHeader.gname] { _ = try own.text(slot) }
        guard dialect == .gnu else { return }
        for slot in [TarHeader.gnuATime, TarHeader.gnuCTime] { _ = try own.number(slot) }
    }

    /// Numbers of an extended header that say nothing of the member. Python's reader stops at one
    /// that it cannot read, as if the archive ended there.
    private func checkExtension(_ block: Own) throws(SourceError) {
        for slot in [
            TarHeader.mode, TarHeader.uid, TarHeader.gid, TarHeader.mtime, TarHeader.major,
            TarHeader.minor,
        ] {
            _ = try block.number(slot)
        }
    }

    /// Users and groups that no system has end some readers in the middle of the archive.
    private func checkOwners(_ own: Own) throws(SourceError) {
        for (slot, key) in [(TarHeader.uid, "uid"), (TarHeader.gid, "gid")] {
            let number = try own.number(slot)
            let text = pax?[key].map { PaxRecords.decimal($0) ?? UInt64.max }
            guard (0..<1 << 32).contains(number), text ?? 0 < 1 << 32 else {
                throw SourceError(
                    .ambiguous, at: own.offset(slot),
                    "the \(key) is past what systems have, where some readers give up")
            }
        }
    }

    /// A header slot by slot.
    struct Own {
        /// All blocks of the member; slots are taken from one of them.
        let run: FieldRun
        /// Where the header block begins in the run.
        let start: Int

        /// Slots of the block at `start`. Reading one traps if the block is not whole.
        init(_ run: FieldRun, _ start: Int) {
            self.run = run
            self.start = start
        }

        /// The raw bytes of a slot, terminators and padding included.
        func bytes(_ slot: TarHeader.Slot) -> ArraySlice<UInt8> {
            run.bytes[start + slot.offset..<start + slot.offset + slot.length]
        }

        /// A slot's number.
        ///
        /// - Throws: ``SourceError`` with code `malformed` if it is neither octal nor base 256.
        func number(_ slot: TarHeader.Slot) throws(SourceError) -> Int64 {
            guard let number = TarHeader.number(bytes(slot)) else {
                throw SourceError(
                    .malformed, at: offset(slot), "\(slot.name) is not a number that tar knows")
            }
            return number
        }

        /// A slot's text.
        ///
        /// - Throws: ``SourceError`` with code `ambiguous` if bytes follow its first NUL.
        func text(_ slot: TarHeader.Slot) throws(SourceError) -> [UInt8] {
            guard let text = TarHeader.text(bytes(slot)) else {
                throw SourceError(
                    .ambiguous, at: offset(slot),
                    "\(slot.name) holds bytes behind a NUL, where some readers end it")
            }
            return text
        }

        /// A slot's offset in the layer, for messages.
        func offset(_ slot: TarHeader.Slot) -> UInt64 {
            run.range.start + UInt64(start + slot.offset)
        }
    }

    /// A size in bytes, rounded up to whole blocks.
    static func padded(_ count: Int) -> Int {
        (count + TarHeader.blockSize - 1) / TarHeader.blockSize * TarHeader.blockSize
    }

    /// Whether a typeflag announces something about the member that follows.
    static func isExtension(_ type: UInt8) -> Bool {
        [UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K")].contains(type)
    }

    /// The extension at `at`; `nil` if the member's own header is there. Relies on ``TarDissector``
    /// having read the whole content: a negative size, or a run cut short, would trap.
    private static func extensionBlock(_ run: FieldRun, _ at: Int) throws(SourceError) -> Block? {
        let type = run.bytes[at + 156]
        guard isExtension(type) else { return nil }
        let size = try Own(run, at).number(TarHeader.size)
        let start = at + TarHeader.blockSize
        return Block(offset: at, type: type, content: start..<start + Int(size))
    }

    /// The records of the one `x` header. A second one is `ambiguous`: some readers join them,
    /// others take the last.
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

    /// The size of the content, from pax if it is there.
    ///
    /// - Throws: ``SourceError``: `malformed` for a negative size or one of 2^62 and more,
    /// `ambiguous` if header and pax disagree although the header could hold the number (under 8
    /// GiB, 11 octal digits).
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

    /// The text of the one GNU extension of a type: `L` for a name, `K` for a link target; `nil` if
    /// there is none, `ambiguous` if there are two.
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

    /// The name: GNU's sparse name, pax `path`, GNU `L`, or the header's, with the prefix only in a
    /// POSIX header: GNU has times at that place.
    private static func path(
        _ own: Own, _ extensions: [Block], _ pax: PaxRecords?, _ dialect: TarHeader.Dialect
    ) throws(SourceError) -> [UInt8] {
        var path = try own.text(TarHeader.name)
        if dialect == .posix {
            let prefix = try own.text(TarHeader.prefix)
            if !prefix.isEmpty { path = prefix + [UInt8(ascii: "/")] + path }
        }
        let long = try longText(own.run, extensions, UInt8(ascii: "L"))
        let named = try effective(own, path, long, pax?["path"], "name")
        // GNU's sparse files have a name of their own, which GNU, Python and libarchive all take.
        guard let real = pax?["GNU.sparse.name"] else { return named }
        guard pax?["path"].map({ $0.elementsEqual(real) }) ?? true else {
            throw SourceError(
                .ambiguous, at: own.run.range.start, "a sparse member has two names")
        }
        return Array(real)
    }

    /// The link target: pax `linkpath`, GNU `K`, or the header's.
    private static func link(
        _ own: Own, _ extensions: [Block], _ pax: PaxRecords?
    ) throws(SourceError) -> [UInt8] {
        let link = try own.text(TarHeader.link)
        let long = try longText(own.run, extensions, UInt8(ascii: "K"))
        return try effective(own, link, long, pax?["linkpath"], "link target")
    }

    /// The value that counts. GNU and pax extensions may stand side by side only if they agree,
    /// since readers differ in which they prefer.
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

    /// Refuses members that readers take for different things: unknown typeflags, links, folders or
    /// devices with content, a file whose name ends with a slash, no name.
    private func checkKind(_ own: Own) throws(SourceError) {
        let at = run.range.start + UInt64(header)
        let known = Array("01234567S".utf8) + [0]
        guard known.contains(type) else {
            throw SourceError(
                .ambiguous, at: at + 156,
                "a member has the type \(Escape.visible([type])), which readers take differently")
        }
        let isContentless = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type)
        guard !(isContentless || kind == .directory) || size == 0 else {
            throw SourceError(
                .ambiguous, at: at + 124,
                "a link, folder or device has \(size) bytes of content; some readers pass over "
                    + "them, others take them for headers")
        }
        guard type != UInt8(ascii: "0") || path.last != UInt8(ascii: "/") else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header),
                "a file's name ends with a slash; some readers make a folder of it")
        }
        let short = try own.text(TarHeader.name)
        guard type != 0 || kind == .file || short.last == UInt8(ascii: "/") else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header),
                "only an extended header says that the member is a folder; some readers make a file "
                    + "of it")
        }
        guard !path.isEmpty else {
            throw SourceError(
                .ambiguous, at: run.range.start + UInt64(header), "a member has no name")
        }
    }

    /// Whether the stored bytes are pieces of the file, which a map puts in their places.
    var isSparse: Bool {
        type == UInt8(ascii: "S")
            || pax?.records.contains { record in
                record.key.hasPrefix("GNU.sparse.") || record.key.hasPrefix("SUN.holes")
            } ?? false
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
