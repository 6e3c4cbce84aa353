import Anatomy
import Archives

extension Format {
    /// Every format, in the order in which they are tried. The long tail comes last: what has a
    /// dissector is never left to libarchive.
    public static func all(reader: ArchiveLauncher) -> [Format] {
        accounted + longTail(reader)
    }

    /// The formats whose every byte is accounted for. Those with a strong magic come first, and tar,
    /// whose oldest dialect has only a checksum, last.
    public static let accounted: [Format] = [
        .gzip,
        .xz,
        .zstd,
        .bzip2,
        .zip,
        .cpio,
        .rpm,
        .deb,
        .ar,
        .tar,
    ]
}

extension Profile {
    /// The default: times, owners, permitted order, stored names of compressed files, compression
    /// parameters, and other encodings of the same value.
    public static func archive(allowing allowed: [Rule] = []) -> Profile {
        Profile(name: "archive", rules: archiveRules, allowed: allowed)
    }

    /// The rules of the default profile, in order of their names.
    public static let archiveRules: [Rule] = Rule.all.filter { $0.profile == .archive }
}

extension Rule {
    /// Every rule, in order of their names, those of no profile included.
    public static let all: [Rule] = Array(
        Set(Format.accounted.flatMap(\.rules) + [.unpacked])
    ).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }

    /// A folder standing for an archive of it.
    public static let unpacked = Rule(
        "container.unpacked",
        tolerates: "a folder on one side and an archive on the other",
        reason: "the members are compared by name, type, permission to execute, link and content",
        refuses: "if a member differs, or a name occurs twice in the archive",
        hides: "everything about the archive that a folder does not have: order, times, owners")
}
