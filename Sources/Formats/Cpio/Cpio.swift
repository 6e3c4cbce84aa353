import Anatomy
import Bytes

extension Format {
    /// Archives of cpio in ASCII: newc, with or without checksums, and POSIX's odc.
    public static let cpio = Format(
        name: "cpio", title: "cpio archive", shape: .archive,
        magic: ["070701", "070702", "070707"].map { Magic(Array($0.utf8)) }, access: .sequential,
        specification:
            "cpio(5); https://docs.kernel.org/driver-api/early-userspace/buffer-format.html",
        fields: cpioFields,
        encodingRule: .encoding("cpio", examples: "hexadecimal digits in upper or lower case"),
        orderRule: .order("cpio.order"), orderMarks: ["trailer!!!"],
        recognizes: { start in CpioHeader(start) != nil },
        expand: { run in CpioEntry.expand(run) },
        dissect: { layer, limits throws(SourceError) in try CpioDissector(layer, limits) })

    private static let cpioTime = Rule.time("cpio.mtime", "modification time")
    /// Guarded in the dialects that the kernel unpacks.
    private static let cpioOwner = Rule.owner("cpio.owner")
    /// Which members are one file is an attribute of its own, `cpio.links`, which has no rule.
    private static let cpioInode = Rule(
        "cpio.inode",
        tolerates: "other inode and device numbers, and other counts of links",
        reason: "they only say which members are one file, and that is compared",
        refuses: "if other members are one file, or readers disagree which of them are",
        hides: "on which file system the archive was made, and in which order its files were")
    private static let cpioBlocking = Rule(
        "cpio.blocking",
        tolerates: "another number of zero bytes at the end",
        reason: "every reader stops at the trailer, or passes over zeros; they are checked",
        refuses: "if anything but zeros follows the trailer, or fewer than fill up its name",
        hides: "the writer's blocking factor")

    private static let cpioFields: [FieldKind] = [
        FieldKind("cpio.magic", "which variant of the format it is", isUnpacked: true),
        FieldKind("cpio.ino", "the number of its inode", rule: cpioInode),
        FieldKind("cpio.dev", "the number of its device", rule: cpioInode),
        FieldKind("cpio.devmajor", "the major number of its device", rule: cpioInode),
        FieldKind("cpio.devminor", "the minor number of its device", rule: cpioInode),
        FieldKind("cpio.nlink", "how many links it has", rule: cpioInode),
        FieldKind("cpio.links", "the first member that is the same file"),
        FieldKind("cpio.mode", "the member's type and permissions", isUnpacked: true),
        FieldKind("cpio.uid", "the number of its user", rule: cpioOwner),
        FieldKind("cpio.gid", "the number of its group", rule: cpioOwner),
        FieldKind("cpio.mtime", "its modification time", rule: cpioTime),
        FieldKind("cpio.filesize", "the size of its content"),
        FieldKind("cpio.rdev", "the number of a device"),
        FieldKind("cpio.rdevmajor", "the major number of a device"),
        FieldKind("cpio.rdevminor", "the minor number of a device"),
        FieldKind("cpio.namesize", "the size of its name"),
        FieldKind("cpio.check", "the sum of its bytes"),
        FieldKind("cpio.path", "its name", isUnpacked: true),
        FieldKind("cpio.name", "its name as it is written", isUnpacked: true),
        FieldKind("cpio.link", "the target of a symbolic link", isUnpacked: true),
        FieldKind("cpio.padding", "zeros up to the next multiple of four"),
        FieldKind("cpio.trailer", "the member that ends the archive"),
        FieldKind("cpio.blocking", "zeros behind the trailer", rule: cpioBlocking),
        FieldKind("cpio.end", "zeros behind the trailer, as they are"),
        FieldKind("cpio.end.short", "fewer zeros than fill up the trailer"),
        FieldKind("cpio.gap", "zeros between the trailer and what follows"),
        FieldKind("cpio.unaccounted", "bytes that nothing accounts for"),
    ]
}
