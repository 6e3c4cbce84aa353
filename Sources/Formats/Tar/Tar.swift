import Anatomy
import Bytes

extension Format {
    /// Tape archives: Unix version 7, ustar, pax and GNU.
    public static let tar = Format(
        name: "tar", title: "tar archive", shape: .archive,
        magic: [Magic(Array("ustar".utf8), at: 257), Magic([])], access: .sequential,
        specification: "POSIX.1-2017, pax; https://www.gnu.org/software/tar/manual/",
        fields: tarFields,
        encodingRule: .encoding(
            "tar", examples: "octal or binary numbers, pax or GNU long names, ustar or GNU headers"),
        orderRule: .order("tar.order"), orderMarks: TarRoles.orderMarks,
        composer: TarComposer(),
        recognizes: { start in
            let header = start.prefix(TarHeader.blockSize)
            guard header.count == TarHeader.blockSize, header.first != 0 else { return false }
            // A tar that begins as a script is run as one: its header's bytes are code.
            guard !header.starts(with: "#!".utf8) else { return false }
            let written = TarHeader.number(Array(header)[TarHeader.checksum.range])
            return written == Int64(TarHeader.sum(header))
        },
        expand: { run in TarEntry.expand(run) },
        dissect: { layer, limits throws(SourceError) in try TarDissector(layer, limits) })

    /// Whole seconds of the header and fractions of pax together: attributes hold one canonical
    /// number.
    private static let tarTime = Rule.time("tar.mtime", "modification time")
    /// GNU headers, and pax records, have these; a portable writer leaves them out.
    private static let tarOtherTime = Rule.time("tar.atime", "access or change time, or none")
    /// Refused for members on whose owner rights hang: their fields are guarded.
    private static let tarOwner = Rule.owner("tar.owner")
    /// POSIX asks for two zero blocks; fewer is another attribute, `tar.end.short`, which has no
    /// rule.
    private static let tarBlocking = Rule(
        "tar.blocking",
        tolerates: "another number of zero blocks at the end",
        reason: "every reader stops at the first of them; they are checked to be zero",
        refuses: "if any byte behind the last member is not zero",
        hides: "the writer's blocking factor")

    private static let tarFields: [FieldKind] = [
        FieldKind("tar.path", "the member's name", isUnpacked: true),
        FieldKind("tar.mode", "the member's permissions", isUnpacked: true),
        FieldKind("tar.uid", "the number of its user", rule: tarOwner),
        FieldKind("tar.gid", "the number of its group", rule: tarOwner),
        FieldKind("tar.uname", "the name of its user", rule: tarOwner),
        FieldKind("tar.gname", "the name of its group", rule: tarOwner),
        FieldKind("tar.mtime", "its modification time", rule: tarTime),
        FieldKind("tar.atime", "its access time", rule: tarOtherTime),
        FieldKind("tar.ctime", "its change time", rule: tarOtherTime),
        FieldKind("tar.type", "what it is", isUnpacked: true),
        FieldKind("tar.link", "the target of a link", isUnpacked: true),
        FieldKind("tar.dialect", "which variant of the format was written"),
        FieldKind("tar.extension", "the header of an extended header"),
        FieldKind("tar.owners", "the owners of the members before one that makes it a package"),
        FieldKind("tar.major", "the major number of a device"),
        FieldKind("tar.minor", "the minor number of a device"),
        FieldKind("tar.blocking", "zero blocks at the end", rule: tarBlocking),
        FieldKind("tar.end.short", "fewer zero blocks than end an archive"),
        FieldKind("tar.header.size", "the size of its content"),
        FieldKind("tar.header.checksum", "the sum of the header's bytes"),
        FieldKind("tar.header.padding", "the end of the header, which is zero"),
        FieldKind("tar.header.gnu", "GNU's sparse map and offsets"),
        FieldKind("tar.header.old", "what version 7 leaves zero"),
        FieldKind("tar.gnu-times", "whether GNU's access and change times are set"),
        FieldKind("tar.padding", "zeros up to the next block"),
        FieldKind("tar.sparse", "the rest of a sparse map"),
        FieldKind("tar.pax.record", "a record of a pax header, as it is written"),
        FieldKind("tar.pax.global", "a global pax header with a comment"),
        FieldKind("tar.extension.header", "the header of an extended header, as it is written"),
        FieldKind("tar.extension.name", "GNU's long name or link target, as it is written"),
        FieldKind("tar.extension.padding", "zeros behind an extended header"),
        FieldKind("tar.end", "zero blocks at the end, as they are"),
        FieldKind("tar.header.name", "the member's name, as it is written"),
        FieldKind("tar.header.prefix", "the beginning of its name, as it is written"),
        FieldKind("tar.header.mode", "its permissions, as they are written"),
        FieldKind("tar.header.uid", "the number of its user, as it is written"),
        FieldKind("tar.header.gid", "the number of its group, as it is written"),
        FieldKind("tar.header.mtime", "its modification time, as it is written"),
        FieldKind("tar.header.type", "what it is, as it is written"),
        FieldKind("tar.header.link", "the target of a link, as it is written"),
        FieldKind("tar.header.magic", "the mark of the variant"),
        FieldKind("tar.header.uname", "the name of its user, as it is written"),
        FieldKind("tar.header.gname", "the name of its group, as it is written"),
        FieldKind("tar.header.major", "the major number of a device, as it is written"),
        FieldKind("tar.header.minor", "the minor number of a device, as it is written"),
        FieldKind("tar.header.atime", "GNU's access time, as it is written"),
        FieldKind("tar.header.ctime", "GNU's change time, as it is written"),
        FieldKind("tar.header.gnu-times", "where GNU's times stand for a name to others"),
        FieldKind("tar.unaccounted", "bytes that nothing accounts for"),
    ]
}
