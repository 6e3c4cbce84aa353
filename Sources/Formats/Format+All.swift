import Anatomy
import Archives

extension Format {
    /// Every format, in the order in which they are tried. The long tail comes behind the
    /// containers: what has a dissector is never left to libarchive. Leaves come last, so that what
    /// is a container too is judged as one.
    public static func all(reader: ArchiveLauncher) -> [Format] {
        containers + longTail(reader) + leaves
    }

    /// The formats whose every byte is accounted for.
    public static let accounted: [Format] = containers + leaves

    /// Those that hold other layers. Those with a strong magic come first, then tar, whose oldest
    /// dialect has only a checksum, and zlib last, which is recognized by trial.
    public static let containers: [Format] = [
        .gzip,
        .xz,
        .zstd,
        .bzip2,
        .lz4,
        .lzip,
        .zip,
        .cpio,
        .rpm,
        .deb,
        .ar,
        .tar,
        .zlib,
    ]

    /// Those that only explain what is in a layer.
    public static let leaves: [Format] = [
        .elf,
        .png,
        .mo,
        .pyc,
        .manifest,
        .javadoc,
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

    /// The default, and dates and tool lines inside of what packages hold.
    public static func packaging(allowing allowed: [Rule] = []) -> Profile {
        Profile(name: "packaging", rules: packagingRules, allowed: allowed)
    }

    /// The rules of the profile `packaging`, in order of their names.
    public static let packagingRules: [Rule] = Rule.all.filter { $0.profile != .none }

    /// The names of all profiles.
    public static let names = ["archive", "packaging", "none"]

    /// A profile by its name; `nil` if there is none.
    public static func named(_ name: String, allowing allowed: [Rule] = []) -> Profile? {
        switch name {
        case "archive": .archive(allowing: allowed)
        case "packaging": .packaging(allowing: allowed)
        case "none": Profile(name: "none", rules: [], allowed: allowed)
        default: nil
        }
    }
}

extension Rule {
    /// Every rule, in order of their names, those of no profile included.
    public static let all: [Rule] = Array(
        Set(Format.accounted.flatMap(\.rules) + [.unpacked, .listed])
    ).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }

    /// A folder standing for an archive of it.
    public static let unpacked = Rule(
        "container.unpacked",
        tolerates: "a folder on one side and an archive on the other",
        reason: "the members are compared by name, type, permission to execute, link and content",
        refuses: "if a member differs, or a name occurs twice in the archive",
        hides: "everything about the archive that a folder does not have: order, times, owners")

    /// Two lists of files that are right about their files.
    public static let listed = Rule(
        "list.digests",
        tolerates: "other digests and sizes in a list of files that is itself one of the sides",
        reason: "each list was checked against its own files, and these differ only in what rules "
            + "tolerate",
        refuses: "if a list is wrong about a file, names another one, or says anything else",
        hides: "nothing that the differences in the files do not show")
}
