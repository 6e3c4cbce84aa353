import Anatomy
import Bytes

/// One member of a cpio, or the trailer, from the raw bytes of its header, its name and, for a
/// symbolic link, its target.
struct CpioEntry {
    /// The name of the member that ends an archive.
    static let trailer: ByteString = "TRAILER!!!"

    /// Header, name, padding, and target and padding of a symbolic link.
    let run: FieldRun
    /// The numbers.
    let header: CpioHeader
    /// The name, without its NUL.
    let path: ByteString
    /// What it is.
    let kind: Member.Kind
    /// The target of a symbolic link; empty for anything else.
    let target: ArraySlice<UInt8>

    /// The entry of a run made by ``CpioDissector``, or of its header and name alone.
    ///
    /// - Throws: ``SourceError``: `malformed` if it is no header, `ambiguous` if readers take it
    ///   for
    /// different things.
    init(_ run: FieldRun) throws(SourceError) {
        self.run = run
        let at = run.range.start
        guard let header = CpioHeader(run.bytes[...]) else {
            throw SourceError(.malformed, at: at, "a cpio header is broken; get an intact copy")
        }
        self.header = header
        let field = run.bytes.dropFirst(header.dialect.size).prefix(Int(header[.namesize]))
        let name = field.prefix { $0 != 0 }
        guard !name.isEmpty, name.count < field.count,
            field.dropFirst(name.count).allSatisfy({ $0 == 0 })
        else {
            throw SourceError(
                .ambiguous, at: at + UInt64(header.dialect.size),
                "a member's name is empty, has no NUL at its end, or goes on behind it")
        }
        path = ByteString(name)
        kind = try CpioEntry.kind(header, path, at: at)
        target =
            kind == .symlink
            ? run.bytes.dropFirst(CpioEntry.targetOffset(header, at)).prefix(
                Int(header[.filesize])) : []
        guard !target.contains(0) else {
            throw SourceError(
                .ambiguous, at: at,
                "the target of a symbolic link holds a NUL, where readers end it"
            )
        }
    }

    /// Where in a run that begins at `start` the target of a symbolic link is.
    static func targetOffset(_ header: CpioHeader, _ start: UInt64) -> Int {
        let end = header.dialect.size + Int(header[.namesize])
        return end + header.dialect.padding(at: start + UInt64(end))
    }

    /// What the mode says that it is.
    private static func kind(
        _ header: CpioHeader, _ path: ByteString, at offset: UInt64
    ) throws(SourceError) -> Member.Kind {
        guard path != trailer else {
            guard header[.filesize] == 0 else {
                throw SourceError(.ambiguous, at: offset, "the trailer of a cpio has content")
            }
            return .other
        }
        let kind: Member.Kind? =
            switch header[.mode] & ~0o7777 {
            case 0o100000: .file
            case 0o040000: .directory
            case 0o120000: .symlink
            case 0o020000, 0o060000, 0o010000, 0o140000: .other
            default: nil
            }
        guard let kind else {
            throw SourceError(
                .ambiguous, at: offset, "a member has a mode that readers take differently")
        }
        let isSolid = kind == .file || kind == .symlink
        guard isSolid || header[.filesize] == 0, kind != .symlink || header[.filesize] > 0 else {
            throw SourceError(
                .ambiguous, at: offset,
                "a folder or device has content, or a symbolic link has no target; readers differ")
        }
        guard kind == .directory || !path.hasSuffix("/") else {
            throw SourceError(
                .ambiguous, at: offset,
                "a name that is no folder's ends with a slash; readers differ")
        }
        return kind
    }

    /// The name: a folder's without the slashes at its end.
    var name: ByteString {
        guard kind == .directory else { return path }
        let bare = path.bytes.reversed().drop { $0 == UInt8(ascii: "/") }
        return bare.isEmpty ? "/" : ByteString(bare.reversed())
    }

    /// Whether it ends the archive.
    var isTrailer: Bool { path == CpioEntry.trailer }

    /// Whether it says that its file has other names.
    var isLinked: Bool { header[.nlink] > 1 && !isTrailer }

    /// Bytes of content in the layer; a link's target is none.
    var size: UInt64 { kind == .file ? header[.filesize] : 0 }

    /// Whether the checksum is of bytes, which the dissector has summed.
    var isSummed: Bool { header.dialect == .crc && size > 0 }
}
